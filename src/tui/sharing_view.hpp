// Draws the windows about sharing, and says in a line that the daemon is away. Pure; foreign text is cleaned here.
#pragma once

#include <ftxui/dom/elements.hpp>

#include <string>

#include "tui/sharing.hpp"

namespace panko::tui {

/// The window that is open, in its place on a screen of that size, to be stacked over it (dbox); nothing when none is.
[[nodiscard]] ftxui::Element draw_window(const Sharing& sharing, int columns, int rows, WallTime now);

/// One sentence for a line across the screen while the daemon is away; empty while it is there, and while it is first
/// being looked for.
[[nodiscard]] std::string banner(const Sharing& sharing);

}  // namespace panko::tui
