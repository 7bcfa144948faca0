// panko serve: the daemon, in the background unless it is told otherwise.
#include <fmt/format.h>

#include <memory>

#include "base/program_path.hpp"
#include "base/search_path.hpp"
#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"
#include "protocol/build.hpp"

namespace panko::cli {

namespace {

struct Options {
  bool foreground = false;
  bool restart = false;
  bool self_check = false;
  std::optional<std::uint32_t> ready_fd;
  std::optional<std::uint32_t> handover_fd;
};

int descriptor(const std::optional<std::uint32_t>& fd) {
  return fd ? static_cast<int>(*fd) : -1;
}

int start(const Places& where) {
  auto running = DaemonClient::connect(where);
  const bool was_running = running.has_value();
  if (!running) running = DaemonClient::connect_or_start(where);
  const protocol::StatusInfo status = running->status();
  show_warnings(status);
  note(fmt::format("The daemon {} (pid {}).", was_running ? "runs already" : "has started", status.pid));
  return 0;
}

int restart(const Places& where) {
  auto running = DaemonClient::connect(where);
  if (!running) {
    const auto started = DaemonClient::connect_or_start(where);
    note(fmt::format("No daemon was running; one has started (pid {}).", started.daemon_pid()));
    return 0;
  }
  const protocol::HelloInfo before = running->hello();
  const protocol::RestartedInfo now = running->restart(own_search_path());
  note(fmt::format("The daemon has restarted (pid {}): panko {}, {}.", now.pid, shown(now.build),
                   now.build == before.build ? "as before" : "before it was " + shown(before.build)));
  if (now.protocol != protocol::kVersion)
    note(
        fmt::format("It speaks protocol {}, and this panko {} speaks {}. To let this one hold the shares: kill {} && "
                    "panko serve",
                    now.protocol, protocol::build_version(), protocol::kVersion, now.pid));
  else if (!now.program.empty() && now.program != program_path())
    note(fmt::format(
        "It runs {}, and this is {}. To let this one hold the shares, after a pause: kill {} && panko serve",
        shown(now.program), shown(program_path().native()), now.pid));
  return 0;
}

int serve(const Options& options, const CliHooks& hooks) {
  if (options.self_check) {
    print_line(hooks.self_check());
    return 0;
  }
  if (options.foreground || options.ready_fd || options.handover_fd)
    return hooks.run_daemon({.foreground = options.foreground,
                             .ready_fd = descriptor(options.ready_fd),
                             .handover_fd = descriptor(options.handover_fd)});
  return options.restart ? restart(places()) : start(places());
}

}  // namespace

Command serve_command(const CliHooks& hooks) {
  auto options = std::make_shared<Options>();
  return {
      .name = "serve",
      .summary = "Start the daemon that holds the shares.",
      .details =
          "Other commands start it by themselves when they need it. It takes up the shares that were active when "
          "the last one ended. After an upgrade, --restart puts the new program in the place of the one that runs: "
          "links, visitors and tunnels stay, and from then on the daemon looks for programs on this shell's PATH. It "
          "waits for a share that is being started, for 10 s at most.",
      .arguments = {{.names = "--foreground",
                     .help = "stay here and log to standard error (for systemd)",
                     .target = &options->foreground},
                    {.names = "--restart",
                     .help = "let the daemon that runs become the program that is installed now",
                     .target = &options->restart},
                    {.names = "--ready-fd",
                     .help = "where a starting client waits for the daemon",
                     .target = &options->ready_fd,
                     .value = "FD",
                     .hidden = true},
                    {.names = "--handover",
                     .help = "what the program before left in this process",
                     .target = &options->handover_fd,
                     .value = "FD",
                     .hidden = true},
                    {.names = "--self-check",
                     .help = "say whether this program could take over here",
                     .target = &options->self_check,
                     .hidden = true}},
      .examples = {{"serve", "returns when the daemon answers"},
                   {"serve --restart", "after an upgrade: nobody notices"},
                   {"serve --foreground", "as the systemd user unit does"}},
      .run = [options, hooks] { return serve(*options, hooks); }};
}

}  // namespace panko::cli
