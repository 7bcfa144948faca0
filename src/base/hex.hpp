// Bytes as hexadecimal digits. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace panko {

/// Two lower-case digits for each byte.
[[nodiscard]] std::string hex_digits_of(std::string_view bytes);
/// nullopt when it is anything else than pairs of digits.
[[nodiscard]] std::optional<std::string> bytes_of_hex(std::string_view digits);

}  // namespace panko
