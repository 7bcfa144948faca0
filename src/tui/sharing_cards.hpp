// The cards that come up by themselves: a link that works now, a share that did not start, a warning of the daemon. And
// the one that the panel opens: all of a share.
// They lock nothing: a key that is not theirs closes them and goes on to the screen below. Pure; see sharing.hpp.
#pragma once

#include "tui/outcome.hpp"
#include "tui/sharing.hpp"

namespace panko::tui {

/// The card that is on the screen; null when there is none.
[[nodiscard]] const Card* shown_card(const Sharing& sharing);

void add_card(Sharing& sharing, std::variant<LinkCard, TroubleCard> what);

/// Takes away what has been shown for long enough and brings up the next one; while a provider is being chosen or a
/// share is changed, they wait.
void turn_cards(Sharing& sharing, WallTime now);
/// When the card that is shown goes by itself.
[[nodiscard]] std::optional<WallTime> card_ends(const Sharing& sharing);

/// A card is shown.
[[nodiscard]] Outcome handle_card_key(Sharing& sharing, const KeyPress& key, WallTime now);
/// As Esc does; the next one comes up. What was hardly seen is said once more.
[[nodiscard]] Outcome close_card(Sharing& sharing, WallTime now);

}  // namespace panko::tui
