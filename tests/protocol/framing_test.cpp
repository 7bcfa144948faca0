#include "protocol/framing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace panko::protocol {
namespace {

/// The next line, an error in brackets, or "nothing yet".
std::string next_of(LineReader& reader) {
  const auto line = reader.next();
  if (!line) return "nothing yet";
  return line->has_value() ? **line : "[" + line->error().message + "]";
}

/// What a reader makes of the bytes when they come in pieces of `piece`: lines, and errors in brackets.
std::vector<std::string> read_in_pieces(std::string_view bytes, std::size_t piece, std::size_t limit) {
  LineReader reader(limit);
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (std::string line; (line = next_of(reader)) != "nothing yet";) lines.push_back(line);
  }
  return lines;
}

struct Case {
  std::string_view name;
  std::string bytes;
  std::vector<std::string> lines;
};

const std::string kTooLong = "[The line is longer than 8 bytes.]";
const std::string kNotUtf8 = "[The line is not UTF-8.]";

TEST(LineReader, GivesTheSameLinesHoweverTheBytesArrive) {
  const std::vector<Case> cases{
      {"nothing", "", {}},
      {"no end yet", "abc", {}},
      {"one", "abc\n", {"abc"}},
      {"several", "a\nbc\n\nd\n", {"a", "bc", "", "d"}},
      {"carriage return stays", "a\r\n", {"a\r"}},
      {"NUL stays", std::string("a\0b\n", 4), {std::string("a\0b", 3)}},
      {"exactly the limit", "12345678\n", {"12345678"}},
      {"one more", "123456789\nok\n", {kTooLong, "ok"}},
      {"much longer", std::string(100, 'x') + "\nok\n", {kTooLong, "ok"}},
      {"long and unfinished", std::string(100, 'x'), {kTooLong}},
      {"two long ones", std::string(20, 'x') + "\n" + std::string(20, 'y') + "\nok\n", {kTooLong, kTooLong, "ok"}},
      {"bad UTF-8", "a\xff\nok\n", {kNotUtf8, "ok"}},
      {"half a character", "\xe2\x82\nok\n", {kNotUtf8, "ok"}},
      {"surrogate", "\xed\xa0\x80\nok\n", {kNotUtf8, "ok"}},
      {"overlong form", "\xc0\xaf\nok\n", {kNotUtf8, "ok"}},
      {"whole characters", "\xe2\x82\xac\xf0\x9f\x98\x80\n", {"\xe2\x82\xac\xf0\x9f\x98\x80"}},
      {"long bad UTF-8 is long", std::string(9, '\xff') + "\n", {kTooLong}},
  };
  for (const Case& test : cases)
    for (std::size_t piece = 1; piece <= test.bytes.size() + 1; ++piece)
      EXPECT_EQ(read_in_pieces(test.bytes, piece, 8), test.lines) << test.name << " in pieces of " << piece;
}

TEST(LineReader, SaysWhetherALineBegan) {
  LineReader reader(8);
  EXPECT_FALSE(reader.line_began());
  reader.feed("a\nb");
  ASSERT_EQ(next_of(reader), "a");
  EXPECT_TRUE(reader.line_began());
  reader.feed("\n");
  ASSERT_EQ(next_of(reader), "b");
  EXPECT_FALSE(reader.line_began());
  reader.feed("123456789");
  EXPECT_THAT(next_of(reader), ::testing::StartsWith("[The line is longer than"));
  EXPECT_TRUE(reader.line_began()) << "the rest of the long line is still to come";
  reader.feed("\n");
  EXPECT_EQ(next_of(reader), "nothing yet");
  EXPECT_FALSE(reader.line_began());
}

TEST(LineReader, ReadsManySmallLinesOfOneFeed) {
  std::string bytes;
  for (int i = 0; i < 200'000; ++i) bytes += "x\n";
  LineReader reader(8);
  reader.feed(bytes);
  int lines = 0;
  while (reader.next()) ++lines;
  EXPECT_EQ(lines, 200'000);
}

TEST(LineReader, TakesALineOfTheWholeLimit) {
  LineReader reader;
  const std::string line(kMaxRequestBytes, 'x');
  reader.feed(line);
  EXPECT_EQ(next_of(reader), "nothing yet");
  reader.feed("\n");
  EXPECT_EQ(next_of(reader), line);
  reader.feed(line);
  reader.feed("y");
  EXPECT_THAT(next_of(reader), ::testing::StartsWith("[The line is longer than"));
}

}  // namespace
}  // namespace panko::protocol
