#include "base/clock.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace panko {

using namespace std::chrono;

WallTime wall_now() {
  return floor<milliseconds>(system_clock::now());
}

std::string to_iso8601(WallTime time) {
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (const auto fraction = clock.subseconds().count(); fraction != 0) text += fmt::format(".{:03}", fraction);
  return text + 'Z';
}

namespace {

/// Takes exactly `width` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<WallTime> from_iso8601(std::string_view text) {
  const auto year_ = take_digits(text, 4);
  if (!year_ || !take(text, '-')) return std::nullopt;
  const auto month_ = take_digits(text, 2);
  if (!month_ || !take(text, '-')) return std::nullopt;
  const auto day_ = take_digits(text, 2);
  if (!day_ || !take(text, 'T')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const year_month_day date{year{*year_}, month{static_cast<unsigned>(*month_)}, day{static_cast<unsigned>(*day_)}};
  if (!date.ok()) return std::nullopt;

  int millis = 0;
  if (take(text, '.')) {
    int scale = 100;
    bool any = false;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      millis += (text.front() - '0') * scale;
      scale /= 10;
      any = true;
      text.remove_prefix(1);
    }
    if (!any) return std::nullopt;
  }

  minutes offset{0};
  if (!take(text, 'Z')) {
    const bool west = !text.empty() && text.front() == '-';
    if (!west && (text.empty() || text.front() != '+')) return std::nullopt;
    text.remove_prefix(1);
    const auto offset_hours = take_digits(text, 2);
    take(text, ':');
    const auto offset_minutes = take_digits(text, 2);
    if (!offset_hours || !offset_minutes) return std::nullopt;
    offset = minutes{*offset_hours * 60 + *offset_minutes} * (west ? -1 : 1);
  }
  if (!text.empty()) return std::nullopt;
  return sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second} + milliseconds{millis} - offset;
}

namespace {

struct Unit {
  char letter;
  seconds length;
};
constexpr std::array kUnits{Unit{'w', weeks{1}}, Unit{'d', days{1}}, Unit{'h', hours{1}}, Unit{'m', minutes{1}},
                            Unit{'s', seconds{1}}};

}  // namespace

std::optional<seconds> parse_duration(std::string_view text) {
  long long count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0 || count > 1'000'000 || end + 1 != text.data() + text.size())
    return std::nullopt;
  for (const Unit& unit : kUnits)
    if (unit.letter == *end) return unit.length * count;
  return std::nullopt;
}

std::string format_duration(seconds duration) {
  for (const Unit& unit : kUnits)
    if (unit.letter != 'w' && duration >= unit.length && duration % unit.length == seconds{0})
      return fmt::format("{}{}", duration / unit.length, unit.letter);
  return fmt::format("{}s", duration.count());
}

std::string describe_duration(seconds duration) {
  if (duration < minutes{1}) return fmt::format("{} s", duration.count());
  if (duration < hours{1}) return fmt::format("{} min", duration / minutes{1});
  if (duration < days{1}) {
    const auto rest = (duration % hours{1}) / minutes{1};
    return rest == 0 ? fmt::format("{} h", duration / hours{1}) : fmt::format("{} h {} min", duration / hours{1}, rest);
  }
  const auto count = duration / days{1};
  return count == 1 ? "1 day" : fmt::format("{} days", count);
}

std::string describe_time_left(seconds left) {
  if (left >= hours{23}) return describe_duration(round<days>(left));
  return describe_duration(left >= minutes{59} ? round<hours>(left) : left);
}

}  // namespace panko
