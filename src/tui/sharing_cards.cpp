#include "tui/sharing_cards.hpp"

#include <fmt/format.h>

#include <utility>

#include "tui/paint.hpp"
#include "tui/sharing_text.hpp"

namespace panko::tui {

namespace {

/// A key that comes so soon was meant for what was there before.
constexpr std::chrono::seconds kHardlySeen{1};

Said in_a_sentence(const Card& card) {
  if (const auto* trouble = std::get_if<TroubleCard>(&card.what))
    return {true, fmt::format("{}: {}", trouble->heading, presentable(trouble->text))};
  const auto& [share, copied, qr] = std::get<UpCard>(card.what);
  return {false, fmt::format("{} is shared{}; S shows it.", in_quotes(share.session_name),
                             copied ? ", its link is on the clipboard" : "")};
}

Outcome handle_up_card_key(Sharing& sharing, UpCard& card, const KeyPress& key, WallTime now) {
  if (is(key, 'Q')) {
    card.qr = !card.qr;
    sharing.cards.front().shown_since = now;
    return {};
  }
  const std::string url = card.share.public_url;
  if (is(key, 'c') || is(key, 'o')) {
    Effect effect = is(key, 'c') ? Effect(CopyText{url, "The link is on the clipboard."}) : Effect(OpenUrl{url});
    sharing.cards.pop_front();
    return {.effects = {std::move(effect)}};
  }
  return {.taken = false};
}

}  // namespace

const Card* shown_card(const Sharing& sharing) {
  return sharing.cards.empty() || !sharing.cards.front().shown_since ? nullptr : &sharing.cards.front();
}

void add_card(Sharing& sharing, std::variant<UpCard, TroubleCard> what) {
  sharing.cards.push_back({.what = std::move(what)});
}

std::optional<WallTime> card_ends(const Sharing& sharing) {
  const Card* card = shown_card(sharing);
  if (!card || !card->shown_since) return std::nullopt;
  const auto* up = std::get_if<UpCard>(&card->what);
  if (!up || up->qr) return std::nullopt;
  return *card->shown_since + Sharing::kCardTime;
}

void turn_cards(Sharing& sharing, WallTime now) {
  if (const auto end = card_ends(sharing); end && now >= *end) sharing.cards.pop_front();
  if (!sharing.choice && !sharing.cards.empty() && !sharing.cards.front().shown_since)
    sharing.cards.front().shown_since = now;
}

Outcome close_card(Sharing& sharing, WallTime now) {
  const Card card = std::move(sharing.cards.front());
  sharing.cards.pop_front();
  turn_cards(sharing, now);
  Outcome outcome;
  if (card.shown_since && now < *card.shown_since + kHardlySeen) outcome.said = in_a_sentence(card);
  return outcome;
}

Outcome handle_card_key(Sharing& sharing, const KeyPress& key, WallTime now) {
  if (key.control || key.alt) return {.taken = false};
  if (auto* up = std::get_if<UpCard>(&sharing.cards.front().what)) {
    if (auto outcome = handle_up_card_key(sharing, *up, key, now); outcome.taken) return outcome;
  }
  Outcome outcome = close_card(sharing, now);
  outcome.taken = key.key == Key::escape || key.key == Key::enter || is(key, ' ');
  return outcome;
}

}  // namespace panko::tui
