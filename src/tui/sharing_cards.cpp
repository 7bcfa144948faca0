#include "tui/sharing_cards.hpp"

#include <fmt/format.h>

#include <utility>

#include "tui/links.hpp"
#include "tui/paint.hpp"
#include "tui/sharing_text.hpp"

namespace panko::tui {

namespace {

/// A key that comes so soon was meant for what was there before.
constexpr std::chrono::seconds kHardlySeen{1};

Said in_a_sentence(const Card& card) {
  if (const auto* trouble = std::get_if<TroubleCard>(&card.what))
    return {true, fmt::format("{}: {}", trouble->heading, presentable(trouble->text))};
  const auto& link = std::get<LinkCard>(card.what);
  if (const std::string plight = plight_of(link.share); !plight.empty())
    return {true, fmt::format("The link to {} {}", in_quotes(link.share.session_name), presentable(plight))};
  return {false, fmt::format("{} is shared{}; S shows it.", in_quotes(link.share.session_name),
                             link.copied ? ", its link is on the clipboard" : "")};
}

Outcome handle_link_card_key(Sharing& sharing, LinkCard& card, const KeyPress& key, WallTime now) {
  if (is(key, 'Q')) {
    card.qr = !card.qr;
    sharing.cards.front().shown_since = now;
    return {};
  }
  if (is(key, 'c') || is(key, 'o')) {
    const protocol::ShareInfo share = std::move(card.share);
    sharing.cards.pop_front();
    return is(key, 'c') ? copy_link(sharing, share) : Outcome{.effects = {OpenUrl{share.public_url}}};
  }
  return {.taken = false};
}

}  // namespace

const Card* shown_card(const Sharing& sharing) {
  return sharing.cards.empty() || !sharing.cards.front().shown_since ? nullptr : &sharing.cards.front();
}

void add_card(Sharing& sharing, std::variant<LinkCard, TroubleCard> what) {
  sharing.cards.push_back({.what = std::move(what)});
}

std::optional<WallTime> card_ends(const Sharing& sharing) {
  const Card* card = shown_card(sharing);
  if (!card || !card->shown_since) return std::nullopt;
  const auto* link = std::get_if<LinkCard>(&card->what);
  if (!link || link->qr || !link->is_news) return std::nullopt;
  return *card->shown_since + Sharing::kCardTime;
}

void turn_cards(Sharing& sharing, WallTime now) {
  if (const auto end = card_ends(sharing); end && now >= *end) sharing.cards.pop_front();
  if (sharing.cards.empty()) return;
  Card& first = sharing.cards.front();
  const bool is_busy = sharing.choice || (sharing.panel && sharing.panel->edit);
  if (!is_busy && !first.shown_since) first.shown_since = now;
  if (const auto* link = std::get_if<LinkCard>(&first.what); link && first.shown_since) see_link(sharing, link->share);
}

Outcome close_card(Sharing& sharing, WallTime now) {
  const Card card = std::move(sharing.cards.front());
  sharing.cards.pop_front();
  turn_cards(sharing, now);
  Outcome outcome;
  const auto* link = std::get_if<LinkCard>(&card.what);
  const bool was_asked_for = link && !link->is_news;
  if (!was_asked_for && card.shown_since && now < *card.shown_since + kHardlySeen) outcome.said = in_a_sentence(card);
  return outcome;
}

Outcome handle_card_key(Sharing& sharing, const KeyPress& key, WallTime now) {
  if (key.control || key.alt) return {.taken = false};
  if (auto* link = std::get_if<LinkCard>(&sharing.cards.front().what)) {
    if (auto outcome = handle_link_card_key(sharing, *link, key, now); outcome.taken) return outcome;
  }
  const auto* link = std::get_if<LinkCard>(&sharing.cards.front().what);
  const bool opened_it = link && !link->is_news && is(key, 'i');
  Outcome outcome = close_card(sharing, now);
  outcome.taken = key.key == Key::escape || key.key == Key::enter || is(key, ' ') || opened_it;
  return outcome;
}

}  // namespace panko::tui
