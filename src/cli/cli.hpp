// The command line: parses, runs one subcommand, maps failures to exit statuses. One file a subcommand.
#pragma once

#include <functional>
#include <string>

namespace panko {

/// How `serve` starts the daemon; descriptors are -1 when there is none.
struct DaemonStart {
  bool foreground = false;
  int ready_fd = -1;
  int handover_fd = -1;
};

struct CliHooks {
  /// Runs the daemon in this process: `cli`, `daemon` and `tui` meet only in main.
  std::function<int(const DaemonStart& start)> run_daemon = nullptr;
  /// What a running daemon asks of the program that is to take its place.
  std::function<std::string()> self_check = nullptr;
  /// `panko` alone on a terminal that can be drawn on.
  std::function<int()> run_tui = nullptr;
};

/// Exit status: 0 done, 1 failed, 2 usage, 130 a choice was aborted.
int run_cli(int argc, char** argv, const CliHooks& hooks);

}  // namespace panko
