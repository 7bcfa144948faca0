#include "desktop/qr_code.hpp"

#include <sys/wait.h>

#include <cstdio>

#include "base/text.hpp"
#include "fixture.hpp"

namespace panko {
namespace {

class QrCodeTest : public DesktopFixture {
 protected:
  /// What a reader sees in the lines, drawn with blocks of `ink` on the other colour: a picture (PBM), 4 dots a module.
  void draw(const std::vector<std::string>& lines, QrInk ink) const {
    std::vector<std::string> rows;
    for (const auto& line : lines) {
      std::string upper;
      std::string lower;
      for (std::string_view left = line; !left.empty();) {
        const std::string_view block = left.substr(0, decode_character(left).length);
        left.remove_prefix(block.size());
        const bool up = block == "█" || block == "▀";
        const bool low = block == "█" || block == "▄";
        upper.append(4, up == (ink == QrInk::dark) ? '1' : '0');
        lower.append(4, low == (ink == QrInk::dark) ? '1' : '0');
      }
      rows.insert(rows.end(), 4, upper);
      rows.insert(rows.end(), 4, lower);
    }
    std::ofstream picture(home / "code.pbm");
    picture << "P1\n" << rows.front().size() << ' ' << rows.size() << '\n';
    for (const auto& row : rows) picture << row << '\n';
  }

  /// What zbar reads in the picture; nothing when zbar is not installed.
  [[nodiscard]] std::optional<std::string> decoded() const {
    const auto command = "PATH=/usr/bin:/bin; command -v zbarimg >/dev/null || exit 9; zbarimg --raw --quiet " +
                         (home / "code.pbm").string() + " > " + (home / "text").string() + " 2>/dev/null";
    if (WEXITSTATUS(std::system(command.c_str())) == 9) return std::nullopt;
    return content("text");
  }
};

TEST_F(QrCodeTest, IsReadAgain) {
  for (const std::string& text :
       {std::string("http://127.0.0.1:7117/s/tNB1mPRTkkr3GcZB5wGmMUCqHWI/"), std::string(300, 'x')})
    for (const QrInk ink : {QrInk::dark, QrInk::light}) {
      const auto code = make_qr_code(text);
      ASSERT_TRUE(code);
      draw(qr_lines(*code, ink), ink);
      const auto read = decoded();
      if (!read) GTEST_SKIP() << "zbarimg is not installed (package zbar-tools)";
      EXPECT_EQ(*read, text + "\n");
    }
}

TEST_F(QrCodeTest, FitsASmallTerminal) {
  const auto code = make_qr_code("https://some-quick-tunnel-words.trycloudflare.com/s/tNB1mPRTkkr3GcZB5wGmMUCqHWI/");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->modules.size(), code->size * code->size);
  const auto lines = qr_lines(*code, QrInk::dark);
  EXPECT_LE(lines.size(), 23u);
  for (const auto& line : lines) EXPECT_EQ(terminal_width(line), code->size + 2 * QrCode::kQuietZone);
}

TEST_F(QrCodeTest, HasAQuietZone) {
  const auto code = make_qr_code("x").value();
  EXPECT_EQ(code.size, 21u);
  EXPECT_TRUE(code.dark(0, 0));
  for (const auto& [row, column] : {std::pair{-1, 0}, {0, -1}, {21, 0}, {0, 21}}) EXPECT_FALSE(code.dark(row, column));
  EXPECT_EQ(qr_lines(code, QrInk::dark).front(), std::string(29, ' '));
  std::string light;
  for (int i = 0; i < 29; ++i) light += "█";
  EXPECT_EQ(qr_lines(code, QrInk::light).front(), light);
}

TEST_F(QrCodeTest, TakesBytesAsTheyAreAndKnowsItsLimit) {
  EXPECT_TRUE(make_qr_code(std::string("a\0b", 3)));
  EXPECT_TRUE(make_qr_code(std::string(2953, 'x')));
  EXPECT_FALSE(make_qr_code(std::string(2954, 'x')));
  EXPECT_FALSE(make_qr_code(""));
}

}  // namespace
}  // namespace panko
