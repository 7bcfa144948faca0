#include "tui/screen_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/text.hpp"
#include "tests/tui/tiny_terminal.hpp"

namespace panko::tui {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

void put(ftxui::Screen& screen, int x, int y, const std::vector<std::string>& cells) {
  for (const auto& cell : cells) screen.PixelAt(x++, y).character = cell;
}

ftxui::Screen words(const std::string& text) {
  ftxui::Screen screen(12, 2);
  for (std::size_t i = 0; i < text.size(); ++i) screen.PixelAt(static_cast<int>(i), 0).character = text[i];
  return screen;
}

/// Without the marks of a frame.
std::string body(const std::string& frame) {
  if (frame.empty()) return frame;
  EXPECT_THAT(frame, StartsWith("\x1b[?2026h"));
  EXPECT_TRUE(frame.ends_with("\x1b[?2026l"));
  return frame.substr(8, frame.size() - 16);
}

TEST(ScreenWriter, WritesOnlyWhatChanged) {
  ScreenWriter writer(ColorDepth::sixteen);
  EXPECT_EQ(body(writer.frame(words("fern"))), "\x1b[0m\x1b[H\x1b[2J\x1b[1;1Hfern");
  EXPECT_EQ(writer.frame(words("fern")), "");
  EXPECT_EQ(body(writer.frame(words("form"))), "\x1b[1;2Horm");  // a jump would cost more than the letter between
  EXPECT_EQ(body(writer.frame(words("form      X"))), "\x1b[1;11HX");
  EXPECT_EQ(body(writer.frame(words("Form      Y"))), "\x1b[1;1HF\x1b[1;11HY");
  writer.forget();
  EXPECT_EQ(body(writer.frame(words("Form"))), "\x1b[0m\x1b[H\x1b[2J\x1b[1;1HForm");
  EXPECT_THAT(writer.frame(ftxui::Screen(13, 2)), HasSubstr("\x1b[2J"));
  EXPECT_EQ(writer.frame(ftxui::Screen(13, 2)), "");
}

TEST(ScreenWriter, StylesChangeOnlyWhereTheyDo) {
  ScreenWriter writer(ColorDepth::sixteen);
  std::ignore = writer.frame(words(""));
  auto screen = words("abcd");
  screen.PixelAt(1, 0).bold = true;
  screen.PixelAt(2, 0).bold = true;
  screen.PixelAt(2, 0).foreground_color = ftxui::Color::Red;
  EXPECT_EQ(body(writer.frame(screen)), "\x1b[1;1Ha\x1b[0;1mb\x1b[31mc\x1b[0md");
  screen.PixelAt(3, 0).inverted = true;
  screen.PixelAt(3, 0).background_color = ftxui::Color::BlueLight;
  EXPECT_EQ(body(writer.frame(screen)), "\x1b[1;4H\x1b[0;7;104md\x1b[0m");
}

TEST(ScreenWriter, NeverMoreColoursThanThereAre) {
  const auto frame_at = [](ColorDepth depth) {
    ftxui::Terminal::SetColorSupport(ftxui::Terminal::TrueColor);
    auto screen = words("ab");
    screen.PixelAt(0, 0).foreground_color = ftxui::Color::RGB(250, 10, 10);
    screen.PixelAt(1, 0).background_color = ftxui::Color::DeepSkyBlue1;
    screen.PixelAt(0, 0).underlined = true;
    return ScreenWriter(depth).frame(screen);
  };
  EXPECT_THAT(frame_at(ColorDepth::truecolor), HasSubstr("\x1b[0;4;38;2;250;10;10ma\x1b[0;48;5;39mb"));
  EXPECT_THAT(frame_at(ColorDepth::palette), HasSubstr("\x1b[0;4;38;5;196ma\x1b[0;48;5;39mb"));
  EXPECT_THAT(frame_at(ColorDepth::sixteen), HasSubstr("\x1b[0;4;91ma\x1b[0;106mb"));
  EXPECT_THAT(frame_at(ColorDepth::none), HasSubstr("\x1b[0;4ma\x1b[0mb"));
}

TEST(ScreenWriter, ARowWithWideCharactersIsWrittenFromItsChangeOn) {
  ScreenWriter writer(ColorDepth::sixteen);
  ftxui::Screen screen(8, 1);
  put(screen, 0, 0, {"a", "b", "字", "", "c", "d", "│"});
  EXPECT_THAT(writer.frame(screen), HasSubstr("\x1b[1;1Hab  \x1b[1;3H字\x1b[1;5Hcd│"));
  put(screen, 4, 0, {"x"});
  // The cell before may reach into this one.
  EXPECT_THAT(body(writer.frame(screen)), StartsWith("\x1b[1;3H  \x1b[1;3H字\x1b[1;5Hxd│"));
}

TEST(ScreenWriter, HalfAWideCharacterIsASpace) {
  ScreenWriter writer(ColorDepth::sixteen);
  ftxui::Screen screen(5, 1);
  put(screen, 0, 0, {"字", "|", "", "b", "字"});
  EXPECT_EQ(body(writer.frame(screen)), "\x1b[0m\x1b[H\x1b[2J\x1b[1;1H | b ");
}

TEST(ScreenWriter, NothingThatACellHoldsDrivesTheTerminal) {
  ScreenWriter writer(ColorDepth::sixteen);
  ftxui::Screen screen(8, 1);
  put(screen, 0, 0, {"\x1b[31m", "\x9b", "\u202e", "\n", "\u009b", "a\u200b", "\a", "\xff"});
  EXPECT_EQ(body(writer.frame(screen)),
            "\x1b[0m\x1b[H\x1b[2J\x1b[1;1H\uFFFD\x1b[1;2H\uFFFD\x1b[1;3H\uFFFD\x1b[1;4H\uFFFD\x1b[1;5H\uFFFD\x1b[1;6Ha"
            "\x1b[1;7H\uFFFD\x1b[1;8H\uFFFD");
}

// Frame after frame of anything: a terminal that obeys the bytes shows what was drawn.
TEST(ScreenWriter, TheTerminalEndsUpWithTheScreen) {
  std::mt19937 random(11);  // NOLINT(bugprone-random-generator-seed): the same on every run
  ScreenWriter writer(ColorDepth::sixteen);
  constexpr int kColumns = 30;
  constexpr int kRows = 6;
  ftxui::Screen screen(kColumns, kRows);
  test::TinyTerminal terminal(kColumns, kRows);
  const std::vector<std::string> letters{"a", "b", " ", "é", "│", "★", "字", "🙂", "e\u0301"};
  const std::vector<ftxui::Color> colors{ftxui::Color::Default, ftxui::Color::Red, ftxui::Color::BlueLight};
  for (int round = 0; round < 2000; ++round) {
    const int changes = static_cast<int>(random() % 12);
    for (int i = 0; i < changes; ++i) {
      const int x = static_cast<int>(random() % kColumns);
      const int y = static_cast<int>(random() % kRows);
      const auto& letter = letters[random() % letters.size()];
      auto& cell = screen.PixelAt(x, y);
      cell.character = letter;
      cell.bold = random() % 3 == 0;
      cell.inverted = random() % 5 == 0;
      cell.foreground_color = colors[random() % colors.size()];
      cell.background_color = colors[random() % colors.size()];
      if (letter == "字" || letter == "🙂") {
        auto next = cell;
        next.character = "";
        if (x + 1 < kColumns) screen.PixelAt(x + 1, y) = next;
      }
    }
    if (round % 500 == 499) writer.forget();
    terminal.obey(writer.frame(screen));
    ASSERT_EQ(terminal.difference_to(screen), "") << "round " << round;
  }
}

}  // namespace
}  // namespace panko::tui
