// What `panko doctor` finds about the daemon itself: whether one runs, answers, and is the program that is installed.
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <charconv>

#include "base/clock.hpp"
#include "base/file_time.hpp"
#include "base/files.hpp"
#include "base/program_path.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "cli/diagnosis.hpp"
#include "cli/terminal.hpp"
#include "client/line_socket.hpp"
#include "protocol/build.hpp"
#include "protocol/wire.hpp"

namespace panko::cli {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 3s;  // an answer takes milliseconds

Finding finding(Level level, std::string_view sentence, std::optional<std::string> mend = {}) {
  return {.level = level, .check = "daemon", .sentence = shown(sentence), .mend = std::move(mend)};
}

template <class T>
std::optional<T> understood(const protocol::Reply& reply, std::string_view status) {
  if (reply.status != status) return std::nullopt;
  auto result = protocol::from_json<T>(reply.data);
  return result ? std::optional(std::move(*result)) : std::nullopt;
}

/// An older daemon knows less: what it does not understand stays empty. nullopt: the connection was cut. Throws
/// Failure.
std::optional<DaemonView> questioned(LineSocket& socket) {
  const Deadline deadline = deadline_in(kPatience);
  // All at once; it answers in order.
  std::string lines;
  for (const char* method : {"Hello", "Status", "ListShares", "ListProviders"}) lines += protocol::request_line(method);
  socket.send(lines, deadline);
  std::array<protocol::Reply, 4> replies;
  for (auto& reply : replies) {
    const auto line = socket.receive(deadline);
    if (!line) return std::nullopt;
    reply = value_or_throw(protocol::parse_reply(*line));
  }
  DaemonView view;
  view.hello = understood<protocol::HelloInfo>(replies[0], "Hello");
  view.status = understood<protocol::StatusInfo>(replies[1], "Status");
  if (const auto& reply = replies[2]; reply.status == "ShareList")
    view.shares =
        protocol::list_from_json<protocol::ShareInfo>(reply.data).value_or(std::vector<protocol::ShareInfo>{});
  if (const auto& reply = replies[3]; reply.status == "ProviderList")
    view.providers =
        protocol::list_from_json<protocol::ProviderInfo>(reply.data).value_or(std::vector<protocol::ProviderInfo>{});
  return view;
}

/// The process that wrote itself into daemon.lock, if it runs and is a panko; else 0.
pid_t lock_holder(const Places& places) {
  const std::string text = read_file(places.daemon_lock, 64).value_or("");
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  return pid > 0 && read_file(fmt::format("/proc/{}/comm", pid), 64).value_or("") == "panko\n" ? pid : 0;
}

/// The beginning of time when there is no such file.
WallTime changed_at(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return WallTime::min();
  return WallTime(std::chrono::floor<std::chrono::milliseconds>(std::chrono::nanoseconds(modified_ns(status))));
}

void judge(const DaemonView& view, pid_t pid, const Places& places, Findings& findings) {
  const std::string ours(protocol::build_version());
  if (!view.hello || view.hello->protocol != protocol::kVersion) {
    findings.push_back(finding(
        Level::problem,
        fmt::format("The daemon that runs is panko {} with protocol {}, this is panko {} with protocol {}; end it, and "
                    "the next command resumes its shares.",
                    view.hello ? view.hello->build : "of another build",
                    view.hello ? std::to_string(view.hello->protocol) : "unknown", ours, protocol::kVersion),
        fmt::format("kill {}", pid)));
    return;
  }
  if (!view.status) {
    findings.push_back(finding(Level::problem, "The daemon does not say how it is.", fmt::format("kill {}", pid)));
    return;
  }
  const std::string& program = view.status->program;
  std::error_code error;
  const bool is_gone = !program.empty() && !fs::exists(program, error);
  // Restarting another file than ours makes it ours only if that was replaced, too.
  const bool is_other = !program.empty() && program != program_path() && !view.status->restart_due;
  const std::string replace = fmt::format("kill {} && panko serve", pid);
  const std::string restart = is_gone ? replace : "panko serve --restart";
  const auto since = from_iso8601(view.status->started_at);
  const std::string uptime =
      since ? ", up for " + describe_duration(std::chrono::floor<std::chrono::seconds>(wall_now() - *since)) : "";
  if (is_gone)
    findings.push_back(
        finding(Level::warning,
                fmt::format("Runs (pid {}{}), but its program {} is not there any more: it cannot restart "
                            "in place. The next daemon takes up its shares.",
                            pid, uptime, program),
                restart));
  else if (view.hello->build != ours)
    findings.push_back(
        finding(Level::warning,
                fmt::format("Runs (pid {}{}), as panko {}{}; this is panko {}. Both understand each other.", pid,
                            uptime, view.hello->build, is_other ? " at " + program : "", ours),
                is_other ? replace : restart));
  else if (view.status->restart_due)
    findings.push_back(
        finding(Level::warning,
                fmt::format("Runs (pid {}{}), but its program was replaced since; the new one takes over "
                            "without ending a share by a restart.",
                            pid, uptime),
                restart));
  else
    findings.push_back(finding(Level::ok, fmt::format("Runs (pid {}, panko {}{}).", pid, ours, uptime)));
  for (const std::string& warning : view.status->warnings) findings.push_back(finding(Level::warning, warning));
  if (since && changed_at(places.config_file) > *since)
    findings.push_back(
        finding(Level::warning,
                "config.toml was changed since it started; it goes by the one of before until a restart.", restart));
}

}  // namespace

DaemonView check_daemon(const Places& places, Findings& findings) {
  pid_t pid = 0;
  try {
    auto socket = LineSocket::connect(places.socket);
    std::optional<DaemonView> view;
    // A restart cuts who waits for an answer; it is over in a moment.
    for (int tries = 2; socket && !view && tries > 0; --tries) {
      pid = socket->peer();
      view = questioned(*socket);
      if (!view) socket = LineSocket::connect(places.socket);
    }
    if (!socket) {
      if (const pid_t holder = lock_holder(places))
        findings.push_back(finding(
            Level::problem,
            fmt::format("A daemon (pid {}) runs, but does not listen at {}: it is ending, or its socket was removed.",
                        holder, places.socket.native()),
            fmt::format("kill {}", holder)));
      else
        findings.push_back(
            finding(Level::info, "None runs; it is started by the first command that needs it.", "panko serve"));
      return {};
    }
    if (!view) {
      findings.push_back(finding(Level::problem,
                                 fmt::format("The daemon (pid {}) ends its connections before it has answered; its log "
                                             "may say why.",
                                             pid),
                                 "panko logs"));
      return {};
    }
    judge(*view, pid, places, findings);
    return std::move(*view);
  } catch (const Failure& failure) {
    if (pid == 0)
      findings.push_back(finding(Level::problem, failure.what()));
    else
      findings.push_back(finding(Level::problem,
                                 fmt::format("The daemon (pid {}) does not answer: {} Once it is ended, the next one "
                                             "takes over its shares and their tunnels.",
                                             pid, failure.what()),
                                 fmt::format("kill -9 {}", pid)));
    return {};
  }
}

}  // namespace panko::cli
