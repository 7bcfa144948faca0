// The daemon: takes its lock, opens the store, listens on the socket, serves until it is told to end.
#pragma once

#include <filesystem>

#include "base/program_path.hpp"
#include "config/config.hpp"
#include "config/places.hpp"

namespace panko {

struct DaemonOptions {
  bool foreground = false;  // log to standard error; else to the log file
  /// Where to write the one line that a starting client waits for: "ready", "running PID" or "error SENTENCE". -1:
  /// nobody waits.
  int ready_fd = -1;
  /// What the program before left in this process (handover.hpp); -1: there was none.
  int handover_fd = -1;
  /// What a restart puts in this one's place.
  std::filesystem::path program = program_path();
};

/// Runs the daemon in this process until SIGTERM, SIGINT or Shutdown. Returns the exit status; a second daemon says who
/// runs and returns 0. Throws Failure when it cannot start (after it told the ready pipe).
int run_daemon(const Places& places, const DaemonOptions& options);

}  // namespace panko
