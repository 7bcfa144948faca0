// Numbers and times as people read them, on the page and in the terminal. Times are UTC, and say so where they stand
// alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace panko {

[[nodiscard]] std::string format_clock(WallTime time);           // "10:32"
[[nodiscard]] std::string format_day(WallTime time);             // "2 Jan 2026"
[[nodiscard]] std::string format_moment(WallTime time);          // "2 Jan 2026, 10:32:05 UTC"
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);     // "1.2 MB"
[[nodiscard]] std::string format_number(std::uint64_t number);   // "12,345"
[[nodiscard]] std::string format_roughly(std::uint64_t number);  // "12.3k"
[[nodiscard]] std::string format_count(std::uint64_t number, std::string_view one, std::string_view many);  // "1 line"

}  // namespace panko
