// Telling others how the daemon does: the client that started it, and systemd. Neither may hold it up or make it fail.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace panko {

/// The pipe of a starting client. It gets one line; then it is closed.
class ReadyPipe {
 public:
  /// -1: nobody waits.
  explicit ReadyPipe(int fd) : pipe_(fd) {}
  ~ReadyPipe() { close(); }
  ReadyPipe(const ReadyPipe&) = delete;
  ReadyPipe& operator=(const ReadyPipe&) = delete;

  void ready() { tell("ready"); }
  void running(pid_t pid);
  void error(std::string_view sentence);

 private:
  void tell(std::string_view line);
  void close();

  Fd pipe_;
};

/// systemd's $NOTIFY_SOCKET; taken out of the environment, so that children do not speak for us.
class ServiceManager {
 public:
  ServiceManager();

  /// "READY=1", "STOPPING=1"
  void tell(std::string_view state) const;
  /// Of $NOTIFY_SOCKET; empty: there is none.
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  std::string address_;
};

/// That the service will be there again in a moment; "READY=1" follows.
[[nodiscard]] std::string reloading_state();

}  // namespace panko
