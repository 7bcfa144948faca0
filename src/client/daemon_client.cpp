#include "client/daemon_client.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

extern "C" {  // glibc 2.36 forgot it in this one
#include <sys/pidfd.h>
}

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/files.hpp"
#include "base/text.hpp"
#include "client/start_daemon.hpp"
#include "protocol/build.hpp"

namespace panko {

using namespace std::chrono_literals;

namespace {

constexpr auto kStartTime = 5s;
constexpr auto kRetryPause = 10ms;
constexpr auto kTunnelTime = 90s;  // a tunnel may take 40 s to its URL
constexpr auto kEndTime = 20s;     // tunnels get time to end in order
constexpr auto kPassTime = 150s;   // a session pass may take 2 minutes

/// Every reply is checked here: what is wrong with it is the daemon's fault, and the user's next step is the same.
template <class T>
T understood(Result<T> result) {
  if (!result) throw Failure("The daemon's answer cannot be understood: " + result.error().message);
  return std::move(*result);
}

bool knows(const protocol::HelloInfo& daemon, std::string_view method) {
  return std::ranges::find(daemon.capabilities, method) != daemon.capabilities.end();
}

/// Of the ways to mend it the one that costs least. An older daemon can become the newer program, most likely this one.
Failure other_protocol(const protocol::HelloInfo& daemon, pid_t pid) {
  const std::string protocol = daemon.protocol > 0 ? std::to_string(daemon.protocol) : "unknown";
  const std::string who =
      fmt::format("The daemon that runs is panko {} with protocol {}, this is panko {} with protocol {}",
                  clean_line_for_terminal(daemon.build), protocol, protocol::build_version(), protocol::kVersion);
  if (daemon.protocol < protocol::kVersion && knows(daemon, "Restart"))
    return Failure(who + "; this lets it use the newer one, and its shares stay up: panko serve --restart");
  return Failure(fmt::format("{}; this ends the {} one, and the next command resumes its shares: kill {}", who,
                             daemon.protocol > protocol::kVersion ? "other" : "old", pid));
}

void wait_for_end(int fd, short events, pid_t pid) {
  pollfd poll_fd{.fd = fd, .events = events, .revents = 0};
  const Deadline deadline = deadline_in(kEndTime);
  while (::poll(&poll_fd, 1, milliseconds_until(deadline)) <= 0)
    if (std::chrono::steady_clock::now() >= deadline)
      throw Failure(fmt::format("The daemon (pid {}) is still ending its tunnels; look into its log.", pid));
}

}  // namespace

std::optional<DaemonClient> DaemonClient::connect(const Places& places) {
  auto greeting = say_hello(places, deadline_in(kStartTime), -1);
  if (!greeting) return std::nullopt;
  return std::move(greeting->client);
}

std::optional<DaemonClient> DaemonClient::greet(const Places& places, int interrupt) {
  return greet(places, deadline_in(kStartTime), interrupt);
}

DaemonClient DaemonClient::connect_or_start(const Places& places, int interrupt) {
  const Deadline deadline = deadline_in(kStartTime);
  const auto pause = [deadline, interrupt](std::string_view what) {
    if (std::chrono::steady_clock::now() >= deadline) throw Failure(std::string(what));
    (void)wait_for(-1, 0, deadline_in(kRetryPause), interrupt);
  };
  const auto attempt = [&] { return greet(places, deadline, interrupt); };

  if (auto client = attempt()) return std::move(*client);
  value_or_throw(ensure_private_directory(places.state_dir));
  StartLock lock(places);
  while (!lock.try_take()) {
    // Whoever holds it starts a daemon for us too.
    if (auto client = attempt()) return std::move(*client);
    pause("Another panko has been starting the daemon for 5 s; end it, or try again.");
  }
  for (;;) {
    if (auto client = attempt()) return std::move(*client);
    start_daemon(places, deadline, interrupt);
    if (auto client = attempt()) return std::move(*client);
    // The one that runs is on its way out, or was just killed.
    pause("A daemon holds its lock but does not listen; look into " + places.log_file.native() + ".");
  }
}

std::optional<DaemonClient::Greeting> DaemonClient::say_hello(const Places& places, Deadline deadline, int interrupt) {
  auto socket = LineSocket::connect(places.socket);
  if (!socket) return std::nullopt;
  socket->send(protocol::request_line("Hello"), deadline, interrupt);
  const auto line = socket->receive(deadline, interrupt);
  if (!line) return std::nullopt;
  return Greeting{.client = DaemonClient(std::move(*socket), interrupt),
                  .reply = understood(protocol::parse_reply(*line))};
}

std::optional<DaemonClient> DaemonClient::greet(const Places& places, Deadline deadline, int interrupt) {
  auto greeting = say_hello(places, deadline, interrupt);
  if (!greeting) return std::nullopt;
  auto& [client, reply] = *greeting;
  if (reply.status == "Error")
    throw other_protocol({.protocol = 0, .build = "of another build", .capabilities = {}}, client.daemon_pid());
  const auto hello = understood(protocol::from_json<protocol::HelloInfo>(reply.data));
  if (hello.protocol != protocol::kVersion) throw other_protocol(hello, client.daemon_pid());
  return std::move(client);
}

boost::json::value DaemonClient::call(std::string_view method, std::string_view status, boost::json::object params,
                                      std::chrono::milliseconds time) {
  const Deadline deadline = deadline_in(time);
  socket_.send(protocol::request_line(method, std::move(params)), deadline, interrupt_);
  auto reply = receive(deadline, interrupt_);
  if (reply.status != status)
    throw Failure(fmt::format("The daemon answered {} to {}.", clean_line_for_terminal(reply.status), method));
  return std::move(reply.data);
}

protocol::Reply DaemonClient::receive(std::optional<Deadline> deadline, int interrupt) {
  const auto line = socket_.receive(deadline, interrupt);
  if (!line) throw Failure("The daemon ended before it answered; the next command starts it again.");
  auto reply = understood(protocol::parse_reply(*line));
  if (reply.status == "Error") throw Failure(protocol::error_message_from(reply.data));
  return reply;
}

protocol::HelloInfo DaemonClient::hello() {
  return understood(protocol::from_json<protocol::HelloInfo>(call("Hello", "Hello")));
}

void DaemonClient::ping() {
  call("Ping", "Pong");
}

protocol::StatusInfo DaemonClient::status() {
  return understood(protocol::from_json<protocol::StatusInfo>(call("Status", "Status")));
}

protocol::ShareInfo DaemonClient::start_share(const protocol::StartShare& request) {
  return understood(
      protocol::from_json<protocol::ShareInfo>(call("StartShare", "ShareStarted", to_json(request), kTunnelTime)));
}

protocol::StoppedInfo DaemonClient::stop_share(std::string_view share_id) {
  return understood(protocol::from_json<protocol::StoppedInfo>(
      call("StopShare", "ShareStopped", protocol::share_id_params(share_id), kEndTime)));
}

protocol::ShareInfo DaemonClient::restore_share(std::string_view share_id) {
  return understood(protocol::from_json<protocol::ShareInfo>(
      call("RestoreShare", "ShareRestored", protocol::share_id_params(share_id))));
}

protocol::ShareInfo DaemonClient::update_share(const protocol::UpdateShare& request) {
  return understood(protocol::from_json<protocol::ShareInfo>(call("UpdateShare", "ShareUpdated", to_json(request))));
}

protocol::ScanInfo DaemonClient::scan(const protocol::Scan& request) {
  return understood(
      protocol::from_json<protocol::ScanInfo>(call("Scan", "Scanned", protocol::to_json(request), kPassTime)));
}

void DaemonClient::allow_value(const protocol::AllowValue& request) {
  call("AllowValue", "ValueAllowed", protocol::to_json(request));
}

std::vector<std::string> DaemonClient::redact_words(const protocol::RedactWords& request) {
  return understood(protocol::words_from(call("RedactWords", "Words", protocol::to_json(request))));
}

protocol::RedactionInfo DaemonClient::redaction(const protocol::GetRedaction& request) {
  return understood(
      protocol::from_json<protocol::RedactionInfo>(call("GetRedaction", "Redaction", protocol::to_json(request))));
}

std::vector<protocol::AuditEntry> DaemonClient::audit(const protocol::Audit& request) {
  return understood(
      protocol::list_from_json<protocol::AuditEntry>(call("Audit", "AuditLog", protocol::to_json(request))));
}

std::vector<protocol::ShareInfo> DaemonClient::list_shares() {
  return understood(protocol::list_from_json<protocol::ShareInfo>(call("ListShares", "ShareList")));
}

protocol::ShareInfo DaemonClient::get_share(std::string_view share_id) {
  return understood(
      protocol::from_json<protocol::ShareInfo>(call("GetShare", "Share", protocol::share_id_params(share_id))));
}

std::vector<protocol::ProviderInfo> DaemonClient::list_providers() {
  return understood(protocol::list_from_json<protocol::ProviderInfo>(call("ListProviders", "ProviderList")));
}

protocol::ViewInfo DaemonClient::open_view(std::string_view session_path, std::optional<std::uint16_t> port) {
  const protocol::OpenView request{.session_path = std::string(session_path), .port = port};
  return understood(protocol::from_json<protocol::ViewInfo>(call("OpenView", "ViewOpened", to_json(request))));
}

protocol::RestartedInfo DaemonClient::restart(std::string_view search_path) {
  const auto daemon = hello();
  if (!knows(daemon, "Restart")) {
    throw Failure(
        fmt::format("The daemon that runs is panko {}, which cannot restart in place; this ends it, and the next "
                    "command resumes its shares: kill {}",
                    clean_line_for_terminal(daemon.build), daemon_pid()));
  }
  return understood(protocol::from_json<protocol::RestartedInfo>(
      call("Restart", "Restarted", to_json(protocol::Restart{.search_path = std::string(search_path)}), kEndTime)));
}

void DaemonClient::shutdown() {
  // Before the request: the process is certainly still the daemon.
  const Fd process{::pidfd_open(daemon_pid(), 0)};
  call("Shutdown", "ShuttingDown");
  if (process)
    wait_for_end(process.get(), POLLIN, daemon_pid());
  else
    wait_for_end(fd(), POLLRDHUP, daemon_pid());
}

void DaemonClient::subscribe() {
  call("Subscribe", "Subscribed");
}

protocol::ShareInfo DaemonClient::next_change(int interrupt) {
  for (;;) {
    const auto line = socket_.receive(std::nullopt, interrupt);
    if (!line) throw Failure("The daemon has ended.");
    const auto event = understood(protocol::parse_reply(*line));
    if (auto share = understood(protocol::event_share_from(event.data))) return std::move(*share);
  }
}

}  // namespace panko
