// The daemon: takes its lock, opens the store, listens on the socket, serves until it is told to end.
#pragma once

#include "config/config.hpp"
#include "config/places.hpp"

namespace panko {

struct DaemonOptions {
  bool foreground = false;  // log to standard error; else to the log file
  /// Where to write the one line that a starting client waits for: "ready", "running PID" or "error SENTENCE". -1:
  /// nobody waits.
  int ready_fd = -1;
};

/// Runs the daemon in this process until SIGTERM, SIGINT or Shutdown. Returns the exit status; a second daemon says who
/// runs and returns 0. Throws Failure when it cannot start (after it told the ready pipe).
int run_daemon(const Places& places, const DaemonOptions& options);

}  // namespace panko
