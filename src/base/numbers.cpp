#include "base/numbers.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace panko {

namespace {

struct Parts {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::milliseconds> time;
};

Parts parts_of(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss(time - day)};
}

/// One digit behind the point as long as there are fewer than three before it.
std::string scaled(double value, std::string_view unit) {
  return value < 99.95 ? fmt::format("{:.1f}{}", value, unit) : fmt::format("{:.0f}{}", value, unit);
}

}  // namespace

std::string format_clock(WallTime time) {
  const Parts parts = parts_of(time);
  return fmt::format("{:02}:{:02}", parts.time.hours().count(), parts.time.minutes().count());
}

std::string format_day(WallTime time) {
  static constexpr auto kMonths = std::to_array<std::string_view>(
      {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
  const auto date = parts_of(time).date;
  return fmt::format("{} {} {}", static_cast<unsigned>(date.day()), kMonths.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()));
}

std::string format_moment(WallTime time) {
  return fmt::format("{}, {}:{:02} UTC", format_day(time), format_clock(time), parts_of(time).time.seconds().count());
}

std::string format_bytes(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (value < 999.5e3) return scaled(value / 1e3, " KB");
  if (value < 999.5e6) return scaled(value / 1e6, " MB");
  return scaled(value / 1e9, " GB");
}

std::string format_number(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string format_roughly(std::uint64_t number) {
  const auto value = static_cast<double>(number);
  if (number < 1000) return std::to_string(number);
  if (value < 999.5e3) return scaled(value / 1e3, "k");
  if (value < 999.5e6) return scaled(value / 1e6, "M");
  return scaled(value / 1e9, "G");
}

std::string format_count(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", format_number(number), number == 1 ? one : many);
}

}  // namespace panko
