// How a card is laid out. Pure.
#pragma once

#include "base/clock.hpp"
#include "tui/sharing.hpp"
#include "tui/sharing_window.hpp"

namespace panko::tui {

/// `waiting`: how many cards come after it.
[[nodiscard]] Window card_window(const Card& card, std::size_t waiting, int columns, int rows, WallTime now);

}  // namespace panko::tui
