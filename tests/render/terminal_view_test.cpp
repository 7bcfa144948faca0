#include "render/terminal_view.hpp"

#include <gmock/gmock.h>

#include <random>

#include "tests/support/html_check.hpp"
#include "tests/support/linear.hpp"

namespace panko {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string render(std::string_view text, std::size_t lines = 1'000'000) {
  HtmlWriter html;
  html.open(Tag::code);
  TerminalText(text).write(html, lines);
  html.close(Tag::code);
  const std::string out = html.take();
  EXPECT_EQ(test::HtmlCheck::problem_of(out), "");
  return out.substr(6, out.size() - 13);
}

TEST(TerminalText, ColoursAndStyles) {
  EXPECT_EQ(render("\x1b[31mred\x1b[0m \x1b[1;92mok\x1b[m."),
            "<span class=\"c1\">red</span> <span class=\"c10 bold\">ok</span>.");
  EXPECT_EQ(render("\x1b[2;3;4;9mx\x1b[22;23;24;29my"), "<span class=\"dim italic underline strike\">x</span>y");
  EXPECT_EQ(render("\x1b[44;97mx\x1b[49;39my"), "<span class=\"c15 k4\">x</span>y");
  EXPECT_EQ(render("\x1b[104mx"), "<span class=\"k4\">x</span>");
}

TEST(TerminalText, OtherColoursBecomeTheNearestOfThePalette) {
  EXPECT_EQ(render("\x1b[38;5;9mx"), "<span class=\"c9\">x</span>");
  EXPECT_EQ(render("\x1b[38;5;196mx"), "<span class=\"c9\">x</span>");
  EXPECT_EQ(render("\x1b[38;5;240mx"), "<span class=\"c8\">x</span>");
  EXPECT_EQ(render("\x1b[38;2;20;160;30mx"), "<span class=\"c2\">x</span>");
  EXPECT_EQ(render("\x1b[38:2:90:90:255mx"), "<span class=\"c12\">x</span>");
  EXPECT_EQ(render("\x1b[48;2;255;255;255mx"), "<span class=\"k7\">x</span>");
  EXPECT_EQ(render("\x1b[38;5;1;4mx"), "<span class=\"c1 underline\">x</span>");
}

TEST(TerminalText, InverseChangesTextAndGround) {
  EXPECT_EQ(render("\x1b[7mx\x1b[27my"), "<span class=\"inverse\">x</span>y");
  EXPECT_EQ(render("\x1b[7;31mx"), "<span class=\"k1\">x</span>");
  EXPECT_EQ(render("\x1b[7;31;42mx"), "<span class=\"c2 k1\">x</span>");
}

TEST(TerminalText, LinesAreWrittenOver) {
  EXPECT_EQ(render("10%\r50%\r100%\n"), "100%\n");
  EXPECT_EQ(render("long line\rshort"), "shortline");
  EXPECT_EQ(render("long line\r\x1b[Kshort"), "short");
  EXPECT_EQ(render("working\x1b[2K\rdone"), "done");
  EXPECT_EQ(render("working\x1b[1Gdone"), "doneing");
  EXPECT_EQ(render("ab\bc"), "ac");
  EXPECT_EQ(render("\b\b\bx"), "x");
  EXPECT_EQ(render("a\r\nb\r\n"), "a\nb\n");
  EXPECT_EQ(render("ä€😀\rx"), "x€😀");
  EXPECT_EQ(render("\x1b[31mabc\r\x1b[32mx"), "<span class=\"c2\">x</span><span class=\"c1\">bc</span>");
}

TEST(TerminalText, OtherSequencesAreLeftOut) {
  EXPECT_EQ(render("a\x1b[2J\x1b[10;10Hb\x1b[?25lc\x1b]0;title\x07"
                   "d\x1b(Be"),
            "abcde");
  EXPECT_EQ(render("\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\"), "link");
  EXPECT_EQ(render("a\x1b[3Cb"), "a   b");
  EXPECT_EQ(render("\x1b[>4;1mx"), "x");
  EXPECT_EQ(render("cut \x1b[3"), "cut 3");
}

TEST(TerminalText, ColoursGoOnBehindAFold) {
  HtmlWriter html;
  TerminalText text("\x1b[33ma\nb\nc");
  text.write(html, 2);
  EXPECT_EQ(html.take(), "<span class=\"c3\">a</span>\n<span class=\"c3\">b</span>\n");
  text.write(html, 9);
  EXPECT_EQ(html.take(), "<span class=\"c3\">c</span>");
}

TEST(TerminalText, HostileTextIsText) {
  EXPECT_EQ(render("\x1b[31m<b>&\x1b[0m\x01"), "<span class=\"c1\">&lt;b&gt;&amp;</span>␁");
  EXPECT_EQ(render("\xff\r\xc3"), "\uFFFD");
  EXPECT_THAT(render("a\u202Eb"), HasSubstr("U+202E"));
}

TEST(TerminalText, ManyColoursEndInPlainText) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += i % 2 == 0 ? "\x1b[31mx" : "\x1b[32my";
  const std::string html = render(text);
  EXPECT_LT(html.size(), 400'000U);
  EXPECT_THAT(html.substr(html.size() - 10), Not(HasSubstr("<")));
}

TEST(TerminalText, IsLinear) {
  for (const char* piece : {"x", "\r", "x\r", "\b", "x\b", "\x1b", "\x1b[", "\x1b[1", "\x1b]", "\x1b[16Cx", "\x1b[2Kx",
                            "\x1b[Kx\r", "\x1b[31mx", "\x1b[38;5;", "x\n", "\x1b[31m\n"})
    EXPECT_LT(test::cost_ratio(100'000,
                               [&](std::size_t size) {
                                 std::string text;
                                 while (text.size() < size) text += piece;
                                 HtmlWriter html;
                                 TerminalText(text).write(html, text.size());
                               }),
              test::kStillLinear)
        << testing::PrintToString(piece);
}

TEST(TerminalText, AnyBytesAreFine) {
  std::mt19937 random(7);  // NOLINT: the same bytes in each run
  static constexpr std::string_view kPieces[] = {"\x1b[", "\x1b",   "m",  ";",    "38",     "5",         "2",
                                                 "\r",    "\b",     "\n", "K",    "C",      "9999",      "ä",
                                                 "\xff",  "\x1b]0", "\a", "text", "\x1b[G", "\x1b[?25h", "<"};
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += kPieces[random() % std::size(kPieces)];
    render(text);
  }
}

}  // namespace
}  // namespace panko
