// panko share: a session gets a link that outlives this command.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/clock.hpp"
#include "base/nearest.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "cli/choice.hpp"
#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/lookups.hpp"
#include "cli/sharing_words.hpp"
#include "cli/terminal.hpp"
#include "config/config.hpp"
#include "desktop/clipboard.hpp"
#include "protocol/wire.hpp"

namespace panko::cli {

namespace {

using protocol::ProviderInfo;
using protocol::ShareInfo;

struct Options {
  std::string session;
  std::optional<std::string> provider;
  std::optional<std::string> expires;
  std::optional<std::string> bind;
  bool own_tunnel = false;
  bool live = false;
  bool json = false;
  bool no_input = false;
};

const ProviderInfo& find_provider(const std::vector<ProviderInfo>& providers, const std::string& name) {
  std::vector<std::string_view> names;
  std::string list;
  for (const ProviderInfo& provider : providers) {
    if (provider.name == name) return provider;
    names.push_back(provider.name);
    list += (list.empty() ? "" : ", ") + provider.name;
  }
  const auto meant = nearest(name, names);
  const std::string asked = shown(truncate_utf8(name, 100));
  throw Failure(meant.empty() ? fmt::format("There is no provider \"{}\"; there are {}.", asked, list)
                              : fmt::format("There is no provider \"{}\"; did you mean \"{}\"?", asked, meant));
}

std::string who_can_read(const ProviderInfo& provider, const Options& options) {
  if (options.bind)
    return fmt::format("Warning: everybody who can reach {} and has the link can read it.", shown(*options.bind));
  return fmt::format("Who can read it: {}; {}.", audience_of(provider), stability_of(provider));
}

int share(const Options& options) {
  const std::filesystem::path session = find_session(options.session);
  const Config config = value_or_throw(load_config(places().config_file));
  DaemonClient daemon = daemon_at_work();
  const auto providers = daemon.list_providers();
  const auto name = options.provider
                        ? options.provider
                        : choose_provider(providers, config.default_provider, can_ask() && !options.no_input);
  if (!name) {
    note("Nothing was shared.");
    return kAbortedStatus;
  }
  const ProviderInfo& provider = find_provider(providers, *name);

  const ShareInfo shared = daemon.start_share({.session_path = session.native(),
                                               .provider = *name,
                                               .expires = options.expires,
                                               .own_tunnel = options.own_tunnel,
                                               .bind = options.bind,
                                               .live = options.live});
  if (shared.status != "active") {
    // Its URL may be dead for ever: nobody is to be given it.
    if (options.json) print_line(to_text(protocol::to_json(shared)));
    complain(fmt::format("This session is shared already ({}), but its link does not work now. {}",
                         shown(shared.id.substr(0, 8)), trouble_of(shared)));
    return 1;
  }
  note(fmt::format("{} through {}: {}",
                   shared.existing.value_or(false) ? "This session is shared already with these options" : "Shared",
                   shown(shared.provider_name), shown(shared.session_name)));
  note(who_can_read(provider, options));
  if (const auto change = link_change_of(shared, wall_now()); !change.empty()) note("The " + change + ".");
  note("The transcript is published as it is: nothing in it is masked.");
  if (shared.live.value_or(false))
    note(fmt::format(
        "Live: the page follows the session from now on. What is typed, answered and printed in it later is "
        "published too, until the share ends or is frozen: panko edit {} --freeze",
        shown(shared.id.substr(0, 8))));
  else if (options.live)
    note(
        "Warning: the daemon that runs is older than --live, so this page ends where the session ends now. Let this "
        "panko take over, then share again: panko serve --restart");
  if (options.json)
    print_line(to_text(protocol::to_json(shared)));
  else
    print_line(shown(shared.public_url));
  if (output_is_terminal()) {
    if (const auto copied = copy_to_clipboard(shared.public_url))
      note(*copied == "terminal" ? "The link is on the clipboard, if this terminal allows that."
                                 : "The link is on the clipboard.");
  }
  return 0;
}

}  // namespace

Command share_command() {
  auto options = std::make_shared<Options>();
  return {.name = "share",
          .summary = "Share a session and print its link.",
          .details =
              "It is shared as it is now, or with --live as it goes on. The link outlives this command, this terminal "
              "and a reboot: it works until "
              "it expires or is stopped. On a terminal it is copied to the clipboard. Sharing the same session again "
              "with the same options gives the same link.",
          .arguments = {{.names = "SESSION",
                         .help = "a path, an id, its beginning, or `latest`",
                         .target = &options->session,
                         .required = true},
                        {.names = "-t,--provider,--tunnel",
                         .help = "how to publish it (see `panko providers`); without it: `default_provider` of the "
                                 "configuration, else a question, else `local`",
                         .target = &options->provider,
                         .value = "PROVIDER"},
                        {.names = "--expires",
                         .help = "12h, 7d, 2w, ... or never (default: 7d, or `default_expiry`)",
                         .target = &options->expires,
                         .value = "TIME"},
                        {.names = "--live",
                         .help = "the page follows the session: what is said in it later is published too, as it is "
                                 "written, until `panko edit ID --freeze` or `panko stop ID`",
                         .target = &options->live},
                        {.names = "--own-tunnel",
                         .help = "a tunnel and a host name for this share alone",
                         .target = &options->own_tunnel},
                        {.names = "--bind",
                         .help = "with the provider `local`: the address to serve at, for others on the network",
                         .target = &options->bind,
                         .value = "ADDRESS"},
                        {.names = "--no-input", .help = "never ask", .target = &options->no_input},
                        {.names = "--json", .help = "one JSON object (docs/json.md)", .target = &options->json}},
          .examples = {{"share latest", "the newest session of this project"},
                       {"share 5d0c6a1e --provider cloudflare --expires 2h", "for anybody with the link, until lunch"},
                       {"share latest --live --expires 2h", "so that somebody can watch you work"},
                       {"share latest --bind 192.168.1.7", "for colleagues on this network"}},
          .run = [options] { return share(*options); }};
}

}  // namespace panko::cli
