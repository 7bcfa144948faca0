#include "tunnel/process.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "base/files.hpp"

namespace panko {

namespace {

template <class Number>
std::optional<Number> to_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string boot_id() {
  auto id = read_file("/proc/sys/kernel/random/boot_id", 256).value_or("");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

std::optional<std::uint64_t> start_time_of(pid_t pid) {
  constexpr int kFieldsAfterName = 20;  // the start time is field 22, the name is the second
  const auto stat = read_file(fmt::format("/proc/{}/stat", pid), 8192);
  if (!stat) return std::nullopt;
  // The name, in parentheses, may hold anything, spaces and parentheses included.
  const auto name_end = stat->rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(*stat).substr(name_end + 1);
  for (int field = 0; field < kFieldsAfterName; ++field) {
    const auto space = rest.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(space + 1);
  }
  return to_number<std::uint64_t>(rest.substr(0, rest.find(' ')));
}

bool was_started_with(pid_t pid, std::string_view variable) {
  const auto environment = read_file(fmt::format("/proc/{}/environ", pid), 4 << 20);
  if (!environment) return false;
  std::string_view rest = *environment;
  while (!rest.empty()) {
    const auto end = rest.find('\0');
    if (rest.substr(0, end) == variable) return true;
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return false;
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> result;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    if (const auto pid = to_number<pid_t>(entry->path().filename().native())) result.push_back(*pid);
  }
  return result;
}

}  // namespace panko
