#include "tui/links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "tui/shares_panel.hpp"
#include "tui/sharing_text.hpp"

namespace panko::tui {

using protocol::ShareInfo;

namespace {

bool was_up(const ShareInfo& share) {
  return share.status == "active" || share.status == "error";
}

std::string_view outlook_of(std::string_view tunnel) {
  if (tunnel == "failed") return "needs you";
  if (tunnel == "backoff") return "does not work now and is tried again by itself";
  if (tunnel == "degraded") return "does not work now and may come back by itself";
  if (tunnel == "starting") return "does not work while its tunnel is being started";
  return "does not work now";
}

}  // namespace

bool works(const ShareInfo& share) {
  return share.status == "active" && share.tunnel.value_or("ready") == "ready";
}

bool needs_user(const ShareInfo& share) {
  return was_up(share) && share.tunnel == "failed";
}

std::string plight_of(const ShareInfo& share) {
  if (works(share) || !was_up(share)) return "";
  const std::string_view outlook = outlook_of(share.tunnel.value_or(""));
  return share.error ? fmt::format("{}: {}", outlook, *share.error) : fmt::format("{}.", outlook);
}

std::optional<WallTime> changed_at(const ShareInfo& share) {
  if (!share.previous_url || !share.url_changed_at || !was_up(share)) return std::nullopt;
  return from_iso8601(*share.url_changed_at);
}

bool is_new_link(const Sharing& sharing, const ShareInfo& share, WallTime now) {
  const auto changed = changed_at(share);
  return changed && now < *changed + Sharing::kChangeTime && !sharing.seen_links.contains(share.public_url);
}

std::size_t count_new_links(const Sharing& sharing, WallTime now) {
  return static_cast<std::size_t>(
      std::ranges::count_if(sharing.shares, [&](const ShareInfo& share) { return is_new_link(sharing, share, now); }));
}

std::optional<WallTime> new_links_change_at(const Sharing& sharing, WallTime now) {
  std::optional<WallTime> next;
  for (const ShareInfo& share : sharing.shares) {
    if (!is_new_link(sharing, share, now)) continue;
    const WallTime end = changed_at(share).value_or(now) + Sharing::kChangeTime;
    next = next ? std::min(*next, end) : end;
  }
  return next;
}

void see_link(Sharing& sharing, const ShareInfo& share) {
  sharing.seen_links.insert(share.public_url);
}

Outcome copy_link(Sharing& sharing, const ShareInfo& share) {
  see_link(sharing, share);
  const char* but = "";
  if (!works(share))
    but = ", but it does not work now";
  else if (sharing.daemon != Sharing::Daemon::up)
    but = ", but may not work while the daemon is away";
  return {.effects = {CopyText{share.public_url, fmt::format("The link is on the clipboard{}.", but)}}};
}

Outcome copy_new_link(Sharing& sharing, WallTime now) {
  const std::size_t count = count_new_links(sharing, now);
  if (count == 0) {  // seen, but not necessarily copied
    const auto latest = std::ranges::max_element(sharing.shares, {}, changed_at);
    const auto changed = latest == sharing.shares.end() ? std::nullopt : changed_at(*latest);
    if (changed && now < *changed + Sharing::kChangeTime) return copy_link(sharing, *latest);
    return {.said = Said{false, "No link has changed in the last hour."}, .taken = false};
  }
  const auto first =
      std::ranges::find_if(sharing.shares, [&](const ShareInfo& share) { return is_new_link(sharing, share, now); });
  if (count == 1) return copy_link(sharing, *first);
  if (!sharing.panel) sharing.panel = SharesPanel();
  select_share(sharing, static_cast<std::size_t>(first - sharing.shares.begin()));
  return {};
}

ShareMark mark_of(const Sharing& sharing, const std::filesystem::path& session, WallTime now) {
  if (std::ranges::find(sharing.starting, session, &PendingStart::session_path) != sharing.starting.end())
    return ShareMark::starting;
  ShareMark mark = ShareMark::none;
  bool is_up = false;
  bool is_new = false;
  for (const ShareInfo& share : sharing.shares) {
    if (session != share.session_path) continue;
    if (sharing.daemon != Sharing::Daemon::up) return ShareMark::unknown;
    is_up = is_up || works(share);
    is_new = is_new || is_new_link(sharing, share, now);
    mark = share.status == "starting" || mark == ShareMark::starting ? ShareMark::starting : ShareMark::error;
  }
  if (!is_up) return mark;
  return is_new ? ShareMark::changed : ShareMark::active;
}

}  // namespace panko::tui
