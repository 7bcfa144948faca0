// panko serve-status: does a daemon run, and how does it stand?
#include <fmt/format.h>

#include <memory>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

std::string describe(const protocol::StatusInfo& status) {
  std::string shares;
  for (const auto& [state, count] : status.shares)
    if (count > 0) shares += fmt::format("{}{} {}", shares.empty() ? "" : ", ", count, shown(state));
  std::string out = fmt::format("The daemon runs: pid {}, panko {}, protocol {}.\n", status.pid, shown(status.version),
                                status.protocol);
  out += fmt::format("Socket:  {}\n", shown(status.socket));
  if (const auto since = from_iso8601(status.started_at))
    out +=
        fmt::format("Up for:  {}\n", describe_duration(std::chrono::floor<std::chrono::seconds>(wall_now() - *since)));
  out += fmt::format("Shares:  {}\n", shares.empty() ? "none" : shares);
  if (status.views > 0) out += fmt::format("Views:   {}\n", status.views);
  return out;
}

int serve_status(bool json) {
  auto daemon = DaemonClient::connect(places());
  std::optional<protocol::StatusInfo> status;
  if (daemon) status = daemon->status();
  if (status) show_warnings(*status);
  if (json)
    print_line(to_text(serve_status_json(status)));
  else
    print(status ? describe(*status) : "No daemon runs.\n");
  return status ? 0 : 1;
}

}  // namespace

Command serve_status_command() {
  auto json = std::make_shared<bool>(false);
  return {.name = "serve-status",
          .summary = "Say whether a daemon runs, and what it holds.",
          .details = "Starts none; the status is 1 when none runs.",
          .arguments = {{.names = "--json", .help = "one JSON object (docs/json.md)", .target = json.get()}},
          .examples = {{"serve-status --json", "for a program"}},
          .run = [json] { return serve_status(*json); }};
}

}  // namespace panko::cli
