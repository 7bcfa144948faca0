// panko serve-stop: end every share and the daemon.
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

int serve_stop() {
  auto daemon = DaemonClient::connect(places());
  if (!daemon) {
    note("No daemon runs.");
    return 0;
  }
  const protocol::StatusInfo status = daemon->status();
  std::uint64_t shares = 0;
  for (const auto& [state, count] : status.shares)
    if (state != "stopped") shares += count;
  daemon->shutdown();
  note(shares == 0 ? "The daemon has ended."
                   : fmt::format("The daemon has ended, and with it {} share{}.", shares, shares == 1 ? "" : "s"));
  return 0;
}

}  // namespace

Command serve_stop_command() {
  return {.name = "serve-stop",
          .summary = "End every share, then the daemon.",
          .details = "To end the daemon alone, send it SIGTERM: its shares stay, and the next daemon takes them up.",
          .examples = {{"serve-stop", "nothing of this user is shared any more"}},
          .run = [] { return serve_stop(); }};
}

}  // namespace panko::cli
