// How the panel of shares is laid out. Pure.
#pragma once

#include <cstddef>

#include "base/clock.hpp"
#include "tui/sharing.hpp"
#include "tui/sharing_window.hpp"

namespace panko::tui {

/// `panel` is `sharing.panel`. The items of its lines are indices into sharing.shares.
[[nodiscard]] Window panel_window(const Sharing& sharing, const SharesPanel& panel, int columns, int rows,
                                  WallTime now);

/// The first share that is visible: the panel's own `top`, moved so far that the selected one is seen whole.
[[nodiscard]] std::size_t panel_top(const Sharing& sharing, const SharesPanel& panel, int columns, int rows,
                                    WallTime now);

/// How many shares a page is.
[[nodiscard]] int panel_page(int rows);

}  // namespace panko::tui
