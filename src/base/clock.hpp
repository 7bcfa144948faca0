// Wall time as panko stores and shows it: milliseconds, UTC, ISO 8601.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace panko {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

[[nodiscard]] WallTime wall_now();

/// "2026-01-02T03:04:05.678Z"; the fraction is left out when it is zero.
[[nodiscard]] std::string to_iso8601(WallTime time);

/// Reads "2026-01-02T03:04:05[.fraction](Z|±hh:mm)"; nothing else.
[[nodiscard]] std::optional<WallTime> from_iso8601(std::string_view text);

/// Reads "90s", "15m", "12h", "7d", "2w": a whole number and one unit.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// The same notation, in the largest unit that fits without a remainder: 604800 s is "7d".
[[nodiscard]] std::string format_duration(std::chrono::seconds duration);

/// For people, in at most two units: "3 s", "4 min", "2 h 5 min", "6 days".
[[nodiscard]] std::string describe_duration(std::chrono::seconds duration);

/// The same for what is left of a time, to the nearest day or hour: a share for 7 days says so, a moment later too.
[[nodiscard]] std::string describe_time_left(std::chrono::seconds left);

}  // namespace panko
