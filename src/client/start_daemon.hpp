// Starts a daemon in the background: this program's own `serve`, in a session of its own. Blocking, with a deadline.
#pragma once

#include "client/line_socket.hpp"
#include "config/places.hpp"

namespace panko {

/// Returns when a daemon is ready, or is there already (which may be one that is about to end: connect and see).
/// Throws Failure: the daemon's own sentence when it gave one, else one sentence and the tail of its log; and
/// Interrupted.
void start_daemon(const Places& places, Deadline deadline, int interrupt = -1);

/// start.lock: who starts a daemon holds it, so that of many clients one does. Released when it is destroyed, or when
/// the process dies.
class StartLock {
 public:
  explicit StartLock(const Places& places);
  /// False: somebody else holds it now.
  [[nodiscard]] bool try_take();

 private:
  Fd file_;
};

}  // namespace panko
