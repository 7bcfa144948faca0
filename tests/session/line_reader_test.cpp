#include "session/line_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace panko {
namespace {

std::vector<std::string> texts_of(const Source& source) {
  std::vector<std::string> texts;
  LineReader reader(source);
  while (const auto line = reader.next()) {
    texts.emplace_back(line->text);
    EXPECT_EQ(line->number, texts.size());
    EXPECT_EQ(line->length, line->text.size());
    EXPECT_EQ(source.read({line->offset, static_cast<std::uint32_t>(line->length)}).value(), line->text);
  }
  EXPECT_FALSE(reader.error());
  return texts;
}

TEST(LineReader, SplitsAtNewlines) {
  EXPECT_EQ(texts_of(Source::from_bytes("").value()), std::vector<std::string>{});
  EXPECT_EQ(texts_of(Source::from_bytes("\n").value()), std::vector<std::string>{""});
  EXPECT_EQ(texts_of(Source::from_bytes("a\n\nbc").value()), (std::vector<std::string>{"a", "", "bc"}));
}

TEST(LineReader, SaysWhetherTheLastLineHasEnded) {
  const auto source = Source::from_bytes("a\nb").value();
  LineReader reader(source);
  EXPECT_TRUE(reader.next()->ended);
  EXPECT_FALSE(reader.next()->ended);
  EXPECT_FALSE(reader.next());
}

TEST(LineReader, LinesOfAnyLengthKeepTheirOffsets) {
  // Lengths on both sides of the chunk and of its multiples, short ones between.
  std::string bytes;
  std::vector<std::string> expected;
  for (const std::size_t length : {3ul, LineReader::kChunk - 4, LineReader::kChunk, LineReader::kChunk + 1, 0ul,
                                   3 * LineReader::kChunk, 17ul, LineReader::kChunk * 9 + 5, 1ul}) {
    expected.emplace_back(length, static_cast<char>('a' + expected.size()));
    bytes += expected.back() + '\n';
  }
  EXPECT_EQ(texts_of(Source::from_bytes(bytes).value()), expected);
  bytes.pop_back();
  EXPECT_EQ(texts_of(Source::from_bytes(bytes).value()), expected);
}

TEST(LineReader, PaddingBehindEachLineMayBeRead) {
  const auto source = Source::from_bytes("short").value();
  LineReader reader(source);
  const auto line = reader.next();
  std::size_t sum = 0;  // under ASan this is the test
  for (std::size_t i = 0; i < LineReader::kPadding; ++i) sum += static_cast<unsigned char>(line->text.data()[5 + i]);
  EXPECT_LE(sum, LineReader::kPadding * 255);
}

TEST(LineReader, ALineOverTheLimitIsSkipped) {
  for (const std::size_t length : {1000ul, 2 * LineReader::kChunk}) {
    const auto source = Source::from_bytes("first\n" + std::string(length, 'x') + "\nlast").value();
    LineReader reader(source, 0, 100);
    EXPECT_EQ(reader.next()->text, "first");
    const auto long_line = reader.next();
    EXPECT_TRUE(long_line->too_long);
    EXPECT_EQ(long_line->offset, 6u);
    EXPECT_EQ(long_line->length, length);
    EXPECT_EQ(reader.next()->text, "last");
    EXPECT_FALSE(reader.next());
  }
  const auto torn = Source::from_bytes(std::string(3 * LineReader::kChunk, 'x')).value();
  LineReader reader(torn, 0, 100);
  const auto line = reader.next();
  EXPECT_TRUE(line->too_long);
  EXPECT_FALSE(line->ended);
  EXPECT_EQ(line->length, torn.size());
}

TEST(LineReader, StartsAtAnOffset) {
  const auto source = Source::from_bytes("one\ntwo\nthree\n").value();
  LineReader reader(source, 5);
  const auto line = reader.next();
  EXPECT_EQ(line->text, "wo");
  EXPECT_EQ(line->offset, 5u);
  EXPECT_EQ(reader.next()->text, "three");
}

}  // namespace
}  // namespace panko
