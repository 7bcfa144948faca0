// The command line: parses, runs one subcommand, maps failures to exit statuses. One file a subcommand.
#pragma once

#include <functional>

namespace panko {

struct CliHooks {
  /// Runs the daemon in this process: `cli`, `daemon` and `tui` meet only in main.
  std::function<int(bool foreground, int ready_fd)> run_daemon;
  /// `panko` alone on a terminal that can be drawn on.
  std::function<int()> run_tui = nullptr;
};

/// Exit status: 0 done, 1 failed, 2 usage, 130 a choice was aborted.
int run_cli(int argc, char** argv, const CliHooks& hooks);

}  // namespace panko
