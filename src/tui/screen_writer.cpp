#include "tui/screen_writer.hpp"

#include <fmt/format.h>
#include <ftxui/screen/terminal.hpp>

#include <array>
#include <charconv>
#include <iterator>
#include <string_view>
#include <utility>

#include "tui/cell_text.hpp"

namespace panko::tui {

namespace {

// Drawn at once by terminals that know it, unknown and harmless to the others.
constexpr std::string_view kBegin = "\x1b[?2026h";
constexpr std::string_view kEnd = "\x1b[?2026l";
constexpr std::string_view kClear = "\x1b[0m\x1b[H\x1b[2J";

/// A jump costs more bytes than a few cells.
constexpr int kWorthAJump = 6;

ftxui::Terminal::Color support_for(ColorDepth depth) {
  switch (depth) {
    case ColorDepth::truecolor: return ftxui::Terminal::TrueColor;
    case ColorDepth::palette: return ftxui::Terminal::Palette256;
    case ColorDepth::sixteen:
    case ColorDepth::none: break;
  }
  return ftxui::Terminal::Palette16;
}

bool is_same(const ftxui::Pixel& a, const ftxui::Pixel& b) {
  return a.character == b.character && a.bold == b.bold && a.dim == b.dim && a.inverted == b.inverted &&
         (a.underlined || a.underlined_double) == (b.underlined || b.underlined_double) &&
         a.strikethrough == b.strikethrough && a.foreground_color == b.foreground_color &&
         a.background_color == b.background_color;
}

/// The numbers of "38;2;1;2;3" behind its first two fields.
std::array<std::uint8_t, 3> numbers_in(std::string_view code) {
  std::array<std::uint8_t, 3> numbers{};
  code.remove_prefix(std::string_view("38;2;").size());
  for (std::uint8_t& number : numbers) {
    const auto parsed = std::from_chars(code.data(), code.data() + code.size(), number);
    code.remove_prefix(static_cast<std::size_t>(parsed.ptr - code.data()));
    if (!code.empty()) code.remove_prefix(1);
  }
  return numbers;
}

}  // namespace

ScreenWriter::ScreenWriter(ColorDepth depth) : depth_(depth) {
  ftxui::Terminal::SetColorSupport(support_for(depth));
}

std::string ScreenWriter::frame(ftxui::Screen screen) {
  std::string out;
  if (!shown_ || shown_->dimx() != screen.dimx() || shown_->dimy() != screen.dimy()) {
    out += kClear;
    shown_.emplace(screen.dimx(), screen.dimy());
  }
  style_ = Style{};
  for (int row = 0; row < screen.dimy(); ++row) write_row(out, screen, row);
  set_style(out, Style{});
  shown_ = std::move(screen);
  if (out.empty()) return out;
  return std::string(kBegin) + out + std::string(kEnd);
}

void ScreenWriter::write_row(std::string& out, const ftxui::Screen& screen, int row) {
  const int columns = screen.dimx();
  const auto changed = [&](int x) { return !is_same(screen.PixelAt(x, row), shown_->PixelAt(x, row)); };
  const auto is_sure = [&](int x) {
    return is_sure_width(screen.PixelAt(x, row).character) && is_sure_width(shown_->PixelAt(x, row).character);
  };
  int from = 0;
  while (from < columns && !changed(from)) ++from;
  if (from == columns) return;

  // Wide characters overlap their neighbours, and which cells a terminal thinks they take is not known: all of the row
  // from there on is written anew, beginning with a cell that nothing overlaps.
  bool all_sure = true;
  for (int x = 0; x < columns && all_sure; ++x) all_sure = is_sure(x);
  if (!all_sure) {
    while (from > 0 && !is_sure(from - 1)) --from;
    write_cells(out, screen, row, from, columns);
    return;
  }

  while (from < columns) {
    int end = from + 1;
    for (int x = end; x < columns && x - end < kWorthAJump; ++x)
      if (changed(x)) end = x + 1;
    write_cells(out, screen, row, from, end);
    from = end;
    while (from < columns && !changed(from)) ++from;
  }
}

void ScreenWriter::write_cells(std::string& out, const ftxui::Screen& screen, int row, int from, int end) {
  bool placed = false;
  for (int x = from; x < end; ++x) {
    const auto& cell = screen.PixelAt(x, row);
    CellText shown = cell_text(cell.character);
    // The second half has to be there and free.
    const bool fits = x + 1 < end && screen.PixelAt(x + 1, row).character.empty();
    if (shown.is_wide && !fits) shown = {.text = " ", .is_wide = false, .is_sure = true};

    if (!placed) fmt::format_to(std::back_inserter(out), "\x1b[{};{}H", row + 1, x + 1);
    set_style(out, style_of(cell));
    if (!shown.is_sure && shown.is_wide) {
      // Blanks first: on a terminal that draws it narrow nothing old may show through.
      fmt::format_to(std::back_inserter(out), "  \x1b[{};{}H", row + 1, x + 1);
    }
    out += shown.text;
    placed = shown.is_sure;
    if (shown.is_wide) ++x;
  }
}

ScreenWriter::Style ScreenWriter::style_of(const ftxui::Pixel& cell) {
  return {.bold = cell.bold,
          .dim = cell.dim,
          .underlined = cell.underlined || cell.underlined_double,
          .inverted = cell.inverted,
          .strikethrough = cell.strikethrough,
          .foreground = cell.foreground_color,
          .background = cell.background_color};
}

void ScreenWriter::set_style(std::string& out, const Style& wanted) {
  Style style = wanted;
  if (depth_ == ColorDepth::none) style.foreground = style.background = ftxui::Color::Default;
  if (style == style_) return;

  Style colored_only = style;
  colored_only.foreground = style_.foreground;
  colored_only.background = style_.background;
  out += "\x1b[";
  const std::size_t begin = out.size();
  Style now = style_;
  if (!(colored_only == style_) || style == Style{}) {
    now = Style{};
    out += '0';
    if (style.bold) out += ";1";
    if (style.dim) out += ";2";
    if (style.underlined) out += ";4";
    if (style.inverted) out += ";7";
    if (style.strikethrough) out += ";9";
  }
  const auto set_color = [&](const ftxui::Color& color, const ftxui::Color& before, bool is_background) {
    if (color == before) return;
    if (out.size() > begin) out += ';';
    append_color(out, color, is_background);
  };
  set_color(style.foreground, now.foreground, false);
  set_color(style.background, now.background, true);
  out += 'm';
  style_ = style;
}

/// A colour was made for the depth that was known then, which may be more than there is.
void ScreenWriter::append_color(std::string& out, const ftxui::Color& color, bool is_background) const {
  std::string code = color.Print(is_background);
  const std::string_view kind = std::string_view(code).substr(std::min<std::size_t>(code.size(), 2));
  if (kind.starts_with(";2;") && depth_ < ColorDepth::truecolor) {
    const auto [red, green, blue] = numbers_in(code);
    code = ftxui::Color(red, green, blue).Print(is_background);
  } else if (kind.starts_with(";5;") && depth_ < ColorDepth::palette) {
    code = ftxui::Color(static_cast<ftxui::Color::Palette256>(numbers_in(code)[0])).Print(is_background);
  }
  out += code;
}

}  // namespace panko::tui
