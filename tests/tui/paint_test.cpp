#include "tui/paint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tui/sample.hpp"

namespace panko::tui {
namespace {

using test::text_of;
using ::testing::ElementsAre;

std::string painted(std::string_view text, int columns) {
  ftxui::Screen screen(10, 1);
  paint(screen, 0, 0, columns, text, {});
  return text_of(screen);
}

TEST(Paint, WideCharactersTakeTwoCellsOrNone) {
  EXPECT_EQ(painted("水やりab", 10), "水やりab\n");
  EXPECT_EQ(painted("水やり", 3), "水\n");
  ftxui::Screen screen(10, 1);
  EXPECT_EQ(paint(screen, 2, 0, 8, "水a", {}), 3);
  EXPECT_EQ(screen.at(2, 0), "水");
  EXPECT_EQ(screen.at(3, 0), "");
  EXPECT_EQ(screen.at(4, 0), "a");
}

TEST(Paint, NothingLeavesTheScreen) {
  ftxui::Screen screen(4, 1);
  EXPECT_EQ(paint(screen, 2, 0, 100, "abcdef", {}), 2);
  EXPECT_EQ(paint(screen, 0, 1, 100, "abcdef", {}), 0);
  EXPECT_EQ(paint(screen, 9, 0, 100, "abcdef", {}), 0);
}

TEST(Paint, ControlsAreNeverPainted) {
  EXPECT_EQ(painted("a\x1b[31mb", 10), "a�[31mb\n");
  EXPECT_EQ(painted("\xff\u202e\x7f", 10), "���\n");
}

TEST(Paint, MarksStayWithTheirCharacter) {
  ftxui::Screen screen(4, 1);
  EXPECT_EQ(paint(screen, 0, 0, 4, "e\u0301x", {}), 2);
  EXPECT_EQ(screen.at(0, 0), "e\u0301");
  EXPECT_EQ(screen.at(1, 0), "x");
}

TEST(Paint, HalvesOfWideCharactersAreMended) {
  ftxui::Screen screen(6, 1);
  paint(screen, 0, 0, 6, "水水水", {});
  paint(screen, 1, 0, 2, "ab", {});
  mend_wide_characters(screen);
  EXPECT_EQ(text_of(screen), " ab 水\n");
}

TEST(Paint, EmojiBecomeWhatEveryTerminalMeasuresTheSame) {
  EXPECT_EQ(presentable("👩\u200d🌾"), "👩🌾");
  EXPECT_EQ(presentable("❤\ufe0f👍\U0001F3FD"), "❤👍");
  EXPECT_EQ(presentable("a\tb\x1b"), "a b␛");
}

TEST(Paint, LinesAreElidedAcrossSpans) {
  const Line line{{"abc", theme::kStrong}, {"defg", theme::kText}};
  const auto text = [](const Line& l) {
    std::string out;
    for (const Span& span : l) out += span.text;
    return out;
  };
  EXPECT_EQ(text(elide(line, 7)), "abcdefg");
  EXPECT_EQ(text(elide(line, 6)), "abcde…");
  EXPECT_EQ(text(elide(line, 3)), "ab…");
  EXPECT_EQ(text(elide(line, 4)), "abc…");
  EXPECT_EQ(text(elide(line, 1)), "…");
  EXPECT_EQ(text(elide(line, 0)), "");
  EXPECT_EQ(text(elide({{"水やり", {}}}, 4)), "水…");
}

TEST(Paint, Wraps) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("one two three", 8), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("abcdefghij kl", 4), ElementsAre("abcd", "efgh", "ij", "kl"));
  EXPECT_THAT(wrap("植物の水やり", 5), ElementsAre("植物", "の水", "やり"));
  EXPECT_THAT(wrap("ab\ncd", 10), ElementsAre("ab", "cd"));
  EXPECT_THAT(wrap("", 10), ElementsAre());
  EXPECT_THAT(wrap("水", 1), ElementsAre("水"));
}

TEST(Paint, WrapsWithinSoManyLines) {
  const std::string text = "the fern was watered on Thursday";
  EXPECT_THAT(wrap_within(text, 10, 9), ::testing::ElementsAre("the fern", "was", "watered on", "Thursday"));
  EXPECT_THAT(wrap_within(text, 10, 4), ::testing::SizeIs(4));
  EXPECT_THAT(wrap_within(text, 10, 3), ::testing::ElementsAre("the fern", "was", "watered …"));
  EXPECT_THAT(wrap_within(text, 10, 1), ::testing::ElementsAre("the fern …"));
  EXPECT_THAT(wrap_within("Thursdaymorning", 10, 1), ::testing::ElementsAre("Thursdaym…"));
  EXPECT_THAT(wrap_within("", 10, 1), ::testing::IsEmpty());
}

}  // namespace
}  // namespace panko::tui
