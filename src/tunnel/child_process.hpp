// A child process on the loop. Destroying the object neither ends the process nor reaps it: whoever wants that signals
// it and waits for exited(). Lives on the loop's thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <optional>

#include "base/spawn.hpp"

namespace panko {

class ChildProcess {
 public:
  /// Takes over a process that spawn_program started.
  ChildProcess(boost::asio::io_context& loop, SpawnedProcess process);

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// To the process and all that it started in its group. Nothing once exited() has returned.
  void send_signal(int signal);
  /// The wait status once the process has ended; what is left of its group is killed then. nullopt: see cancel().
  /// The object has to outlive the wait.
  boost::asio::awaitable<std::optional<int>> exited();
  /// Ends the wait, not the process.
  void cancel();

 private:
  pid_t pid_;
  bool reaped_ = false;
  boost::asio::posix::stream_descriptor pidfd_;
};

/// "ended with status 1", "was killed by signal 9".
[[nodiscard]] std::string describe_wait_status(int status);

}  // namespace panko
