#include "tunnel/providers/ssh_failures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tunnel/log_line.hpp"

namespace panko::ssh {

namespace {

LogEvent failure(FailureClass kind, std::string sentence) {
  return {.kind = LogEvent::Kind::failure, .text = std::move(sentence), .failure = kind};
}

LogEvent permanent(std::string sentence) {
  return failure(FailureClass::permanent, std::move(sentence));
}

/// "user@host: Permission denied (publickey,password)."
bool is_permission_denied(std::string_view line) {
  constexpr std::string_view kDenied = ": Permission denied (";
  const auto at = line.find(kDenied);
  return at != std::string_view::npos && line.ends_with(").") &&
         line.substr(0, at).find_first_of(" \t/") == std::string_view::npos;
}

/// The part behind "PREFIX ... port N: ", which is what the system said.
std::string_view system_words(std::string_view line) {
  const auto at = line.rfind(": ");
  return at == std::string_view::npos ? line : line.substr(at + 2);
}

}  // namespace

std::optional<LogEvent> Failures::read(std::string_view line) {
  if (connected_) return read_connection(line);
  if (is_permission_denied(line)) return refused_key();
  if (line.starts_with("Load key \"") || line.starts_with("Warning: Identity file ")) {
    key_hint_ = fmt::format(" ssh says: {}", quote_log_line(line));
    return std::nullopt;
  }
  if (auto event = read_host_key(line)) return event;
  if (auto event = read_connection(line)) return event;
  return read_usage(line);
}

LogEvent Failures::refused_key() const {
  return permanent(fmt::format(
      "{} refuses panko's key: `{}` has to work without a password. A key with a passphrase has to be in an "
      "ssh-agent that panko's daemon knows; \"identity_file\" chooses the key.{}",
      server_, command_, key_hint_));
}

std::optional<LogEvent> Failures::read_host_key(std::string_view line) {
  if (line.find("WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!") != std::string_view::npos &&
      line.starts_with('@')) {
    host_key_changed_ = true;
  } else if (const auto start = line.find("ssh-keygen -f \""); host_key_changed_ && start != std::string_view::npos) {
    removal_ = quote_log_line(line.substr(start));
  } else if (line == "Host key verification failed.") {
    if (host_key_changed_)
      return permanent(fmt::format(
          "{} shows another host key than before: somebody may be listening in between. If you know that it "
          "was changed, remove the old one with `{}` and run `{}` once.",
          server_, removal_, command_));
    return permanent(
        fmt::format("The host key of {} is not known: run `{}` once, and compare the fingerprint.", server_, command_));
  }
  return std::nullopt;
}

std::optional<LogEvent> Failures::read_connection(std::string_view line) const {
  if (line.starts_with("ssh: Could not resolve hostname "))
    return failure(FailureClass::no_network,
                   fmt::format("The name of {} cannot be resolved ({}): check the network connection, and the name.",
                               server_, quote_log_line(system_words(line))));
  if (line.starts_with("ssh: connect to host ")) {
    const auto words = system_words(line);
    const bool offline = words == "Network is unreachable" || words == "No route to host" || words == "Network is down";
    return failure(offline ? FailureClass::no_network : FailureClass::transient,
                   fmt::format("{} cannot be reached: {}.", server_, quote_log_line(words)));
  }
  if (line.starts_with("Timeout, server ") && line.ends_with(" not responding."))
    return failure(FailureClass::transient, fmt::format("{} does not answer any more.", server_));
  if (!connected_ && line.find("Too many authentication failures") != std::string_view::npos &&
      (line.starts_with("Received disconnect from ") || line.starts_with("Disconnected from ")))
    return permanent(
        fmt::format("{} gave up on the many keys that ssh offered: set \"identity_file\" to the right one.", server_));
  if ((line.starts_with("Connection to ") && line.ends_with(" closed by remote host.")) ||
      line.starts_with("Connection closed by ") || line.starts_with("Connection reset by ") ||
      line.starts_with("kex_exchange_identification: ") || line.starts_with("client_loop: send disconnect: ") ||
      line.starts_with("Received disconnect from "))
    return failure(FailureClass::transient, fmt::format("{} closed the connection.", server_));
  if (line.starts_with("ControlSocket ") && line.ends_with(" already exists, disabling multiplexing"))
    return failure(FailureClass::transient, "Another ssh has the control socket of this tunnel.");
  return std::nullopt;
}

std::optional<LogEvent> Failures::read_usage(std::string_view line) const {
  if (line.starts_with("unknown option -- ") || line.starts_with("usage: ssh ") ||
      (line.starts_with("command-line") && line.find(": Bad ") != std::string_view::npos))
    return permanent(fmt::format("This ssh does not understand how panko calls it: {}.", quote_log_line(line)));
  const bool names_file =
      line.starts_with('/') && (line.find(": Bad configuration option: ") != std::string_view::npos ||
                                line.find(": terminating, ") != std::string_view::npos);
  if (names_file || line.starts_with("Bad owner or permissions on ") ||
      line.starts_with("Can't open user config file "))
    return permanent(
        fmt::format("ssh does not accept its configuration: {}. `{}` says the same.", quote_log_line(line), command_));
  return std::nullopt;
}

}  // namespace panko::ssh
