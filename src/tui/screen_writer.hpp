// A drawn screen → the bytes that bring the terminal from what it shows to that: only cells that changed. The last
// guard of the terminal: whatever a cell holds, no control character and nothing invisible gets out.
// For one thread.
#pragma once

#include <ftxui/screen/screen.hpp>

#include <optional>
#include <string>

#include "tui/color_depth.hpp"

namespace panko::tui {

class ScreenWriter {
 public:
  /// FTXUI keeps the depth of colours in a global, so this sets it; make the writer before anything is drawn.
  explicit ScreenWriter(ColorDepth depth);

  /// Empty when the terminal shows this already.
  [[nodiscard]] std::string frame(ftxui::Screen screen);

  /// What the terminal shows is not known (another size, another program had it): the next frame is drawn in full.
  void forget() { shown_.reset(); }

 private:
  /// What SGR sets; the default is what a reset leaves.
  struct Style {
    bool bold = false;
    bool dim = false;
    bool underlined = false;
    bool inverted = false;
    bool strikethrough = false;
    ftxui::Color foreground = ftxui::Color::Default;
    ftxui::Color background = ftxui::Color::Default;
    bool operator==(const Style&) const = default;
  };
  [[nodiscard]] static Style style_of(const ftxui::Pixel& cell);

  void write_row(std::string& out, const ftxui::Screen& screen, int row);
  void write_cells(std::string& out, const ftxui::Screen& screen, int row, int from, int end);
  void set_style(std::string& out, const Style& style);
  void append_color(std::string& out, const ftxui::Color& color, bool is_background) const;

  ColorDepth depth_;
  std::optional<ftxui::Screen> shown_;
  Style style_;  // that the terminal has at this place of the frame
};

}  // namespace panko::tui
