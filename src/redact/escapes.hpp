// Escapes of JSON, and of the languages whose sources are shown. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace panko {

struct Escape {
  std::size_t length = 0;  // 0: no escape that says a character
  std::array<char, 4> bytes{};
  std::size_t size = 0;
};

/// The escape at `at`, where a backslash stands.
[[nodiscard]] Escape read_escape(std::string_view text, std::size_t at);

/// So many hexadecimal digits at `at`.
[[nodiscard]] std::optional<std::uint32_t> read_hex(std::string_view text, std::size_t at, std::size_t digits);

}  // namespace panko
