// How the choice of a provider is laid out. Pure.
#pragma once

#include "base/clock.hpp"
#include "tui/sharing.hpp"
#include "tui/sharing_window.hpp"

namespace panko::tui {

/// `sharing.choice` is open. The items of its lines are indices into choosable().
[[nodiscard]] Window choice_window(const Sharing& sharing, int columns, int rows, WallTime now);

}  // namespace panko::tui
