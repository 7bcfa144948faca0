// A line that is typed at its end: what a key does to it. Valid UTF-8 stays it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tui/input.hpp"

namespace panko::tui {

/// Characters, Backspace, Ctrl-h, Ctrl-w and Ctrl-u; false: the key does nothing to a line. At most so many bytes.
bool type_into(std::string& line, const KeyPress& key, std::size_t most);

void append(std::string& line, std::string_view text, std::size_t most);

}  // namespace panko::tui
