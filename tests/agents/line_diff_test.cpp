#include "agents/line_diff.hpp"

#include <gtest/gtest.h>

#include <string>

namespace panko {
namespace {

std::string shown(const std::vector<DiffLine>& lines) {
  std::string text;
  for (const DiffLine& line : lines) {
    text += line.kind == DiffLine::Kind::same ? ' ' : (line.kind == DiffLine::Kind::gone ? '-' : '+');
    text += line.text + '\n';
  }
  return text;
}

TEST(LineDiff, LinesOfBothAreTheSame) {
  EXPECT_EQ(shown(line_diff("a\nb\nc", "a\nx\nc")), " a\n-b\n+x\n c\n");
  EXPECT_EQ(shown(line_diff("a\nb\nc\nd\ne", "a\nB\nc\nD\ne")), " a\n-b\n+B\n c\n-d\n+D\n e\n");
  EXPECT_EQ(shown(line_diff("", "a\nb")), "+a\n+b\n");
  EXPECT_EQ(shown(line_diff("a\nb\n", "")), "-a\n-b\n");
  EXPECT_EQ(shown(line_diff("a", "a")), " a\n");
  EXPECT_EQ(shown(line_diff("", "")), "");
  EXPECT_EQ(shown(line_diff("a\na", "a\na\na")), " a\n a\n+a\n");
}

TEST(LineDiff, ALineEndAtTheEndBeginsNoLine) {
  EXPECT_EQ(shown(marked_lines("a\n\nb\n", DiffLine::Kind::added)), "+a\n+\n+b\n");
  EXPECT_EQ(shown(marked_lines("\n", DiffLine::Kind::gone)), "-\n");
  EXPECT_EQ(shown(marked_lines("", DiffLine::Kind::gone)), "");
}

TEST(LineDiff, ChangedLineEndsAreAChange) {
  EXPECT_EQ(shown(line_diff("a\r\nb", "a\nb")), "-a\n+a\n b\n");
}

TEST(LineDiff, LongTextsAreComparedAtBothEnds) {
  std::string before = "first\n";
  std::string after = "first\n";
  for (int i = 0; i < 5000; ++i) {
    before += "old " + std::to_string(i) + "\nsame\n";
    after += "new " + std::to_string(i) + "\nsame\n";
  }
  const auto lines = line_diff(before, after);
  EXPECT_EQ(lines.front().kind, DiffLine::Kind::same);
  EXPECT_EQ(lines.back().kind, DiffLine::Kind::same);
  EXPECT_EQ(lines.size(), 2 + 2 * 9999u);
}

}  // namespace
}  // namespace panko
