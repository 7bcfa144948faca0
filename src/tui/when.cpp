#include "tui/when.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>
#include <string_view>

namespace panko::tui {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr days kRelative{7};

std::tm local(WallTime time) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

std::string_view month(const std::tm& parts) {
  static constexpr auto kMonths = std::to_array<std::string_view>(
      {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
  return kMonths.at(static_cast<std::size_t>(parts.tm_mon) % kMonths.size());
}

/// The next multiple of `unit` that `passed` reaches.
template <class Unit>
milliseconds next(milliseconds passed) {
  return std::chrono::floor<Unit>(passed) + Unit{1};
}

}  // namespace

std::string age(WallTime then, WallTime now) {
  const milliseconds passed = now - then;
  if (passed < minutes{1}) return "now";  // a clock that is ahead of ours, too
  if (passed < hours{1}) return fmt::format("{} min", std::chrono::floor<minutes>(passed).count());
  if (passed < days{1}) return fmt::format("{} h", std::chrono::floor<hours>(passed).count());
  if (passed < kRelative) return fmt::format("{} d", std::chrono::floor<days>(passed).count());
  const std::tm date = local(then);
  if (date.tm_year == local(now).tm_year) return fmt::format("{} {}", date.tm_mday, month(date));
  return fmt::format("{} {}", month(date), date.tm_year + 1900);
}

std::string ago(WallTime then, WallTime now) {
  const milliseconds passed = now - then;
  if (passed < minutes{1}) return "just now";
  return passed < kRelative ? age(then, now) + " ago" : age(then, now);
}

WallTime age_changes_at(WallTime then, WallTime now) {
  const milliseconds passed = now - then;
  if (passed < minutes{1}) return then + minutes{1};
  if (passed < hours{1}) return then + next<minutes>(passed);
  if (passed < days{1}) return then + next<hours>(passed);
  // A date loses its day when the year ends; nobody waits for that with the program open.
  return then + (passed < kRelative ? next<days>(passed) : passed + days{1});
}

std::string local_moment(WallTime time) {
  const std::tm parts = local(time);
  return fmt::format("{} {} {}, {:02}:{:02}", parts.tm_mday, month(parts), parts.tm_year + 1900, parts.tm_hour,
                     parts.tm_min);
}

}  // namespace panko::tui
