// Draws the windows about sharing, and says in a line that the daemon is away. Pure; foreign text is cleaned here.
#pragma once

#include <ftxui/screen/screen.hpp>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "tui/sharing.hpp"
#include "tui/sharing_window.hpp"

namespace panko::tui {

/// The window that has the keys, as it lies on a screen of columns × rows; nullopt when none is open, or all of the
/// screen is a QR code.
[[nodiscard]] std::optional<Window> window_of(const Sharing& sharing, int columns, int rows, WallTime now);

/// Over what is painted already: the window that is open, in its place. Nothing when none is.
void paint_window(ftxui::Screen& screen, const Sharing& sharing, WallTime now);

/// One sentence for a line across the screen while the daemon is away; empty while it is there, and while it is first
/// being looked for.
[[nodiscard]] std::string banner(const Sharing& sharing);

}  // namespace panko::tui
