#include "tui/paint.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace panko::tui {

namespace {

/// What makes several emoji one, or one of another look: ZERO WIDTH JOINER, the variation selectors, skin tones.
bool is_emoji_glue(std::int32_t c) {
  return c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0x1F3FB && c <= 0x1F3FF);
}

/// A character and what combines with it.
struct Glyph {
  std::string_view text;
  int width = 0;
};

Glyph next_glyph(std::string_view text) {
  const std::size_t first = decode_character(text).length;
  Glyph glyph{text.substr(0, first), width_of(text.substr(0, first))};
  std::size_t end = first;
  while (end < text.size()) {
    const auto [codepoint, length] = decode_character(text.substr(end));
    if (codepoint < 0x300 || is_invisible(codepoint) || width_of(text.substr(end, length)) > 0) break;
    end += length;
  }
  glyph.text = text.substr(0, end);
  return glyph;
}

bool is_control(std::string_view glyph) {
  const auto [codepoint, length] = decode_character(glyph);
  return codepoint < 0x20 || (codepoint >= 0x7F && codepoint < 0xA0) || is_invisible(codepoint);
}

void set_cell(ftxui::Screen& screen, int x, int y, std::string_view text, const Style& style) {
  ftxui::Pixel& cell = screen.PixelAt(x, y);
  cell = ftxui::Pixel();
  cell.character = text;
  cell.foreground_color = style.color;
  cell.bold = style.bold;
  cell.dim = style.dim;
  cell.underlined = style.underlined;
  cell.inverted = style.inverted;
}

}  // namespace

std::string presentable(std::string_view foreign) {
  std::string kept;
  kept.reserve(foreign.size());
  while (!foreign.empty()) {
    const auto [codepoint, length] = decode_character(foreign);
    if (!is_emoji_glue(codepoint)) kept += foreign.substr(0, length);
    foreign.remove_prefix(length);
  }
  return clean_line_for_terminal(kept);
}

int width_of(std::string_view text) {
  return static_cast<int>(terminal_width(text));
}

int width_of(const Line& line) {
  int width = 0;
  for (const Span& span : line) width += width_of(span.text);
  return width;
}

Line elide(Line line, int columns) {
  if (width_of(line) <= columns) return line;
  Line out;
  int left = std::max(columns, 0);
  for (Span& span : line) {
    const int width = width_of(span.text);
    // The ellipsis has to find room behind the last span that fits whole.
    if (width < left) {
      left -= width;
      out.push_back(std::move(span));
      continue;
    }
    span.text = panko::elide(span.text + " ", static_cast<std::size_t>(left));
    out.push_back(std::move(span));
    break;
  }
  return out;
}

std::vector<std::string> wrap(std::string_view text, int columns) {
  std::vector<std::string> lines;
  std::string line;
  int width = 0;
  std::size_t gap = std::string::npos;  // of the last space in `line`
  const auto end_line = [&] {
    lines.push_back(std::exchange(line, {}));
    width = 0;
    gap = std::string::npos;
  };
  while (!text.empty()) {
    if (text.front() == '\n') {
      end_line();
      text.remove_prefix(1);
      continue;
    }
    const Glyph glyph = next_glyph(text);
    text.remove_prefix(glyph.text.size());
    const bool is_space = glyph.text == " ";
    if (width + glyph.width > columns && width > 0) {
      if (is_space) {
        end_line();
        continue;
      }
      if (gap == std::string::npos || glyph.width > 1) {
        end_line();
      } else {
        std::string rest = line.substr(gap + 1);
        line.resize(gap);
        end_line();
        line = std::move(rest);
        width = width_of(line);
      }
    }
    if (is_space && width > 0) gap = line.size();
    if (is_space && width == 0 && !lines.empty()) continue;
    line += glyph.text;
    width += glyph.width;
  }
  if (!line.empty()) end_line();
  return lines;
}

std::vector<std::string> wrap_within(std::string_view text, int columns, std::size_t lines) {
  auto parts = wrap(text, columns);
  if (parts.size() <= lines) return parts;
  parts.resize(lines);
  std::string& last = parts.back();
  while (width_of(last) + 2 > columns && last.contains(' ')) last.resize(last.rfind(' '));
  last = panko::elide(last + " …", static_cast<std::size_t>(columns));
  return parts;
}

int paint(ftxui::Screen& screen, int x, int y, int columns, std::string_view text, const Style& style) {
  if (y < 0 || y >= screen.dimy()) return 0;
  columns = std::min(columns, screen.dimx() - x);
  int taken = 0;
  while (!text.empty()) {
    Glyph glyph = next_glyph(text);
    text.remove_prefix(glyph.text.size());
    if (is_control(glyph.text)) glyph = {"�", 1};
    if (glyph.width == 0) continue;  // combines with nothing
    if (taken + glyph.width > columns) break;
    set_cell(screen, x + taken, y, glyph.text, style);
    for (int i = 1; i < glyph.width; ++i) set_cell(screen, x + taken + i, y, "", style);
    taken += glyph.width;
  }
  return taken;
}

int paint(ftxui::Screen& screen, int x, int y, int columns, const Line& line) {
  int taken = 0;
  for (const Span& span : line) taken += paint(screen, x + taken, y, columns - taken, span.text, span.style);
  return taken;
}

void fill(ftxui::Screen& screen, int x, int y, int columns, std::string_view text, const Style& style) {
  for (int i = 0; i < columns; ++i) set_cell(screen, x + i, y, text, style);
}

void mend_wide_characters(ftxui::Screen& screen) {
  for (int y = 0; y < screen.dimy(); ++y) {
    for (int x = 0; x < screen.dimx(); ++x) {
      std::string& cell = screen.PixelAt(x, y).character;
      if (cell.size() == 1) continue;
      if (cell.empty()) {
        cell = " ";
      } else if (width_of(cell) > 1) {
        if (x + 1 < screen.dimx() && screen.PixelAt(x + 1, y).character.empty()) {
          ++x;
        } else {
          cell = " ";
        }
      }
    }
  }
}

}  // namespace panko::tui
