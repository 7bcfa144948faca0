// What a list and a preview show of a text that somebody said. Pure.
#pragma once

#include <string>
#include <string_view>

namespace panko {

/// One line of at most 200 bytes.
[[nodiscard]] std::string title_line(std::string_view text);

/// White space squeezed, at most Digest::kTextBytes.
[[nodiscard]] std::string preview_line(std::string_view text);

}  // namespace panko
