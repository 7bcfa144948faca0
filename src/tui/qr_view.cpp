#include "tui/qr_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "desktop/qr_code.hpp"
#include "tui/sharing_window.hpp"

namespace panko::tui {

namespace {

/// Less light around it than the standard asks for is still read by every phone; none is not.
constexpr int kNarrowestQuietZone = 2;

struct Size {
  int columns;
  int rows;
};

Size size_of(const QrCode& code, int quiet_zone) {
  const int modules = static_cast<int>(code.size) + 2 * quiet_zone;
  return {modules, (modules + 1) / 2};
}

/// Light modules are what is drawn, white on black: so it is right on a dark terminal without colours too.
std::string_view glyph(bool upper_is_dark, bool lower_is_dark) {
  if (upper_is_dark) return lower_is_dark ? " " : "▄";
  return lower_is_dark ? "▀" : "█";
}

void paint_code(ftxui::Screen& screen, int x, int y, const QrCode& code, int quiet_zone) {
  const auto [columns, rows] = size_of(code, quiet_zone);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const int upper = 2 * row - quiet_zone;
      const int module = column - quiet_zone;
      ftxui::Pixel& cell = screen.PixelAt(x + column, y + row);
      cell = ftxui::Pixel();
      cell.character = glyph(code.dark(upper, module), code.dark(upper + 1, module));
      cell.foreground_color = ftxui::Color::White;
      cell.background_color = ftxui::Color::Black;
    }
  }
}

void say(ftxui::Screen& screen, const std::string& sentence) {
  constexpr int kReadable = 60;
  const int inner = std::max(1, std::min(screen.dimx() - kFrameColumns, kReadable));
  const auto parts = wrap(sentence, inner);
  Window window = centred_window(screen.dimx(), screen.dimy(), inner, static_cast<int>(parts.size()));
  window.heading = "QR code";
  for (const std::string& part : parts) window.lines.push_back({{{part, theme::kText}}});
  window.keys = {{"any key", "closes"}};
  paint(screen, window);
}

}  // namespace

void paint_qr(ftxui::Screen& screen, std::string_view title, std::string_view url) {
  const auto code = make_qr_code(url);
  if (!code) return say(screen, code.error().message);
  for (const int quiet_zone : {static_cast<int>(QrCode::kQuietZone), kNarrowestQuietZone}) {
    const auto [columns, rows] = size_of(*code, quiet_zone);
    Window window = centred_window(screen.dimx(), screen.dimy(), columns, rows);
    if (window.columns < columns + kFrameColumns || window.rows < rows + kFrameRows) continue;
    window.heading = panko::elide(presentable(title), static_cast<std::size_t>(columns - kFrameColumns));
    window.keys = {{"any key", "closes"}};
    paint(screen, window);
    return paint_code(screen, window.x + kFrameColumns / 2, window.y + 1, *code, quiet_zone);
  }
  const auto [columns, rows] = size_of(*code, kNarrowestQuietZone);
  say(screen,
      fmt::format("The QR code needs a terminal of {} × {} characters; this one has {} × {}. Make it larger, or its "
                  "letters smaller.",
                  columns + kFrameColumns, rows + kFrameRows, screen.dimx(), screen.dimy()));
}

}  // namespace panko::tui
