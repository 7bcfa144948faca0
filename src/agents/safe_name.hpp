// What names out of a transcript, and of files, look like when they can be trusted. Pure.
#pragma once

#include <string_view>

namespace panko {

/// Names that may stand in links, in HTML ids and in file names: not empty, at most 128 of [A-Za-z0-9_-].
[[nodiscard]] bool is_safe_name(std::string_view name);

/// 8-4-4-4-12 hexadecimal digits.
[[nodiscard]] bool is_uuid(std::string_view text);

}  // namespace panko
