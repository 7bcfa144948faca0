// panko share: a session gets a link that outlives this command.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <thread>

#include "base/clock.hpp"
#include "base/nearest.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "cli/audience_options.hpp"
#include "cli/choice.hpp"
#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/lookups.hpp"
#include "cli/review.hpp"
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
  std::optional<std::string> hide;
  std::optional<std::string> max_views;
  bool own_tunnel = false;
  bool live = false;
  bool personal_shown = false;
  bool unmasked = false;
  bool review = false;
  bool password = false;
  bool password_stdin = false;
  bool download = false;
  bool json = false;
  bool yes = false;
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

bool may_ask(const Options& options) {
  return can_ask() && !options.no_input;
}

int refuse(std::string_view sentence) {
  complain(fmt::format("{} See: panko share --help", sentence));
  return kUsageStatus;
}

/// What contradicts itself; empty: nothing does.
std::string_view contradiction_in(const Options& options) {
  if (options.unmasked && options.personal_shown) return "--no-redact masks nothing, so --show-personal says nothing.";
  if (options.unmasked && options.review) return "--review looks at what is masked; with --no-redact nothing is.";
  if (options.review && (options.yes || options.no_input)) return "--review asks, and --yes and --no-input never do.";
  if (options.review && options.json) return "--review is for people, --json for programs.";
  if (options.password && options.password_stdin) return "Only one of --password and --password-stdin can be given.";
  return "";
}

/// An older daemon would ignore what it does not know, and publish more than it was told to.
void need_masking(DaemonClient& daemon) {
  const auto known = daemon.hello().capabilities;
  if (std::ranges::find(known, "Scan") == known.end())
    throw Failure(
        "The daemon that runs is older than this panko and would mask nothing. This lets the new one take over, and "
        "ends no share: panko serve --restart");
}

/// false: nothing is to be shared.
bool confirm_unmasked(const Options& options) {
  if (!may_ask(options))
    throw Failure("--no-redact publishes every secret in the session: that has to be confirmed on a terminal.");
  const auto answer =
      ask("Nothing will be masked: every key, password and name in the session is published. Type "
          "\"unmasked\" to go on: ");
  return answer == "unmasked";
}

/// What the owner says while looking at what was found. false: nothing is to be shared.
bool look(DaemonClient& daemon, const ProviderInfo& provider, protocol::StartShare& request) {
  const auto scan = daemon.scan({.session_path = request.session_path, .personal_shown = request.personal_shown});
  const auto reviewed = review(scan, request.personal_shown, request.hide, audience_of(provider));
  if (!reviewed) return false;
  for (const std::string& hash : reviewed->allowed) daemon.allow_value({.hash = hash, .allow = true});
  request.personal_shown = reviewed->personal_shown;
  request.hide = reviewed->hide;
  return true;
}

/// How much is masked is known when the daemon has read the whole session: a moment after the link works.
ShareInfo with_counts(DaemonClient& daemon, ShareInfo share) {
  using namespace std::chrono_literals;
  const auto deadline = std::chrono::steady_clock::now() + 2s;
  while (share.status == "active" && !share.unmasked.value_or(false) && !share.secrets_masked &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(20ms);
    const auto existing = share.existing;
    share = daemon.get_share(share.id);
    share.existing = existing;
  }
  return share;
}

/// `text` as a sentence, where it is one of ours that has neither capital nor full stop.
std::string as_sentence(std::string text) {
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text + '.';
}

void tell_what_is_shown(const ShareInfo& shared, const ProviderInfo& provider, const Options& options) {
  if (shared.unmasked.value_or(false)) note("Warning: nothing in it is masked.");
  const std::string masking = masking_of(shared);
  if (masking.empty())
    note("Secrets and personal data in it are masked.");
  else if (!shared.unmasked.value_or(false) || !shared.hidden.value_or(std::vector<std::string>{}).empty())
    note(as_sentence(masking));
  if (const auto leash = leash_of(shared); !leash.empty()) note(as_sentence(leash));
  const bool looks_on = can_ask() && !options.yes && !options.no_input && !options.review && !options.json;
  if (provider.is_public && looks_on && shared.secrets_masked.value_or(0) > 0)
    note(fmt::format("Look at what was masked: panko scan {}", shown(options.session)));
}

