// panko stop: end shares.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

struct Options {
  std::vector<std::string> ids;
  bool all = false;
  bool yes = false;
  bool no_input = false;
};

using protocol::ShareInfo;

void stop_one(DaemonClient& daemon, const ShareInfo& share) {
  const std::string gone = daemon.stop_share(share.id).gone;
  note(fmt::format("{}: {} ({}){}", share.status == "stopped" ? "Was stopped before" : "Stopped",
                   shown(share.session_name), shown(share.id),
                   gone == "checked"       ? "; its link was asked and answers 410 Gone."
                   : gone == "unreachable" ? "; its link was asked and leads nowhere."
                                           : ""));
  if (gone == "still there")
    note(
        fmt::format("Warning: {} still answers, though nothing serves it here: something on its way keeps a copy. "
                    "Such copies end after a while; look again.",
                    shown(share.public_url)));
}

int stop(const Options& options) {
  if (options.all != options.ids.empty()) {
    complain("stop needs the ID of a share, or --all. See: panko stop --help");
    return kUsageStatus;
  }
  DaemonClient daemon = daemon_at_work();
  auto shares = daemon.list_shares();
  if (!options.all) {
    // Look all of them up first: a mistyped one stops none.
    std::vector<const ShareInfo*> chosen;
    chosen.reserve(options.ids.size());
    for (const std::string& id : options.ids) chosen.push_back(&find_share(shares, id));
    for (const ShareInfo* share : chosen) stop_one(daemon, *share);
    return 0;
  }
  std::erase_if(shares, [](const ShareInfo& share) { return share.status == "stopped"; });
  if (shares.empty()) {
    note("Nothing is shared.");
    return 0;
  }
  if (can_ask() && !options.yes && !options.no_input) {
    const auto answer = ask(fmt::format("Stop {} share{}? [y/N] ", shares.size(), shares.size() == 1 ? "" : "s"));
    if (!answer || (*answer != "y" && *answer != "Y" && *answer != "yes")) {
      note("Nothing was stopped.");
      return kAbortedStatus;
    }
  }
  for (const ShareInfo& share : shares) stop_one(daemon, share);
  return 0;
}

}  // namespace

Command stop_command() {
  auto options = std::make_shared<Options>();
  return {.name = "stop",
          .summary = "End shares: their links answer 410 Gone.",
          .details =
              "Open pages and downloads end at once. Then panko asks the public link itself, and says what that "
              "answers.",
          .arguments = {{.names = "ID", .help = "ids of shares, or their beginnings", .target = &options->ids},
                        {.names = "--all", .help = "every share of this user", .target = &options->all},
                        {.names = "-y,--yes", .help = "do not ask before --all", .target = &options->yes},
                        {.names = "--no-input", .help = "never ask", .target = &options->no_input}},
          .examples = {{"stop 3f2a", "the one share whose id begins so (see `panko shares`)"},
                       {"stop --all --yes", "everything, unasked"}},
          .run = [options] { return stop(*options); }};
}

}  // namespace panko::cli
