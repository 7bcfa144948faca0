// What OpenSSH's client writes when it fails, as a class of failure and a sentence. The texts were taken from runs of
// OpenSSH 9.2. Hostile input: the server's own words stand in the same log, so whole lines are matched. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tunnel/provider.hpp"

namespace panko::ssh {

class Failures {
 public:
  /// For the sentences: `server`, and the command by which the user reaches it himself. Neither is secret.
  Failures(std::string server, std::string command) : server_(std::move(server)), command_(std::move(command)) {}

  /// Remembers what earlier lines said: ssh gives the cause first.
  [[nodiscard]] std::optional<LogEvent> read(std::string_view line);
  /// From now on visitors may have a say in the log: nothing in it is a permanent failure any more.
  void connected() { connected_ = true; }

 private:
  [[nodiscard]] std::optional<LogEvent> read_host_key(std::string_view line);
  [[nodiscard]] std::optional<LogEvent> read_connection(std::string_view line) const;
  [[nodiscard]] std::optional<LogEvent> read_usage(std::string_view line) const;
  [[nodiscard]] LogEvent refused_key() const;

  std::string server_;
  std::string command_;
  std::string key_hint_;
  std::string removal_ = "ssh-keygen -R";  // of a host key, as ssh says it
  bool host_key_changed_ = false;
  bool connected_ = false;
};

}  // namespace panko::ssh
