// panko edit: change a share; its link stays.
#include <fmt/format.h>

#include <memory>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cli/audience_options.hpp"
#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/sharing_words.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

struct Options {
  std::string id;
  std::optional<std::string> expires;
  std::optional<std::string> max_views;
  std::optional<std::string> hide;
  std::optional<std::string> download;
  bool freeze = false;
  bool password = false;
  bool password_stdin = false;
  bool no_password = false;
  bool no_input = false;
};

using protocol::ShareInfo;

std::string expiry_of(const ShareInfo& share) {
  if (!share.expires_at) return "It does not expire.";
  const auto at = from_iso8601(*share.expires_at);
  if (!at) return "It expires at " + shown(*share.expires_at) + '.';
  return fmt::format("It expires in {}.",
                     describe_time_left(std::chrono::floor<std::chrono::seconds>(*at - wall_now())));
}

void tell(const protocol::UpdateShare& request, const ShareInfo& before, const ShareInfo& after) {
  note(fmt::format("Changed: {} ({})", shown(after.session_name), shown(after.id)));
  if (request.freeze)
    note(before.live.value_or(false) ? "Frozen: the page ends where the session ended just now."
                                     : "Not live, so its page ends already.");
  if (request.expires) note(expiry_of(after));
  if (request.password)
    note(request.password->empty() ? "It asks for no password."
                                   : "It asks for the new password; whoever was let in before has to give it too.");
  if (request.max_views)
    note(*request.max_views == 0
             ? "It can be opened as often as anybody likes."
             : fmt::format("It can be opened {} times, counted from the first view on.", *request.max_views));
  if (request.hide) {
    const std::string masking = masking_of(after);
    note(request.hide->empty() ? "Nothing is hidden." : "What visitors do not see: " + masking + '.');
  }
  if (request.downloads) note(*request.downloads ? "It can be downloaded." : "It cannot be downloaded.");
}

int refuse(std::string_view sentence) {
  complain(fmt::format("{} See: panko edit --help", sentence));
  return kUsageStatus;
}

int edit(const Options& options) {
  protocol::UpdateShare request;
  request.freeze = options.freeze;
  request.expires = options.expires;
  if (options.max_views) {
    const auto limit = view_limit(*options.max_views);
    if (!limit) return refuse(limit.error().message);
    request.max_views = *limit;
  }
  if (options.hide) {
    auto parts = hidden_parts(*options.hide);
    if (!parts) return refuse(parts.error().message);
    request.hide = std::move(*parts);
  }
  if (options.download) request.downloads = *options.download == "on";
  if (options.password + options.password_stdin + options.no_password > 1)
    return refuse("Only one of --password, --password-stdin and --no-password can be given.");
  const bool sets_password = options.password || options.password_stdin;
  if (!request.freeze && !request.expires && !request.max_views && !request.hide && !request.downloads &&
      !sets_password && !options.no_password)
    return refuse("edit needs something to change.");

  DaemonClient daemon = daemon_at_work();
  const auto shares = daemon.list_shares();
  const ShareInfo& share = find_share(shares, options.id);
  request.share_id = share.id;
  if (options.no_password) request.password = "";
  if (sets_password) {
    request.password = new_password(options.password_stdin, can_ask() && !options.no_input);
    if (!request.password) {
      note("Nothing was changed.");
      return kAbortedStatus;
    }
  }
  tell(request, share, daemon.update_share(request));
  return 0;
}

}  // namespace

Command edit_command() {
  auto options = std::make_shared<Options>();
  return {
      .name = "edit",
      .summary = "Change a share; its link stays the same.",
      .details = "For what `panko shares` lists. It holds at once, in pages that are open, too.",
      .arguments =
          {{.names = "ID", .help = "the id of a share, or its beginning", .target = &options->id, .required = true},
           {.names = "--freeze",
            .help = "a live share follows its session no longer: the page ends where the session ends "
                    "now, in open browsers too",
            .target = &options->freeze},
           {.names = "--expires",
            .help = "12h, 7d, 2w, ... from now on, or never",
            .target = &options->expires,
            .value = "TIME"},
           {.names = "--password",
            .help = "asks for the password that visitors have to give from now on",
            .target = &options->password},
           {.names = "--password-stdin", .help = "reads it from standard input", .target = &options->password_stdin},
           {.names = "--no-password", .help = "visitors need none any more", .target = &options->no_password},
           {.names = "--max-views",
            .help = "how often it can be opened, counted from the first view on, or none",
            .target = &options->max_views,
            .value = "N"},
           {.names = "--hide",
            .help = "tools (what they gave back), thinking, steps (all but prompts and answers), with commas "
                    "between, or none",
            .target = &options->hide,
            .value = "PARTS"},
           {.names = "--download",
            .help = "on or off: whether visitors may take the masked session with them",
            .target = &options->download,
            .value = "on|off",
            .choices = {"on", "off"}},
           {.names = "--no-input", .help = "never ask", .target = &options->no_input}},
      .examples = {{"edit 3f2a --freeze", "what is said in the session from now on is not published"},
                   {"edit 3f2a --expires 2h --hide tools", "for two more hours, without tool output"},
                   {"edit 3f2a --password", "the link alone is not enough any more"}},
      .run = [options] { return edit(*options); }};
}

}  // namespace panko::cli
