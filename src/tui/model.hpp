// All that the TUI shows and knows. Changed by update() alone, drawn by draw(). Plain values, one thread.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "tui/browser.hpp"
#include "tui/effect.hpp"
#include "tui/sharing.hpp"

namespace panko::tui {

/// One sentence at the bottom that goes away by itself.
struct Toast {
  std::string sentence;
  bool is_failure = false;
  WallTime until;
};

/// Asks for a "y" before something that cannot be undone.
struct Question {
  std::string text;
  Effects on_yes;
};

struct Model {
  int columns = 80;
  int rows = 24;
  WallTime now;      // of the last event
  std::string home;  // the user's home directory, shown as "~"; empty: not known
  Browser browser;
  Sharing sharing;
  bool help_open = false;
  int help_scroll = 0;
  std::optional<Question> question;
  std::optional<Toast> toast;
  std::optional<ListRow> clicked;  // the row of the last click, when nothing but the click happened since
};

}  // namespace panko::tui
