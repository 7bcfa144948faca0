// A window over the screen: a frame with a heading above and the keys that work below, and lines that can be clicked.
// Where it lies is computed once, for what is painted and for what is clicked. Pure.
#pragma once

#include <ftxui/screen/screen.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tui/paint.hpp"

namespace panko::tui {

struct WindowLine {
  Line line;
  std::optional<std::size_t> item = {};  // what a click on it selects
};

struct Window {
  int x = 0;  // of the frame
  int y = 0;
  int columns = 0;
  int rows = 0;
  std::string heading;
  Style heading_style = theme::kStrong;
  std::vector<WindowLine> lines;
  std::vector<std::pair<std::string, std::string>> keys;  // "Enter" "share"; as many as fit, and the last one

  [[nodiscard]] bool contains(int column, int row) const;
  [[nodiscard]] std::optional<std::size_t> item_at(int column, int row) const;
};

/// Columns and rows that the frame and its margin take from the lines.
inline constexpr int kFrameColumns = 4;
inline constexpr int kFrameRows = 2;

/// In the middle of a screen of columns × rows, with room for `height` lines of `width`; smaller where the screen is.
[[nodiscard]] Window centred_window(int columns, int rows, int width, int height);

void paint(ftxui::Screen& screen, const Window& window);

/// "[x] t hide tool output": what the key switches on and off.
[[nodiscard]] Line checkbox(bool is_on, char key, std::string_view text);

}  // namespace panko::tui
