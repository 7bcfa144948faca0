// The process of a run: our own child, or one that an earlier daemon started and that is proven to be the run's.
// Destroying the object neither ends the process nor reaps it. Lives on the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <optional>
#include <string>

#include "base/spawn.hpp"
#include "tunnel/process.hpp"

namespace panko {

class RunProcess {
 public:
  /// Just spawned by us.
  RunProcess(const boost::asio::any_io_executor& executor, SpawnedProcess process);
  /// Found and proven (process.hpp). It may be our child all the same, of the time before an exec.
  RunProcess(const boost::asio::any_io_executor& executor, ProvenProcess process);

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool has_ended() const { return ended_; }
  /// To a child's whole group; to a process that was found, to it alone. Nothing once it has ended.
  void send_signal(int signal);
  /// Returns once it has ended; what is left of a child's group is killed then. The wait status; nullopt: not our
  /// child, so there is none. The object has to outlive the wait.
  boost::asio::awaitable<std::optional<int>> ended();

 private:
  pid_t pid_;
  bool leads_group_;
  bool ended_ = false;
  boost::asio::posix::stream_descriptor pidfd_;
};

/// "ended with status 1", "was killed by signal 9"; "ended" when there is no status.
[[nodiscard]] std::string describe_wait_status(std::optional<int> status);

}  // namespace panko
