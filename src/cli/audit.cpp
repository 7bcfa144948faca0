// panko audit: what happened to shares.
#include <fmt/format.h>

#include <memory>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/lookups.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "protocol/wire.hpp"

namespace panko::cli {

namespace {

struct Options {
  std::string share;
  bool json = false;
};

using protocol::AuditEntry;

Style style_of(std::string_view event) {
  return event == "error"                                              ? Style::red
         : event == "started"                                          ? Style::green
         : event == "stopped" || event == "expired" || event == "gone" ? Style::dim
                                                                       : Style::plain;
}

int audit(const Options& options) {
  DaemonClient daemon = daemon_at_work();
  protocol::Audit request;
  if (!options.share.empty()) request.share_id = find_share(daemon.list_shares(), options.share).id;
  const auto entries = daemon.audit(request);
  if (options.json) {
    print_line(to_text(protocol::to_json_array(entries)));
  } else if (entries.empty()) {
    note("Nothing was shared yet.");
  } else if (!output_is_terminal()) {
    for (const AuditEntry& entry : entries)
      print(tab_separated({shown(entry.at), shown(entry.share_id), shown(entry.event), shown(entry.session_name),
                           shown(entry.detail)}));
  } else {
    std::vector<Row> rows;
    for (const AuditEntry& entry : entries) {
      const auto at = from_iso8601(entry.at);
      rows.push_back({.cells = {{at ? local_time(*at) : shown(entry.at), Style::dim},
                                {shown(entry.share_id.substr(0, 8))},
                                {shown(entry.event), style_of(entry.event)},
                                {shown(entry.session_name), Style::bold}},
                      .below = {}});
      if (!entry.detail.empty()) rows.back().below.push_back({shown(entry.detail)});
    }
    print(aligned(rows, 3, terminal_columns()));
  }
  return 0;
}

}  // namespace

Command audit_command() {
  auto options = std::make_shared<Options>();
  return {.name = "audit",
          .summary = "Show what happened to your shares.",
          .details =
              "When each was started and with which options, how much was masked in it, each change of its link and of "
              "its options, its first view, its end, and whether its link was checked to be gone. Nothing is kept of "
              "who looked. In a pipe one line each, separated by tabs: time, share, event, title, detail.",
          .arguments = {{.names = "SHARE", .help = "the id of a share, or its beginning", .target = &options->share},
                        {.names = "--json", .help = "a JSON array (docs/json.md)", .target = &options->json}},
          .examples = {{"audit", "what did I ever publish?"}, {"audit 3f2a", "and what became of this one?"}},
          .run = [options] { return audit(*options); }};
}

}  // namespace panko::cli
