// What `panko doctor` finds about providers, tunnels and shares, from what the daemon told.
#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/numbers.hpp"
#include "base/search_path.hpp"
#include "cli/diagnosis.hpp"
#include "cli/run_program.hpp"
#include "cli/sharing_words.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

using protocol::ProviderInfo;
using protocol::TunnelInfo;

constexpr const char* kRestart = "panko serve --restart";

/// Where this shell finds the provider's program though the daemon does not; empty: no such difference.
std::string found_here_only(const ProviderInfo& provider, const std::string& ours, const std::string& theirs) {
  if (provider.program.empty() || theirs.empty() || find_on_path(theirs, provider.program)) return "";
  const auto here = find_on_path(ours, provider.program);
  return here ? here->native() : "";
}

/// What is not set up matters where it is meant to be used.
Level level_of_missing(const ProviderInfo& provider, const DaemonView& daemon, const std::optional<Config>& config) {
  const bool is_used = std::ranges::any_of(daemon.shares, [&](const protocol::ShareInfo& share) {
    return share.provider_name == provider.name && share.status != "stopped";
  });
  if (is_used || (daemon.status && daemon.status->default_provider == provider.name)) return Level::problem;
  return config && config->providers.contains(provider.name) ? Level::warning : Level::info;
}

void check_provider(const ProviderInfo& provider, const DaemonView& daemon, const std::optional<Config>& config,
                    const std::string& search_path, Findings& findings) {
  Finding finding{.check = "provider " + shown(provider.name), .sentence = {}};
  const std::string here = found_here_only(provider, search_path, daemon.status ? daemon.status->search_path : "");
  if (provider.available) {
    finding.sentence = fmt::format("Available: {}; {}.", audience_of(provider), stability_of(provider));
  } else if (!here.empty()) {
    // The daemon was started elsewhere, often by systemd or at login, and looks for programs where that shell did.
    finding.level = Level::warning;
    finding.sentence = fmt::format(
        "This shell finds {} ({}), but the daemon's PATH lacks it: it is the PATH of whatever started the daemon. A "
        "restart from this shell gives it this PATH, and ends no share.",
        shown(provider.program), shown(here));
    finding.mend = kRestart;
  } else {
    finding.level = level_of_missing(provider, daemon, config);
    finding.sentence = shown(provider.missing.value_or("Not available."));
    if (provider.mend) finding.mend = shown(*provider.mend);
  }
  findings.push_back(std::move(finding));
}

void check_tunnel(const TunnelInfo& tunnel, Findings& findings) {
  if (tunnel.state == "ready" || tunnel.state == "stopping") return;
  findings.push_back(
      {.level = tunnel.state == "failed" ? Level::problem : Level::warning,
       .check = "tunnel " + shown(tunnel.provider),
       .sentence = fmt::format("{} {} no link meanwhile.", tunnel_sentence(tunnel, wall_now()),
                               tunnel.shares == 1 ? "1 share has" : fmt::format("{} shares have", tunnel.shares)),
       .mend = "panko logs"});
}

}  // namespace

void check_sharing(const DaemonView& daemon, const std::optional<Config>& config, const std::string& search_path,
                   Findings& findings) {
  if (config && config->default_provider && !daemon.providers.empty() &&
      std::ranges::find(daemon.providers, *config->default_provider, &ProviderInfo::name) == daemon.providers.end())
    findings.push_back({.level = Level::problem,
                        .check = "config",
                        .sentence = fmt::format("default_provider is \"{}\", and there is no such provider.",
                                                shown(*config->default_provider)),
                        .mend = "panko config unset default_provider"});
  for (const ProviderInfo& provider : daemon.providers) check_provider(provider, daemon, config, search_path, findings);
  if (!daemon.status) return;

  for (const TunnelInfo& tunnel : daemon.status->tunnels) check_tunnel(tunnel, findings);
  const auto ready = std::ranges::count(daemon.status->tunnels, "ready", &TunnelInfo::state);
  if (ready > 0)
    findings.push_back(
        {.check = "tunnels",
         .sentence = format_count(static_cast<std::uint64_t>(ready), "tunnel is", "tunnels are") + " up."});
  std::uint64_t all = 0;
  std::uint64_t live = 0;
  std::uint64_t broken = 0;
  for (const protocol::ShareInfo& share : daemon.shares) {
    if (share.status == "stopped") continue;
    ++all;
    if (share.live.value_or(false)) ++live;
    if (share.status == "error") ++broken;
  }
  if (broken > 0)
    findings.push_back(
        {.level = Level::warning,
         .check = "shares",
         .sentence = fmt::format("{} of {} not work now.", broken, format_count(all, "share does", "shares do")),
         .mend = "panko shares"});
  else
    findings.push_back(
        {.check = "shares",
         .sentence = all == 0 ? "Nothing is shared." : format_count(all, "share works.", "shares work.")});
  if (live > 0)
    findings.push_back({.check = "live shares",
                        .sentence = format_count(live, "share is", "shares are") +
                                    " live: what is said later in a session is published too."});
}

}  // namespace panko::cli
