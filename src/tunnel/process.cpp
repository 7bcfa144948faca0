#include "tunnel/process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {  // glibc 2.36 forgot it in this one
#include <sys/pidfd.h>
}

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <filesystem>
#include <span>

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

/// The first of these that the process was started with.
template <class Text>
std::optional<std::string> find_variable(pid_t pid, std::span<const Text> variables) {
  const auto environment = read_file(fmt::format("/proc/{}/environ", pid), 4 << 20);
  if (!environment) return std::nullopt;
  std::string_view rest = *environment;
  while (!rest.empty()) {
    const auto end = rest.find('\0');
    if (const auto variable = rest.substr(0, end); std::ranges::find(variables, variable) != variables.end())
      return std::string(variable);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return std::nullopt;
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
  return find_variable(pid, std::span<const std::string_view>(&variable, 1)).has_value();
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> result;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    if (const auto pid = to_number<pid_t>(entry->path().filename().native())) result.push_back(*pid);
  }
  return result;
}

std::optional<ProvenProcess> prove_process(pid_t pid, std::optional<std::uint64_t> start_time,
                                           const std::string& variable) {
  if (pid <= 1 || pid == ::getpid()) return std::nullopt;
  // The pidfd comes first: what is proven afterwards is then proven of the process that it stands for.
  ProvenProcess process{.pid = pid, .pidfd = Fd(::pidfd_open(pid, 0)), .variable = variable};
  if (!process.pidfd) return std::nullopt;
  if (start_time && start_time_of(pid) != start_time) return std::nullopt;
  if (!was_started_with(pid, variable)) return std::nullopt;
  // Had it ended meanwhile, its number could be another's already.
  if (::pidfd_send_signal(process.pidfd.get(), 0, nullptr, 0) != 0) return std::nullopt;
  return process;
}

boost::asio::awaitable<std::vector<ProvenProcess>> find_processes(std::vector<std::string> variables) {
  constexpr int kTurn = 50;  // about a millisecond
  std::vector<ProvenProcess> found;
  int looked = 0;
  for (const auto pid : all_processes()) {
    if (++looked % kTurn == 0) co_await boost::asio::post(boost::asio::use_awaitable);
    // Nearly all are strangers: they are not even opened.
    const auto variable = find_variable(pid, std::span<const std::string>(variables));
    if (!variable) continue;
    if (auto process = prove_process(pid, std::nullopt, *variable)) found.push_back(std::move(*process));
  }
  co_return found;
}

void reap_ended_child(pid_t pid, std::uint64_t start_time) {
  // As long as it is not reaped, nobody else has its number.
  if (pid > 1 && start_time_of(pid) == start_time) ::waitpid(pid, nullptr, WNOHANG);
}

}  // namespace panko
