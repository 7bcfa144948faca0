// panko edit: change a share; its link stays.
#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

struct Options {
  std::string id;
  bool freeze = false;
};

using protocol::ShareInfo;

std::string named(const ShareInfo& share) {
  return fmt::format("{} ({})", shown(share.session_name), shown(share.id));
}

void freeze(DaemonClient& daemon, const ShareInfo& share) {
  const ShareInfo frozen = daemon.update_share({.share_id = share.id, .freeze = true});
  if (share.live.value_or(false))
    note(fmt::format("Frozen: {}. The page ends where the session ended just now.", named(frozen)));
  else
    note(fmt::format("Not live, so its page ends already: {}.", named(frozen)));
}

int edit(const Options& options) {
  if (!options.freeze) {
    complain("edit needs something to change: --freeze. See: panko edit --help");
    return kUsageStatus;
  }
  DaemonClient daemon = daemon_at_work();
  const auto shares = daemon.list_shares();
  freeze(daemon, find_share(shares, options.id));
  return 0;
}

}  // namespace

Command edit_command() {
  auto options = std::make_shared<Options>();
  return {.name = "edit",
          .summary = "Change a share; its link stays the same.",
          .details = "For what `panko share --live` has shared, and `panko shares` lists.",
          .arguments =
              {{.names = "ID", .help = "the id of a share, or its beginning", .target = &options->id, .required = true},
               {.names = "--freeze",
                .help = "a live share follows its session no longer: the page ends where the session ends "
                        "now, in open browsers too",
                .target = &options->freeze}},
          .examples = {{"edit 3f2a --freeze", "what is said in the session from now on is not published"}},
          .run = [options] { return edit(*options); }};
}

}  // namespace panko::cli
