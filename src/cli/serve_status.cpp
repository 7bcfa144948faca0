// panko serve-status: does a daemon run, and how does it stand?
#include <fmt/format.h>

#include <memory>

#include "base/clock.hpp"
#include "base/numbers.hpp"
#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/lookups.hpp"
#include "cli/sharing_words.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

Style style_of(std::string_view state) {
  return state == "ready" ? Style::green : state == "failed" ? Style::red : Style::yellow;
}

std::string tunnels_of(const protocol::StatusInfo& status) {
  std::vector<Row> rows;
  for (const protocol::TunnelInfo& tunnel : status.tunnels) {
    Row row{.cells = {{shown(tunnel.provider), Style::bold},
                      {shown(tunnel.state), style_of(tunnel.state)},
                      {tunnel.pid > 0 ? fmt::format("pid {}", tunnel.pid) : "no process"},
                      {tunnel.share_id ? "share " + shown(tunnel.share_id->substr(0, 8))
                                       : format_count(tunnel.shares, "share", "shares")}},
            .below = {}};
    if (tunnel.state != "ready")
      row.below.push_back({tunnel_sentence(tunnel, wall_now()), style_of(tunnel.state)});
    else if (tunnel.url)
      row.below.push_back({shown(*tunnel.url)});
    rows.push_back(std::move(row));
  }
  return aligned(rows, 3, terminal_columns());
}

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
  return status.tunnels.empty() ? out : out + "\nTunnels:\n" + tunnels_of(status);
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
