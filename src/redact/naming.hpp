// What a value is called towards people, and what is no name. Pure.
#pragma once

#include <string>
#include <string_view>

#include "redact/rules.hpp"

namespace panko {

/// Enough of a value to recognise it by, and never enough to use it: "ghp_… (40 characters)".
[[nodiscard]] std::string sample_of(const Rule& rule, std::string_view value);

/// A user name that is a word, too: it is masked only where it can be nothing else.
[[nodiscard]] bool is_common_word(std::string_view name);

}  // namespace panko
