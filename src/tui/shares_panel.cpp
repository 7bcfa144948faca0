#include "tui/shares_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <utility>

#include "tui/links.hpp"
#include "tui/share_edit.hpp"
#include "tui/sharing_text.hpp"
#include "tui/sharing_update.hpp"

namespace panko::tui {

namespace {

using protocol::ShareInfo;

Outcome failure(std::string sentence) {
  return {.said = Said{true, std::move(sentence)}};
}

/// Nothing can be asked of a daemon that is not there.
std::optional<Outcome> refuse_without_daemon(const Sharing& sharing) {
  if (sharing.daemon == Sharing::Daemon::up) return std::nullopt;
  if (sharing.daemon == Sharing::Daemon::connecting) return failure("The daemon is not there yet.");
  return failure("Shares cannot be changed while the daemon is away; R starts it again.");
}

void move_selection(Sharing& sharing, const SharesPanel& panel, std::ptrdiff_t by) {
  const std::ptrdiff_t last = std::ssize(sharing.shares) - 1;
  if (last < 0) return;
  const auto row = std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(panel.row) + by, 0, last);
  select_share(sharing, static_cast<std::size_t>(row));
}

Outcome stop(Sharing& sharing, const ShareInfo& share, bool can_be_undone) {
  sharing.stops.push_back({.share = share, .can_be_undone = can_be_undone});
  return {.effects = {StopShare{share.id}}};
}

Outcome stop_selected(Sharing& sharing) {
  const ShareInfo* share = selected_share(sharing);
  if (!share || is_stopping(sharing, *share)) return {};
  if (auto refused = refuse_without_daemon(sharing)) return *refused;
  return stop(sharing, *share, true);
}

Outcome freeze_selected(Sharing& sharing) {
  const ShareInfo* share = selected_share(sharing);
  if (!share || is_stopping(sharing, *share)) return {};
  if (!share->live.value_or(false))
    return {.said = Said{false, "This share is not live: its page does not follow the session."}};
  if (auto refused = refuse_without_daemon(sharing)) return *refused;
  return {.effects = {FreezeShare{share->id}}};
}

Outcome edit_selected(Sharing& sharing, const KeyPress& key) {
  const ShareInfo* share = selected_share(sharing);
  if (!share || !sharing.panel) return {};
  auto edit = edit_for(sharing, *share, key);
  if (!edit || is_stopping(sharing, *share)) return {};
  if (auto refused = refuse_without_daemon(sharing)) return *refused;
  sharing.panel->edit = std::move(edit);
  return {};
}

Outcome stop_all(Sharing& sharing) {
  if (auto refused = refuse_without_daemon(sharing)) return *refused;
  Outcome all;
  for (const ShareInfo& share : sharing.shares) {
    if (!is_stopping(sharing, share))
      std::ranges::move(stop(sharing, share, false).effects, std::back_inserter(all.effects));
  }
  return all;
}

Outcome undo_stop(Sharing& sharing, WallTime now) {
  const Stop* stop = undoable_stop(sharing, now);
  if (!stop) return {.said = Said{false, "There is no stop to undo: a share can be had back for 10 s."}};
  if (auto refused = refuse_without_daemon(sharing)) return *refused;
  const std::string id = stop->share.id;
  std::erase_if(sharing.stops, [&](const Stop& other) { return other.share.id == id; });
  return {.effects = {RestoreShare{id}}};
}

Outcome with_link(Sharing& sharing, Outcome (*use)(Sharing&, const ShareInfo&)) {
  const ShareInfo* share = selected_share(sharing);
  if (!share) return {};
  if (share->public_url.empty()) return {.said = Said{false, "This share is still starting: it has no link yet."}};
  return use(sharing, *share);
}

Outcome open_link(Sharing&, const ShareInfo& share) {
  return {.effects = {OpenUrl{share.public_url}}};
}

Outcome show_details(Sharing& sharing, const ShareInfo& share) {
  sharing.cards.push_front({.what = LinkCard{.share = share, .is_news = false}});
  return {};
}

Outcome show_qr(Sharing& sharing, const ShareInfo&) {
  if (sharing.panel) sharing.panel->qr = true;
  return {};
}

}  // namespace

