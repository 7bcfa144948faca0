#include "tui/sharing_update.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "tui/links.hpp"
#include "tui/masking.hpp"
#include "tui/paint.hpp"
#include "tui/provider_choice.hpp"
#include "tui/review.hpp"
#include "tui/review_view.hpp"
#include "tui/share_edit.hpp"
#include "tui/shares_panel.hpp"
#include "tui/shares_panel_view.hpp"
#include "tui/sharing_cards.hpp"
#include "tui/sharing_text.hpp"
#include "tui/sharing_view.hpp"

namespace panko::tui {

namespace {

using protocol::ShareInfo;

/// What is open looks at shares and providers: it has to follow them.
void settle(Sharing& sharing, WallTime now) {
  settle_choice(sharing);
  settle_panel(sharing);
  turn_cards(sharing, now);
}

void sort_shares(Sharing& sharing) {
  std::ranges::sort(sharing.shares, std::ranges::greater{},
                    [](const ShareInfo& share) { return std::tie(share.started_at, share.id); });
}

/// "3 shares", "1 share"; of those that readers can reach, or could but for an error.
std::string count_shares(const Sharing& sharing) {
  const auto all =
      std::ranges::count_if(sharing.shares, [](const ShareInfo& share) { return share.status != "starting"; });
  const auto up = std::ranges::count_if(sharing.shares, works);
  if (all == 0) return "";
  return fmt::format("{} {}{}", all, all == 1 ? "share" : "shares",
                     up == all ? "" : fmt::format(" ({} with an error)", all - up));
}

std::optional<Said> greeting(const Sharing& sharing) {
  const std::string count = count_shares(sharing);
  if (sharing.was_up)
    return Said{false, count.empty() ? "The daemon is back." : fmt::format("The daemon is back: {} up.", count)};
  if (count.empty()) return std::nullopt;
  return Said{false, fmt::format("{} still up; S shows {}.", count, count.starts_with("1 ") ? "it" : "them")};
}

/// A link that broke, works again or is another one now is told, whoever started it.
std::optional<Said> change_of(const Sharing& sharing, const ShareInfo& before, const ShareInfo& after, WallTime now) {
  const std::string title = in_quotes(after.session_name);
  const bool comes_up = before.public_url != after.public_url || !works(before);
  if (comes_up && works(after) && is_new_link(sharing, after, now))
    return Said{true, fmt::format("A link has changed, y copies the new one: {}", title)};
  if ((works(before) && !works(after)) || (!needs_user(before) && needs_user(after)))
    return Said{true, fmt::format("The link to {} {}", title, presentable(plight_of(after)))};
  if (!works(before) && works(after) && before.status != "starting")
    return Said{false, fmt::format("The link to {} works again.", title)};
  return std::nullopt;
}

/// Cards show a share as it is now; of one that is stopped there is nothing to show.
void follow_in_cards(Sharing& sharing, const ShareInfo& share) {
  std::erase_if(sharing.cards, [&](Card& card) {
    auto* link = std::get_if<LinkCard>(&card.what);
    if (!link || link->share.id != share.id) return false;
    const auto existing = link->share.existing;
    link->share = share;
    link->share.existing = existing;
    return share.status == "stopped";
  });
}

bool answers(const PendingStart& start, const std::filesystem::path& session, const std::string& provider, bool live) {
  return start.session_path == session && start.provider == provider && start.live == live;
}

Stop* find_stop(Sharing& sharing, const std::string& id) {
  const auto found = std::ranges::find(sharing.stops, id, [](const Stop& stop) { return stop.share.id; });
  return found == sharing.stops.end() ? nullptr : &*found;
}

/// A stop can be taken back as soon as it has happened, while the link is still being asked.
void begin_undo(Stop& stop, WallTime now) {
  if (stop.can_be_undone && !stop.undo_until) stop.undo_until = now + Sharing::kUndoTime;
}

void forget_stop(Sharing& sharing, const std::string& id) {
  std::erase_if(sharing.stops, [&](const Stop& stop) { return stop.share.id == id; });
}

/// What was said first goes before what is said later: it was asked for.
Outcome joined(Outcome first, Outcome then) {
  std::ranges::move(then.effects, std::back_inserter(first.effects));
  if (!first.said) first.said = std::move(then.said);
  first.taken = first.taken || then.taken;
  return first;
}

Outcome key_into_window(Sharing& sharing, const KeyPress& key, int columns, int rows, WallTime now) {
  if (sharing.choice && sharing.choice->review)
    return handle_review_key(sharing, key, review_page(*sharing.choice, columns, rows));
  if (sharing.panel && sharing.panel->edit && !sharing.choice) return handle_edit_key(sharing, key);
  if (sharing.choice) return handle_choice_key(sharing, key);
  if (sharing.panel) return handle_panel_key(sharing, key, panel_page(rows), now);
  return {.taken = false};
}

/// Lists are scrolled to what is selected in them.
void settle_lists(Sharing& sharing, int columns, int rows, WallTime now) {
  if (sharing.panel) sharing.panel->top = panel_top(sharing, *sharing.panel, columns, rows, now);
  if (sharing.choice && sharing.choice->review)
    sharing.choice->review->top = review_top(*sharing.choice, columns, rows);
}

}  // namespace

void configure(Sharing& sharing, const Config& config) {
  sharing.configured_provider = config.default_provider.value_or("");
  sharing.default_expires = config.default_expiry ? format_duration(*config.default_expiry) : "never";
}

Outcome open_choice(Sharing& sharing, const SessionEntry& session, WallTime now) {
  sharing.choice = {
      .session_path = session.path,
      .title = session.digest.facts.title.empty() ? session.path.stem().native() : session.digest.facts.title,
      .selected = std::nullopt,
      .expires = sharing.default_expires};
  settle(sharing, now);
  if (sharing.daemon != Sharing::Daemon::up) return {};
  return joined({.effects = {RefreshProviders{}}}, ask_for_scan(sharing));  // a program may be installed by now
}

void open_panel(Sharing& sharing) {
  sharing.panel = SharesPanel();
  settle_panel(sharing);
}

Outcome reconnect(Sharing& sharing) {
  if (sharing.daemon == Sharing::Daemon::up) return {.said = Said{false, "The daemon is there."}};
  if (sharing.daemon == Sharing::Daemon::connecting) return {.said = Said{false, "The daemon is being started."}};
  sharing.daemon = Sharing::Daemon::connecting;
  return {.effects = {ReconnectDaemon{}}};
}

Outcome handle_key(Sharing& sharing, const KeyPress& key, int columns, int rows, WallTime now) {
  Outcome outcome{.taken = false};
  const bool is_answer = sharing.panel && (sharing.panel->asks_stop_all || sharing.panel->edit);
  if (is(key, 'y') && !is_answer && !sharing.choice) {
    if (Outcome copied = copy_new_link(sharing, now); copied.taken) return copied;
  }
  if (shown_card(sharing)) outcome = handle_card_key(sharing, key, now);
  if (!outcome.taken) outcome = joined(std::move(outcome), key_into_window(sharing, key, columns, rows, now));
  settle_lists(sharing, columns, rows, now);
  turn_cards(sharing, now);
  return outcome;
}

Outcome handle_mouse(Sharing& sharing, const MouseAction& action, int columns, int rows, WallTime now) {
  using Kind = MouseAction::Kind;
  if (!sharing.has_window()) return {.taken = false};
  if (action.kind == Kind::release) return {};
  if (action.kind != Kind::press) {
    if (sharing.panel && sharing.panel->qr) return {};
    const Key key = action.kind == Kind::wheel_up ? Key::up : Key::down;
    Outcome outcome = key_into_window(sharing, {.key = key}, columns, rows, now);
    settle_lists(sharing, columns, rows, now);
    return outcome;
  }
  const std::optional<Window> window = window_of(sharing, columns, rows, now);
  const bool is_inside = window && window->contains(action.column, action.row);
  const auto item = window ? window->item_at(action.column, action.row) : std::nullopt;
  Outcome outcome;
  if (shown_card(sharing)) {
    if (!is_inside) outcome = close_card(sharing, now);
  } else if (sharing.choice && sharing.choice->review) {
    if (item) select_finding(sharing, *item);
  } else if (sharing.choice) {
    if (item) sharing.choice->selected = choosable(sharing).at(*item);
    if (!is_inside) sharing.choice.reset();
  } else if (sharing.panel->edit) {
    if (!is_inside) sharing.panel->edit.reset();
  } else if (sharing.panel->qr) {
    sharing.panel->qr = false;
  } else {
    if (item) select_share(sharing, *item);
    if (!is_inside) sharing.panel.reset();
  }
  turn_cards(sharing, now);
  return outcome;
}

void paste(Sharing& sharing, const Paste& paste) {
  if (!shown_card(sharing) && !sharing.choice) paste_into_edit(sharing, paste.text);
}

Outcome apply(Sharing& sharing, DaemonUp event, WallTime now) {
  const auto before = std::exchange(sharing.shares, std::move(event.shares));
  std::erase_if(sharing.shares, [](const ShareInfo& share) { return share.status == "stopped"; });
  sort_shares(sharing);
  sharing.providers = std::move(event.providers);
  for (std::string& warning : event.warnings) {
    if (sharing.warned.insert(warning).second) add_card(sharing, TroubleCard{"The daemon warns", std::move(warning)});
  }
  Outcome outcome;
  if (sharing.daemon != Sharing::Daemon::up) outcome.said = greeting(sharing);
  sharing.daemon = Sharing::Daemon::up;
  sharing.down_reason.clear();
  sharing.was_up = true;
  for (const ShareInfo& share : sharing.shares) {
    follow_in_cards(sharing, share);
    const auto known = std::ranges::find(before, share.id, &ShareInfo::id);
    if (known == before.end()) continue;
    if (auto said = change_of(sharing, *known, share, now)) outcome.said = std::move(said);
  }
  settle(sharing, now);
  if (sharing.choice && !sharing.choice->scan.failure.empty()) sharing.choice->scan = {};
  return joined(std::move(outcome), ask_for_scan(sharing));
}

Outcome apply(Sharing& sharing, DaemonDown event, WallTime now) {
  sharing.daemon = Sharing::Daemon::down;
  sharing.down_reason = std::move(event.reason);
  settle(sharing, now);
  return {};
}

Outcome apply(Sharing& sharing, ShareChanged event, WallTime now) {
  const auto known = std::ranges::find(sharing.shares, event.share.id, &ShareInfo::id);
  Outcome outcome;
  if (event.share.status == "stopped") {
    follow_in_cards(sharing, event.share);
    if (known != sharing.shares.end()) sharing.shares.erase(known);
    if (Stop* stop = find_stop(sharing, event.share.id)) begin_undo(*stop, now);
  } else if (known != sharing.shares.end()) {
    outcome.said = change_of(sharing, *known, event.share, now);
    follow_in_cards(sharing, event.share);
    *known = std::move(event.share);
  } else {
    sharing.shares.push_back(std::move(event.share));
    sort_shares(sharing);
  }
  settle(sharing, now);
  return outcome;
}

Outcome apply(Sharing& sharing, ShareStarted event, WallTime now) {
  std::erase_if(sharing.starting, [&](const PendingStart& start) {
    return answers(start, event.session_path, event.share.provider_name, event.live);
  });
  sharing.last_provider = event.share.provider_name;
  Outcome outcome{.said = Said{false, fmt::format("{} is shared through {}.", in_quotes(event.share.session_name),
                                                  presentable(event.share.provider_name))}};
  const std::string id = event.share.id;
  add_card(sharing, LinkCard{.share = std::move(event.share), .copied = event.copied});
  // It may have changed since this was answered.
  const auto known = std::ranges::find(sharing.shares, id, &ShareInfo::id);
  if (known != sharing.shares.end() && known->status != "starting") follow_in_cards(sharing, *known);
  settle(sharing, now);
  return outcome;
}

Outcome apply(Sharing& sharing, ShareFailed event, WallTime now) {
  const auto pending = std::ranges::find_if(sharing.starting, [&](const PendingStart& start) {
    return answers(start, event.session_path, event.provider, event.live);
  });
  std::string title = event.session_path.stem().native();
  if (pending != sharing.starting.end()) {
    title = std::move(pending->title);
    sharing.starting.erase(pending);
  }
  add_card(sharing, TroubleCard{fmt::format("Not shared through {}", presentable(event.provider)),
                                std::move(event.reason), title});
  settle(sharing, now);
  return {.said = Said{true, fmt::format("{} was not shared.", in_quotes(title))}};
}

Outcome apply(Sharing& sharing, const ShareStopped& event, WallTime now) {
  Stop* stop = find_stop(sharing, event.share_id);
  if (!stop) return {};  // it is shared again
  stop->gone = event.gone;
  begin_undo(*stop, now);
  const bool is_still_there = event.gone == kStillThere;
  const bool is_in_panel =
      sharing.panel && stop->can_be_undone && stop->undo_until && now < *stop->undo_until;  // it says so itself
  std::optional<Said> said;
  if (is_still_there || (stop->can_be_undone && !is_in_panel))
    said = Said{is_still_there, fmt::format("{}: {}", stop_sentence(*stop), in_quotes(stop->share.session_name))};
  if (!stop->can_be_undone) forget_stop(sharing, event.share_id);
  tick(sharing, now);
  return {.said = std::move(said)};
}

Outcome apply(Sharing& /*sharing*/, const ShareFrozen& event, WallTime /*now*/) {
  return {.said = Said{false, fmt::format("Frozen: {}; its page ends where the session ended just now.",
                                          in_quotes(event.share.session_name))}};
}

Outcome apply(Sharing& sharing, const ShareRestored& event, WallTime now) {
  forget_stop(sharing, event.share.id);
  settle(sharing, now);
  return {.said =
              Said{false, fmt::format("{} is shared again, with the same link.", in_quotes(event.share.session_name))}};
}

Outcome apply(Sharing& sharing, ShareRequestFailed event, WallTime now) {
  forget_stop(sharing, event.share_id);
  settle(sharing, now);
  return {.said = Said{true, std::move(event.reason)}};
}

Outcome apply(Sharing& sharing, ProvidersKnown event, WallTime now) {
  sharing.providers = std::move(event.providers);
  settle(sharing, now);
  return {};
}

void tick(Sharing& sharing, WallTime now) {
  // What its link answers is told even when it is too late to take the stop back.
  std::erase_if(sharing.stops,
                [&](const Stop& stop) { return stop.gone && stop.undo_until && now >= *stop.undo_until; });
  turn_cards(sharing, now);
}

void set_clock_back(Sharing& sharing, std::chrono::milliseconds by) {
  for (Stop& stop : sharing.stops)
    if (stop.undo_until) *stop.undo_until -= by;
  for (Card& card : sharing.cards)
    if (card.shown_since) *card.shown_since -= by;
}

std::optional<WallTime> next_change(const Sharing& sharing, WallTime now) {
  std::optional<WallTime> next = card_ends(sharing);
  const auto at_latest = [&](WallTime time) { next = next ? std::min(*next, time) : time; };
  if (sharing.panel) {
    if (const Stop* stop = undoable_stop(sharing, now)) {  // it counts down
      const WallTime end = stop->undo_until.value_or(now);
      at_latest(end - (std::chrono::ceil<std::chrono::seconds>(end - now) - std::chrono::seconds{1}));
    }
  }
  if (const auto change = new_links_change_at(sharing, now)) at_latest(*change);
  if (sharing.has_window()) at_latest(std::chrono::floor<std::chrono::minutes>(now) + std::chrono::minutes{1});
  return next;
}

}  // namespace panko::tui
