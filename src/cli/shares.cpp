// panko shares: what is shared now.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/lookups.hpp"
#include "cli/sharing_words.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "protocol/wire.hpp"

namespace panko::cli {

namespace {

struct Options {
  bool all = false;
  bool json = false;
};

using protocol::ShareInfo;

Style style_of(std::string_view status) {
  return status == "active"     ? Style::green
         : status == "error"    ? Style::red
         : status == "starting" ? Style::yellow
                                : Style::dim;
}

std::string expiry_of(const ShareInfo& share, WallTime now) {
  if (share.status == "stopped") return "-";
  if (!share.expires_at) return "never";
  const auto at = from_iso8601(*share.expires_at);
  if (!at) return shown(*share.expires_at);
  const auto left = std::chrono::floor<std::chrono::seconds>(*at - now);
  return left < std::chrono::minutes{1} ? "now" : "in " + describe_time_left(left);
}

std::string views_of(const ShareInfo& share) {
  const std::uint64_t views = share.views.value_or(0);
  if (share.max_views) return fmt::format("{} of {}", views, *share.max_views);
  return views == 0 ? "-" : std::to_string(views);
}

std::string flags_of(const ShareInfo& share) {
  std::string flags;
  for (const auto& [flag, name] : {std::pair{share.unmasked, "unmasked"},
                                   {share.personal_shown, "personal-shown"},
                                   {share.password, "password"},
                                   {share.downloads, "downloads"}})
    if (flag.value_or(false)) flags += (flags.empty() ? "" : ",") + std::string(name);
  return flags;
}

std::string number(const std::optional<std::uint64_t>& value) {
  return value ? std::to_string(*value) : "";
}

Row row_of(const ShareInfo& share, WallTime now) {
  const auto started = from_iso8601(share.started_at);
  Row row{.cells = {{shown(share.status), style_of(share.status)},
                    {shown(share.session_name), Style::bold},
                    {shown(share.provider_name)},
                    {started ? short_time(std::chrono::floor<std::chrono::seconds>(now - *started)) : "-"},
                    {expiry_of(share, now)},
                    {views_of(share)},
                    {shown(share.id.substr(0, 8))}},
          .below = {}};
  const bool is_up = share.status == "active";
  if (const auto link = link_of(share); !link.empty()) row.below.push_back({link, is_up ? Style::plain : Style::dim});
  if (const auto live = live_of(share); !live.empty()) row.below.push_back({live, is_up ? Style::green : Style::dim});
  if (const auto visitors = visitors_of(share, now); !visitors.empty())
    row.below.push_back({visitors, share.viewers.value_or(0) > 0 && is_up ? Style::green : Style::dim});
  for (const auto& [text, alarms] :
       {std::pair{masking_of(share), share.unmasked.value_or(false)}, {leash_of(share), false}})
    if (!text.empty()) row.below.push_back({text, alarms && is_up ? Style::yellow : Style::dim});
  if (const auto change = link_change_of(share, now); !change.empty()) row.below.push_back({change, Style::yellow});
  if (const auto trouble = trouble_of(share); !trouble.empty()) row.below.push_back({trouble, Style::red});
  return row;
}

std::string line_of(const ShareInfo& share) {
  return tab_separated({shown(share.id),
                        shown(share.status),
                        shown(share.provider_name),
                        shown(share.started_at),
                        shown(share.expires_at.value_or("never")),
                        shown(share.public_url),
                        shown(share.session_name),
                        shown(share.error.value_or("")),
                        std::to_string(share.views.value_or(0)),
                        shown(share.tunnel.value_or("")),
                        shown(share.url_changed_at.value_or("")),
                        share.live.value_or(false) ? "live" : "",
                        number(share.viewers),
                        number(share.previews),
                        shown(share.last_viewed_at.value_or("")),
                        number(share.secrets_masked),
                        number(share.personal_masked),
                        shown(fmt::format("{}", fmt::join(share.hidden.value_or(std::vector<std::string>{}), ","))),
                        number(share.max_views),
                        flags_of(share)});
}

int shares(const Options& options) {
  auto found = daemon_at_work().list_shares();
  if (!options.all) std::erase_if(found, [](const ShareInfo& share) { return share.status == "stopped"; });
  std::ranges::sort(found, std::ranges::greater{}, &ShareInfo::started_at);
  if (options.json) {
    print_line(to_text(protocol::to_json_array(found)));
    return 0;
  }
  if (found.empty()) {
    note("Nothing is shared. `panko share latest` shares the newest session.");
  } else if (!output_is_terminal()) {
    for (const ShareInfo& share : found) print(line_of(share));
  } else {
    std::vector<Row> rows{{.cells = {{"STATE", Style::dim},
                                     {"TITLE", Style::dim},
                                     {"PROVIDER", Style::dim},
                                     {"AGE", Style::dim},
                                     {"EXPIRES", Style::dim},
                                     {"VIEWS", Style::dim},
                                     {"ID", Style::dim}},
                           .below = {}}};
    for (const ShareInfo& share : found) rows.push_back(row_of(share, wall_now()));
    print(aligned(rows, 1, terminal_columns()));
  }
  return 0;
}

}  // namespace

Command shares_command() {
  auto options = std::make_shared<Options>();
  return {
      .name = "shares",
      .summary = "List what is shared now, with its links.",
      .details =
          "Of each share also who looks, what of the session is masked or hidden, and what holds visitors up. A view "
          "is "
          "a person who opened the page; loads by programs (previews of chats, crawlers) are counted apart. In a pipe "
          "one line each, separated by tabs: id, state, provider, started, expires, link, title, error, views, tunnel, "
          "link changed, live, viewers now, previews, last seen, secrets masked, personal values masked, hidden, most "
          "views, flags.",
      .arguments = {{.names = "--all", .help = "stopped ones too", .target = &options->all},
                    {.names = "--json", .help = "a JSON array (docs/json.md)", .target = &options->json}},
      .examples = {{"shares", "the links that work now"}, {"shares --all --json", "and those that did, for a program"}},
      .run = [options] { return shares(*options); }};
}

}  // namespace panko::cli
