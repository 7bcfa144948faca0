#include "tui/help.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tui/keys.hpp"
#include "tui/sharing_window.hpp"

namespace panko::tui {

namespace {

constexpr int kKeyColumns = 14;
constexpr int kTextColumns = 40;
constexpr int kWidth = kKeyColumns + 2 + kTextColumns;

std::vector<WindowLine> help_lines() {
  std::vector<WindowLine> lines;
  for (const KeyCategory& category : key_categories()) {
    if (!lines.empty()) lines.push_back({});
    lines.push_back({.line = {{std::string(category.name), theme::kName}}});
    for (const KeyHelp& key : category.keys) {
      const int padding = kKeyColumns + 2 - width_of(key.keys);
      lines.push_back({.line = {{std::string(key.keys), theme::kKey},
                                {std::string(static_cast<std::size_t>(std::max(padding, 1)), ' '), theme::kText},
                                {std::string(key.does), theme::kText}}});
    }
  }
  return lines;
}

Window help_window(int columns, int rows) {
  Window window = centred_window(columns, rows, kWidth, static_cast<int>(help_lines().size()));
  window.heading = "Keys";
  return window;
}

}  // namespace

int help_scroll_limit(int columns, int rows) {
  const int room = help_window(columns, rows).rows - kFrameRows;
  return std::max(static_cast<int>(help_lines().size()) - room, 0);
}

void paint_help(ftxui::Screen& screen, int scroll) {
  Window window = help_window(screen.dimx(), screen.dimy());
  window.lines = help_lines();
  const int limit = help_scroll_limit(screen.dimx(), screen.dimy());
  window.lines.erase(window.lines.begin(), window.lines.begin() + std::clamp(scroll, 0, limit));
  if (limit > 0) window.keys.emplace_back("j/k", "scroll");
  window.keys.emplace_back("Esc", "close");
  paint(screen, window);
}

}  // namespace panko::tui
