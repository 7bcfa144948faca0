// panko serve: the daemon, in the background unless it is told otherwise.
#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

struct Options {
  bool foreground = false;
  std::optional<std::uint32_t> ready_fd;
};

int serve(const Options& options, const CliHooks& hooks) {
  if (options.foreground || options.ready_fd)
    return hooks.run_daemon(options.foreground, options.ready_fd ? static_cast<int>(*options.ready_fd) : -1);
  const Places where = places();
  auto running = DaemonClient::connect(where);
  const bool was_running = running.has_value();
  if (!running) running = DaemonClient::connect_or_start(where);
  const protocol::StatusInfo status = running->status();
  show_warnings(status);
  note(fmt::format("The daemon {} (pid {}).", was_running ? "runs already" : "has started", status.pid));
  return 0;
}

}  // namespace

Command serve_command(const CliHooks& hooks) {
  auto options = std::make_shared<Options>();
  return {.name = "serve",
          .summary = "Start the daemon that holds the shares.",
          .details =
              "Other commands start it by themselves when they need it. It takes up the shares that were active when "
              "the last one ended.",
          .arguments = {{.names = "--foreground",
                         .help = "stay here and log to standard error (for systemd)",
                         .target = &options->foreground},
                        {.names = "--ready-fd",
                         .help = "where a starting client waits for the daemon",
                         .target = &options->ready_fd,
                         .value = "FD",
                         .hidden = true}},
          .examples = {{"serve", "returns when the daemon answers"},
                       {"serve --foreground", "as the systemd user unit does"}},
          .run = [options, hooks] { return serve(*options, hooks); }};
}

}  // namespace panko::cli
