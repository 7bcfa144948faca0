// A terminal of the size of a test: obeys what ScreenWriter writes and nothing else, so that anything else shows.
#pragma once

#include <fmt/format.h>
#include <ftxui/screen/screen.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "tui/cell_text.hpp"

namespace panko::test {

class TinyTerminal {
 public:
  TinyTerminal(int columns, int rows)
      : cells_(static_cast<std::size_t>(rows), std::vector<Cell>(static_cast<std::size_t>(columns))) {}

  void obey(std::string_view bytes) {
    while (!bytes.empty()) {
      if (bytes[0] == '\x1b') {
        bytes.remove_prefix(obey_sequence(bytes));
      } else {
        const auto length = panko::decode_character(bytes).length;
        show(std::string(bytes.substr(0, length)));
        bytes.remove_prefix(length);
      }
    }
  }

  /// Empty: it shows what was drawn.
  [[nodiscard]] std::string difference_to(const ftxui::Screen& screen) const {
    if (!trouble_.empty()) return trouble_;
    for (int y = 0; y < screen.dimy(); ++y) {
      for (int x = 0; x < screen.dimx(); ++x) {
        const auto& drawn = screen.PixelAt(x, y);
        const auto shown = tui::cell_text(drawn.character);
        const bool fits = x + 1 < screen.dimx() && screen.PixelAt(x + 1, y).character.empty();
        const bool is_wide = shown.is_wide && fits;
        const auto& cell = cells_[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
        const std::string text = shown.is_wide && !fits ? " " : shown.text;
        const std::string style = style_of(drawn);
        if (cell.text != text || cell.style != style)
          return fmt::format("({}, {}): \"{}\" {} instead of \"{}\" {}", x, y, cell.text, cell.style, text, style);
        if (is_wide) ++x;
      }
    }
    return "";
  }

 private:
  struct Cell {
    std::string text = " ";
    std::string style = ";39;49";
  };

  static std::string style_of(const ftxui::Pixel& pixel) {
    return fmt::format("{}{};{};{}", pixel.bold ? "1" : "", pixel.inverted ? "7" : "",
                       pixel.foreground_color.Print(false), pixel.background_color.Print(true));
  }

  std::size_t obey_sequence(std::string_view bytes) {
    std::size_t end = 2;
    while (end < bytes.size() && (bytes[end] < 0x40 || bytes[end] > 0x7E)) ++end;
    if (end >= bytes.size() || bytes[1] != '[') {
      trouble_ = "no CSI sequence";
      return bytes.size();
    }
    const auto parameters = bytes.substr(2, end - 2);
    switch (bytes[end]) {
      case 'H': {
        const auto separator = parameters.find(';');
        row_ = parameters.empty() ? 0 : std::stoul(std::string(parameters.substr(0, separator))) - 1;
        column_ = parameters.empty() ? 0 : std::stoul(std::string(parameters.substr(separator + 1))) - 1;
        break;
      }
      case 'J':
        for (auto& row : cells_)
          for (auto& cell : row) cell = {};
        break;
      case 'm': set_style(parameters); break;
      case 'h':
      case 'l':
        if (parameters == "?2026") break;
        [[fallthrough]];
      default: trouble_ = fmt::format("unknown: {}{}", parameters, bytes[end]);
    }
    return end + 1;
  }

  void set_style(std::string_view parameters) {
    for (std::string rest(parameters); !rest.empty();) {
      const std::string one = rest.substr(0, rest.find(';'));
      rest.erase(0, one.size() + 1);
      const int code = std::stoi(one);
      if (code == 0) {
        attributes_.clear();
        foreground_ = "39";
        background_ = "49";
      } else if (code == 1 || code == 7) {
        attributes_ += one;
      } else if ((code >= 30 && code <= 39) || (code >= 90 && code <= 97)) {
        foreground_ = one;
      } else if ((code >= 40 && code <= 49) || (code >= 100 && code <= 107)) {
        background_ = one;
      } else {
        trouble_ = "unknown style " + one;
      }
    }
  }

  void show(const std::string& character) {
    auto& row = cells_.at(row_);
    const std::size_t width = panko::terminal_width(character);
    if (width == 0) {
      row.at(column_ - 1).text += character;
      return;
    }
    if (column_ + width > row.size()) {
      trouble_ = "written beyond the row";
      return;
    }
    for (std::size_t i = 0; i < width; ++i) break_wide(row, column_ + i);
    const std::string style = attributes_ + ';' + foreground_ + ';' + background_;
    row[column_] = {.text = character, .style = style};
    if (width == 2) row[column_ + 1] = {.text = "", .style = style};
    column_ += width;
  }

  /// Half of a wide character that is overwritten takes the other half along.
  static void break_wide(std::vector<Cell>& row, std::size_t at) {
    if (row[at].text.empty() && at > 0) row[at - 1].text = " ";
    if (at + 1 < row.size() && row[at + 1].text.empty()) row[at + 1].text = " ";
    row[at].text = " ";
  }

  std::vector<std::vector<Cell>> cells_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::string attributes_;
  std::string foreground_ = "39";
  std::string background_ = "49";
  std::string trouble_;
};

}  // namespace panko::test
