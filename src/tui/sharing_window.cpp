#include "tui/sharing_window.hpp"

#include <algorithm>

namespace panko::tui {

namespace {

int key_width(const std::pair<std::string, std::string>& key) {
  constexpr int kSeparator = 3;
  return width_of(key.first) + 1 + width_of(key.second) + kSeparator;
}

/// " Enter share · Esc close ". The last key, by which one gets out, always finds room.
Line key_line(const Window& window) {
  Line line;
  if (window.keys.empty()) return line;
  const auto add = [&line](const auto& key) {
    line.push_back({line.empty() ? " " : " · ", theme::kQuiet});
    line.push_back({key.first, theme::kKey});
    line.push_back({" " + key.second, theme::kQuiet});
  };
  int left = window.columns - 4 - key_width(window.keys.back());
  for (std::size_t i = 0; i + 1 < window.keys.size(); ++i) {
    left -= key_width(window.keys[i]);
    if (left < 0) break;
    add(window.keys[i]);
  }
  add(window.keys.back());
  line.push_back({" ", theme::kQuiet});
  return line;
}

void paint_edge(ftxui::Screen& screen, const Window& window, int row, std::string_view left, std::string_view right,
                const Line& inlaid) {
  fill(screen, window.x, row, window.columns, "─", theme::kQuiet);
  paint(screen, window.x, row, 1, left, theme::kQuiet);
  paint(screen, window.x + window.columns - 1, row, 1, right, theme::kQuiet);
  paint(screen, window.x + 2, row, window.columns - 4, inlaid);
}

}  // namespace

bool Window::contains(int column, int row) const {
  return column >= x && column < x + columns && row >= y && row < y + rows;
}

std::optional<std::size_t> Window::item_at(int column, int row) const {
  const int line = row - y - 1;
  if (!contains(column, row) || line < 0 || line >= std::ssize(lines)) return std::nullopt;
  return lines[static_cast<std::size_t>(line)].item;
}

Window centred_window(int columns, int rows, int width, int height) {
  Window window;
  window.columns = std::min(columns, width + kFrameColumns);
  window.rows = std::min(rows, height + kFrameRows);
  window.x = (columns - window.columns) / 2;
  window.y = (rows - window.rows) / 2;
  return window;
}

Line checkbox(bool is_on, char key, std::string_view text) {
  return {{is_on ? "[x] " : "[ ] ", is_on ? theme::kName : theme::kQuiet},
          {std::string(1, key), theme::kKey},
          {" " + std::string(text), is_on ? theme::kStrong : theme::kText}};
}

void paint(ftxui::Screen& screen, const Window& window) {
  paint_edge(screen, window, window.y, "╭", "╮", {{" " + window.heading + " ", window.heading_style}});
  for (int i = 0; i < window.rows - kFrameRows; ++i) {
    const int row = window.y + 1 + i;
    fill(screen, window.x, row, window.columns, " ", theme::kText);
    paint(screen, window.x, row, 1, "│", theme::kQuiet);
    paint(screen, window.x + window.columns - 1, row, 1, "│", theme::kQuiet);
    if (i >= std::ssize(window.lines)) continue;
    const int inner = window.columns - kFrameColumns;
    paint(screen, window.x + 2, row, inner, elide(window.lines[static_cast<std::size_t>(i)].line, inner));
  }
  paint_edge(screen, window, window.y + window.rows - 1, "╰", "╯", key_line(window));
}

}  // namespace panko::tui