int share(const Options& options) {
  if (const auto contradiction = contradiction_in(options); !contradiction.empty()) return refuse(contradiction);
  protocol::StartShare request{.session_path = {},
                               .provider = {},
                               .expires = options.expires,
                               .own_tunnel = options.own_tunnel,
                               .bind = options.bind,
                               .live = options.live,
                               .unmasked = options.unmasked,
                               .personal_shown = options.personal_shown,
                               .hide = {},
                               .downloads = options.download};
  if (options.hide) {
    auto parts = hidden_parts(*options.hide);
    if (!parts) return refuse(parts.error().message);
    request.hide = std::move(*parts);
  }
  if (options.max_views) {
    const auto limit = view_limit(*options.max_views);
    if (!limit) return refuse(limit.error().message);
    if (*limit > 0) request.max_views = *limit;
  }
  if (options.review && !may_ask(options))
    throw Failure("--review asks, and nobody can be asked here; `panko scan` shows what is masked.");

  request.session_path = find_session(options.session).native();
  const Config config = value_or_throw(load_config(places().config_file));
  DaemonClient daemon = daemon_at_work();
  need_masking(daemon);
  const auto providers = daemon.list_providers();
  const auto name = options.provider
                        ? options.provider
                        : choose_provider(providers, config.default_provider, may_ask(options) && !options.yes);
  bool goes_on = name.has_value();
  const ProviderInfo* provider = goes_on ? &find_provider(providers, *name) : nullptr;
  if (goes_on && options.unmasked) goes_on = confirm_unmasked(options);
  if (goes_on && options.review) goes_on = look(daemon, *provider, request);
  if (goes_on && (options.password || options.password_stdin)) {
    request.password = new_password(options.password_stdin, may_ask(options));
    goes_on = request.password.has_value();
  }
  if (!goes_on) {
    note("Nothing was shared.");
    return kAbortedStatus;
  }
  request.provider = *name;

  const ShareInfo shared = with_counts(daemon, daemon.start_share(request));
  if (shared.status != "active") {
    // Its URL may be dead for ever: nobody is to be given it.
    if (options.json) print_line(to_text(protocol::to_json(shared)));
    complain(fmt::format("{} ({}), but its link does not work now. {}",
                         shared.existing.value_or(false) ? "This session is shared already" : "The session was shared",
                         shown(shared.id.substr(0, 8)), trouble_of(shared)));
    return 1;
  }
  note(fmt::format("{} through {}: {}",
                   shared.existing.value_or(false) ? "This session is shared already with these options" : "Shared",
                   shown(shared.provider_name), shown(shared.session_name)));
  note(who_can_read(*provider, options));
  if (const auto change = link_change_of(shared, wall_now()); !change.empty()) note("The " + change + ".");
  tell_what_is_shown(shared, *provider, options);
  if (shared.live.value_or(false))
    note(fmt::format(
        "Live: the page follows the session from now on. What is typed, answered and printed in it later is "
        "published too, masked in the same way, until the share ends or is frozen: panko edit {} --freeze",
        shown(shared.id.substr(0, 8))));
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
  return {
      .name = "share",
      .summary = "Share a session and print its link.",
      .details =
          "It is shared as it is now, or with --live as it goes on. Keys, tokens, passwords and personal data in it "
          "are masked before anything is published; `panko scan` and --review show which. The link outlives this "
          "command, this terminal "
          "and a reboot: it works until "
          "it expires or is stopped. On a terminal it is copied to the clipboard. Sharing the same session again "
          "with the same options gives the same link.",
      .arguments =
          {{.names = "SESSION",
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
           {.names = "--review",
            .help = "look first: every finding, then what else is hidden, then whether it is shared",
            .target = &options->review},
           {.names = "--hide",
            .help = "tools (what they gave back), thinking, steps (all but prompts and answers), with "
                    "commas between",
            .target = &options->hide,
            .value = "PARTS"},
           {.names = "--show-personal",
            .help = "mask secrets, but no names, e-mail addresses and machines; your own words "
                    "(`panko redact`) are masked all the same",
            .target = &options->personal_shown},
           {.names = "--no-redact",
            .help = "mask nothing at all; has to be confirmed on a terminal",
            .target = &options->unmasked},
           {.names = "--password",
            .help = "asks for a password that visitors have to give",
            .target = &options->password},
           {.names = "--password-stdin", .help = "reads it from standard input", .target = &options->password_stdin},
           {.names = "--max-views",
            .help = "how often it can be opened; previews by chat programs do not count",
            .target = &options->max_views,
            .value = "N"},
           {.names = "--download",
            .help = "visitors may take the masked session with them",
            .target = &options->download},
           {.names = "-y,--yes", .help = "no questions, as far as the options answer them", .target = &options->yes},
           {.names = "--no-input", .help = "never ask", .target = &options->no_input},
           {.names = "--json", .help = "one JSON object (docs/json.md)", .target = &options->json}},
      .examples = {{"share latest", "the newest session of this project"},
                   {"share 5d0c6a1e --provider cloudflare --expires 2h", "for anybody with the link, until lunch"},
                   {"share latest --live --expires 2h", "so that somebody can watch you work"},
                   {"share latest --review -t cloudflare", "with a look at everything that was masked"},
                   {"share latest --hide tools --password --max-views 3", "for few, and without tool output"},
                   {"share latest --bind 192.168.1.7", "for colleagues on this network"}},
      .run = [options] { return share(*options); }};
}

}  // namespace panko::cli
