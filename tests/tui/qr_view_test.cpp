#include "tui/qr_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/temp_dir.hpp"
#include "tests/tui/sample.hpp"

namespace panko::tui {
namespace {

using test::text_of;
using ::testing::HasSubstr;

constexpr const char* kLocal = "http://127.0.0.1:7117/s/tNB1mPRTkkr3GcZB5wGmMUCqHWI/";
constexpr const char* kTunnel = "https://some-quick-tunnel-words-here.trycloudflare.com/s/tNB1mPRTkkr3GcZB5wGmMUCqHWI/";

/// What a camera sees of the screen, two dots a cell on top of each other, 4 × 4 pixels each, without colours.
void photograph(const ftxui::Screen& screen, const std::filesystem::path& file) {
  std::ofstream picture(file);
  picture << "P1\n" << screen.dimx() * 4 << ' ' << screen.dimy() * 8 << '\n';
  for (int y = 0; y < screen.dimy(); ++y) {
    std::string upper;
    std::string lower;
    for (int x = 0; x < screen.dimx(); ++x) {
      const std::string& cell = screen.PixelAt(x, y).character;
      upper.append(4, cell == "█" || cell == "▀" ? '0' : '1');
      lower.append(4, cell == "█" || cell == "▄" ? '0' : '1');
    }
    for (const auto* row : {&upper, &lower}) {
      for (int i = 0; i < 4; ++i) picture << *row << '\n';
    }
  }
}

TEST(QrView, IsReadByACamera) {
  for (const auto& [url, columns, rows] : {std::tuple{kLocal, 80, 24}, {kTunnel, 80, 24}, {kTunnel, 200, 50}}) {
    ftxui::Screen screen(columns, rows);
    paint_qr(screen, "Fix the fern", url);
    const test::TempDir dir;
    photograph(screen, dir.path() / "code.pbm");
    const auto text = dir.path() / "text";
    const int status =
        std::system(("PATH=/usr/bin:/bin; command -v zbarimg >/dev/null || exit 9; zbarimg --raw --quiet '" +
                     (dir.path() / "code.pbm").native() + "' > '" + text.native() + "' 2>/dev/null")
                        .c_str());
    if (WEXITSTATUS(status) == 9) GTEST_SKIP() << "zbarimg is not installed (package zbar-tools)";
    std::ifstream file(text);
    std::string read;
    std::getline(file, read);
    EXPECT_EQ(read, url);
  }
}

TEST(QrView, SaysHowLargeTheTerminalHasToBe) {
  ftxui::Screen screen(60, 15);
  paint_qr(screen, "Fix the fern", kLocal);
  EXPECT_THAT(text_of(screen), HasSubstr("QR code needs a terminal of"));
}

TEST(QrView, ALinkTooLongForAnyCode) {
  ftxui::Screen screen(80, 24);
  paint_qr(screen, "Fix the fern", std::string(4000, 'x'));
  EXPECT_THAT(text_of(screen), HasSubstr("too long"));
}

}  // namespace
}  // namespace panko::tui
