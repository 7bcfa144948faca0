// `?`: every key, by category, in a window over the screen; scrolls where it finds no room. Pure.
#pragma once

#include <ftxui/screen/screen.hpp>

namespace panko::tui {

/// How far the help can be scrolled on a screen of that size: 0 when all of it is visible.
[[nodiscard]] int help_scroll_limit(int columns, int rows);

void paint_help(ftxui::Screen& screen, int scroll);

}  // namespace panko::tui
