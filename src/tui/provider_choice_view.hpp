// How the choice of a provider is laid out. Pure.
#pragma once

#include "base/clock.hpp"
#include "tui/sharing.hpp"
#include "tui/sharing_window.hpp"

namespace panko::tui {

/// `choice` is `sharing.choice`. The items of its lines are indices into choosable().
[[nodiscard]] Window choice_window(const Sharing& sharing, const ProviderChoice& choice, int columns, int rows,
                                   WallTime now);

}  // namespace panko::tui
