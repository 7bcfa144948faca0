#include "cli/sharing_words.hpp"

#include <fmt/format.h>

#include "base/numbers.hpp"
#include "cli/terminal.hpp"
#include "protocol/findings.hpp"

namespace panko::cli {

namespace {

std::string sentence(std::string text) {
  if (!text.empty() && !text.ends_with('.') && !text.ends_with('!') && !text.ends_with('?')) text += '.';
  return text;
}

std::string since(const std::string& moment, WallTime now) {
  const auto then = from_iso8601(moment);
  if (!then) return "";
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now - *then);
  return seconds < std::chrono::seconds{5} ? " just now" : fmt::format(" {} ago", describe_duration(seconds));
}

}  // namespace

std::string audience_of(const protocol::ProviderInfo& provider) {
  if (!provider.audience.empty()) return shown(provider.audience);
  return provider.is_public ? "anyone with the link" : "only this machine";
}

std::string stability_of(const protocol::ProviderInfo& provider) {
  return provider.stable_url ? "the link stays" : "the link changes when the tunnel starts anew";
}

std::string link_of(const protocol::ShareInfo& share) {
  if (share.public_url.empty()) return "";
  const std::string url = shown(share.public_url);
  if (share.status == "stopped") return url + " (ended)";
  return share.status == "active" ? url : url + " (does not work now)";
}

std::string live_of(const protocol::ShareInfo& share) {
  if (!share.live.value_or(false) || share.status == "stopped") return "";
  return "live: what is said in the session later is published too";
}

std::string visitors_of(const protocol::ShareInfo& share, WallTime now) {
  std::string out;
  const auto add = [&out](const std::string& words) { out += (out.empty() ? "" : ", ") + words; };
  if (const auto viewers = share.viewers.value_or(0); viewers > 0 && share.status != "stopped")
    add(viewers == 1 ? "1 person looks now" : fmt::format("{} people look now", viewers));
  if (const auto views = share.views.value_or(0); views > 0) {
    const std::string last = share.last_viewed_at ? since(*share.last_viewed_at, now) : "";
    add(format_count(views, "view", "views") + (last.empty() ? "" : ", the last" + last));
  }
  if (const auto previews = share.previews.value_or(0); previews > 0)
    add(format_count(previews, "load by a program", "loads by programs"));
  return out;
}

std::string masking_of(const protocol::ShareInfo& share) {
  std::string out;
  if (share.unmasked.value_or(false)) {
    out = "nothing is masked";
  } else if (share.secrets_masked || share.personal_masked) {
    const auto masked = protocol::masked_values(share.secrets_masked.value_or(0), share.personal_masked.value_or(0));
    out = masked.empty() ? "nothing had to be masked" : masked + " masked";
    if (share.personal_shown.value_or(false)) out += "; personal data is not";
  } else if (share.personal_shown.value_or(false)) {
    out = "personal data is not masked";
  }
  std::string hidden;
  for (const std::string& part : share.hidden.value_or(std::vector<std::string>{}))
    hidden += (hidden.empty() ? "hidden: " : ", ") + (part == "tools"   ? std::string("tool output")
                                                      : part == "steps" ? std::string("all but prompts and answers")
                                                                        : shown(part));
  return out + (out.empty() || hidden.empty() ? "" : "; ") + hidden;
}

std::string leash_of(const protocol::ShareInfo& share) {
  std::string out;
  const auto add = [&out](const std::string& words) { out += (out.empty() ? "" : ", ") + words; };
  if (share.password.value_or(false)) add("asks for a password");
  if (share.max_views) add(format_count(*share.max_views, "view", "views") + " at most");
  if (share.downloads.value_or(false)) add("can be downloaded");
  return out;
}

std::string link_change_of(const protocol::ShareInfo& share, WallTime now) {
  if (!share.previous_url || share.status == "stopped") return "";
  return fmt::format("link changed{}; the old one is dead", since(share.url_changed_at.value_or(""), now));
}

std::string trouble_of(const protocol::ShareInfo& share) {
  if (!share.error) return "";
  std::string why = sentence(shown(*share.error));
  const std::string tunnel = share.tunnel.value_or("");
  if (share.status == "stopped" || tunnel.empty()) return why;
  if (tunnel == "failed") return why + " It stays down until you have acted.";
  return tunnel == "backoff" ? why + " It is tried again by itself." : why;
}

std::string tunnel_sentence(const protocol::TunnelInfo& tunnel, WallTime now) {
  const std::string why = tunnel.reason ? ": " + sentence(shown(*tunnel.reason)) : ".";
  if (tunnel.state == "ready") return "Up.";
  if (tunnel.state == "starting") return "Starting" + why;
  if (tunnel.state == "degraded") return "Does not answer as it should" + why;
  if (tunnel.state == "failed") return "Down until you act" + why;
  if (tunnel.state != "backoff") return shown(tunnel.state) + why;
  const auto next = from_iso8601(tunnel.next_try_at.value_or(""));
  if (!next) return "Down" + why;
  const auto left = std::chrono::ceil<std::chrono::seconds>(*next - now);
  return fmt::format("Down{} Tried again {}.", why,
                     left <= std::chrono::seconds{0} ? "now" : "in " + describe_duration(left));
}

}  // namespace panko::cli
