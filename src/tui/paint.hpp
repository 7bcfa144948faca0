// Text into the cells of a screen: one way to measure it, the same for what is painted and for what is laid out. A wide
// character takes its cell and leaves the next one empty, as FTXUI does. Nothing that could drive a terminal is ever
// painted, whoever forgot to clean it. Pure.
#pragma once

#include <ftxui/screen/screen.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tui/theme.hpp"

namespace panko::tui {

/// Foreign text for one line: cleaned, and without the joiners, variants and skin tones of emoji, which terminals
/// measure each in their own way.
[[nodiscard]] std::string presentable(std::string_view foreign);

struct Span {
  std::string text;
  Style style;
};
using Line = std::vector<Span>;

[[nodiscard]] int width_of(std::string_view text);
[[nodiscard]] int width_of(const Line& line);

/// At most `columns` of it from the front, with "…" when something was cut.
[[nodiscard]] Line elide(Line line, int columns);

/// Broken at spaces into lines of at most `columns` (1 or more); words too long for one are broken anywhere.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, int columns);

/// The same in at most so many lines (1 or more); the last one ends in "…" when something was cut.
[[nodiscard]] std::vector<std::string> wrap_within(std::string_view text, int columns, std::size_t lines);

/// Paints from (x, y) on, `columns` at most, never half a wide character; tells how many it took.
int paint(ftxui::Screen& screen, int x, int y, int columns, std::string_view text, const Style& style);
int paint(ftxui::Screen& screen, int x, int y, int columns, const Line& line);

/// `columns` cells become `text`, a character of width 1, again and again.
void fill(ftxui::Screen& screen, int x, int y, int columns, std::string_view text, const Style& style);

/// Halves of wide characters that something was painted over become spaces.
void mend_wide_characters(ftxui::Screen& screen);

}  // namespace panko::tui