const ShareInfo* selected_share(const Sharing& sharing) {
  if (!sharing.panel || sharing.shares.empty()) return nullptr;
  return &sharing.shares[std::min(sharing.panel->row, sharing.shares.size() - 1)];
}

void select_share(Sharing& sharing, std::size_t index) {
  if (!sharing.panel || index >= sharing.shares.size()) return;
  sharing.panel->row = index;
  sharing.panel->selected = sharing.shares[index].id;
}

const Stop* undoable_stop(const Sharing& sharing, WallTime now) {
  for (const Stop& stop : std::views::reverse(sharing.stops)) {
    if (stop.undo_until && now < *stop.undo_until) return &stop;
  }
  return nullptr;
}

bool is_stopping(const Sharing& sharing, const ShareInfo& share) {
  return std::ranges::any_of(sharing.stops,
                             [&](const Stop& stop) { return stop.share.id == share.id && !stop.undo_until; });
}

void settle_panel(Sharing& sharing) {
  if (!sharing.panel) return;
  SharesPanel& panel = *sharing.panel;
  if (panel.edit && std::ranges::find(sharing.shares, panel.edit->share_id, &ShareInfo::id) == sharing.shares.end())
    panel.edit.reset();
  if (sharing.shares.empty()) panel.qr = panel.asks_stop_all = false;
  if (sharing.shares.empty()) return;
  const auto found = std::ranges::find(sharing.shares, panel.selected, &ShareInfo::id);
  if (found == sharing.shares.end()) panel.qr = false;
  select_share(sharing, found == sharing.shares.end() ? std::min(panel.row, sharing.shares.size() - 1)
                                                      : static_cast<std::size_t>(found - sharing.shares.begin()));
}

Outcome handle_panel_key(Sharing& sharing, const KeyPress& key, int page, WallTime now) {
  if (!sharing.panel) return {.taken = false};
  SharesPanel& panel = *sharing.panel;
  if (std::exchange(panel.asks_stop_all, false)) return is(key, 'y') ? stop_all(sharing) : Outcome{};
  const bool is_half_page =
      key == KeyPress{.character = 'd', .control = true} || key == KeyPress{.character = 'u', .control = true};
  if ((key.control && !is_half_page) || key.alt) return {.taken = false};
  if (std::exchange(panel.qr, false)) return {};

  if (is_half_page)
    move_selection(sharing, panel, key.character == 'd' ? page / 2 : -page / 2);
  else if (key.key == Key::escape)
    sharing.panel.reset();
  else if (key.key == Key::down || is(key, 'j'))
    move_selection(sharing, panel, 1);
  else if (key.key == Key::up || is(key, 'k'))
    move_selection(sharing, panel, -1);
  else if (key.key == Key::page_down)
    move_selection(sharing, panel, page);
  else if (key.key == Key::page_up)
    move_selection(sharing, panel, -page);
  else if (key.key == Key::home || is(key, 'g'))
    select_share(sharing, 0);
  else if (key.key == Key::end || is(key, 'G'))
    select_share(sharing, sharing.shares.size() - 1);
  else if (key.key == Key::enter || is(key, 'c'))
    return with_link(sharing, copy_link);
  else if (is(key, 'i'))
    return with_link(sharing, show_details);
  else if (is(key, 'o'))
    return with_link(sharing, open_link);
  else if (is(key, 'Q'))
    return with_link(sharing, show_qr);
  else if (is(key, 'd'))
    return stop_selected(sharing);
  else if (is(key, 'f'))
    return freeze_selected(sharing);
  else if (is(key, 'u'))
    return undo_stop(sharing, now);
  else if (is(key, 'D'))
    panel.asks_stop_all = !sharing.shares.empty();
  else if (is(key, 'R'))
    return reconnect(sharing);
  else if (is(key, 'q') || is(key, '?'))
    return {.taken = false};
  else
    return edit_selected(sharing, key);
  return {};
}

}  // namespace panko::tui
