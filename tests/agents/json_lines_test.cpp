#include "agents/json_lines.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json_text.hpp"
#include "session/line_reader.hpp"

namespace panko {
namespace {

struct Seen {
  std::vector<std::string> values;  // of "a", in order
  std::vector<ByteRange> ranges;
  std::vector<std::uint32_t> unshown;
  std::uint64_t unreadable = 0;
};

Seen read(std::string_view bytes, std::uint64_t from = 0) {
  const Source source = Source::from_bytes(bytes).value();
  Seen seen;
  const auto count = read_json_lines(source,
                                     {.record =
                                          [&](const JsonRecord& record) {
                                            seen.values.push_back(unescape_json(record.object["a"].body()));
                                            seen.ranges.push_back(record.range);
                                            EXPECT_EQ(record.ordinal, seen.values.size());
                                            // What a range says can be read again, with the same result.
                                            const auto again = JsonDocument::read(source, record.range);
                                            EXPECT_EQ(again->status(), JsonStatus::complete);
                                            EXPECT_EQ(unescape_json(again->root()["a"].body()), seen.values.back());
                                            return true;
                                          },
                                      .unshown = [&](const UnshownLine& line) { seen.unshown.push_back(line.number); }},
                                     from);
  seen.unreadable = count.value();
  return seen;
}

using Values = std::vector<std::string>;

TEST(JsonLines, ReadsObjects) {
  const Seen seen = read("{\"a\":\"1\"}\n{\"a\":\"2\"}\r\n\n  \t \n {\"a\":\"3\"} \n{\"a\":\"4\"}");
  EXPECT_EQ(seen.values, (Values{"1", "2", "3", "4"}));
  EXPECT_EQ(seen.unreadable, 0u);
  EXPECT_EQ(seen.ranges[2], (ByteRange{28, 9}));
}

TEST(JsonLines, SkipsAByteOrderMarkAtTheStartOnly) {
  EXPECT_EQ(read("\xEF\xBB\xBF{\"a\":\"1\"}\n").values, Values{"1"});
  EXPECT_EQ(read("{\"a\":\"1\"}\n\xEF\xBB\xBF{\"a\":\"2\"}\n").unreadable, 1u);
}

TEST(JsonLines, CountsLinesThatAreNoObjects) {
  EXPECT_EQ(read("null\n42\n[]\n[{\"a\":\"1\"}]\n\"s\"\nnot json\n{\"a\":\n{\"a\":\"x\",}\n").unreadable, 8u);
  EXPECT_EQ(read("{\"a\":\"1\"}\n{\"a\":\"to").unreadable, 1u);
  EXPECT_EQ(read("").unreadable, 0u);
}

TEST(JsonLines, StripsNuls) {
  const std::string nul(100, '\0');
  const Seen seen = read(nul + "\n" + nul + "{\"a\":\"1\"}" + nul + "\n");
  EXPECT_EQ(seen.values, Values{"1"});
  EXPECT_EQ(seen.unreadable, 1u);
}

TEST(JsonLines, SeveralObjectsOnOneLine) {
  Seen seen = read("{\"a\":\"1\"}{\"a\":\"2\"} {\"a\":\"}{\"}\n{\"a\":\"4\"}\n");
  EXPECT_EQ(seen.values, (Values{"1", "2", "}{", "4"}));
  EXPECT_EQ(seen.unreadable, 0u);
  EXPECT_EQ(seen.ranges[1], (ByteRange{9, 9}));
  // The whole ones are read, and the line is not complete.
  seen = read("{\"a\":\"1\"}{\"a\":\"2\n{\"a\":\"3\"}garbage\n");
  EXPECT_EQ(seen.values, (Values{"1", "3"}));
  EXPECT_EQ(seen.unreadable, 2u);
}

TEST(JsonLines, RepairsEncodingAndUsesTheContent) {
  const Seen seen = read("{\"a\":\"caf\xe9\"}\n{\"a\":\"x\x01y\"}\n{\"a\":\"\xff\"}{\"a\":\"ok\"}\n");
  EXPECT_EQ(seen.values, (Values{"caf\uFFFD", "x y", "\uFFFD", "ok"}));
  EXPECT_EQ(seen.unreadable, 0u);
}

TEST(JsonLines, OverTheLimitsIsSaidNotCounted) {
  const std::string deep = "{\"b\":" + std::string(100, '[') + std::string(100, ']') + "}";
  Seen seen = read("{\"a\":\"1\"}\n\n" + deep + "\n{\"a\":\"2\"}\n");
  EXPECT_EQ(seen.values, (Values{"1", "2"}));
  EXPECT_EQ(seen.unshown, std::vector<std::uint32_t>{3});
  EXPECT_EQ(seen.unreadable, 0u);
  seen = read("{\"b\":\"" + std::string(LineReader::kLongestLine, 'x') + "\"}\n{\"a\":\"2\"}\n");
  EXPECT_EQ(seen.values, Values{"2"});
  EXPECT_EQ(seen.unshown, std::vector<std::uint32_t>{1});
}

TEST(JsonLines, StartsAtAnOffset) {
  const Seen seen = read("{\"a\":\"1\"}\n{\"a\":\"2\"}\n", 3);
  EXPECT_EQ(seen.values, Values{"2"});
}

TEST(JsonLines, GoesOnWhereItStood) {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const std::string bytes = "{\"a\":\"1\"}\nnull\n{\"a\":\"2\"}\n{\"b\":" + deep + "}\n{\"a\":\"3\"}";
  const Source source = Source::from_bytes(bytes).value();
  JsonLinesProgress progress;
  std::string seen;
  const JsonLinesVisitor visitor{
      .record =
          [&](const JsonRecord& record) {
            seen += std::to_string(record.ordinal) + unescape_json(record.object["a"].body()) + ' ';
            return true;
          },
      .unshown = [&](const UnshownLine& line) { seen += "line" + std::to_string(line.number) + ' '; }};
  Source beginning = source;
  beginning.cut_at(bytes.find("{\"a\":\"2\""));
  ASSERT_TRUE(read_json_lines(beginning, visitor, progress));
  EXPECT_EQ(progress.read_to, beginning.size());
  ASSERT_TRUE(read_json_lines(source, visitor, progress));
  EXPECT_EQ(seen, "11 22 line4 33 ");
  EXPECT_EQ(progress.read_to, bytes.size());
  EXPECT_EQ(progress.lines, 5u);
  EXPECT_EQ(progress.unreadable, 1u);
}

TEST(JsonLines, ManyObjectsOnOneLineTakeLinearTime) {
  std::string line;
  for (int i = 0; i < 200'000; ++i) line += "{}";
  EXPECT_EQ(read_json_lines(Source::from_bytes(line).value(),
                            {.record = [](const JsonRecord&) { return true; }, .unshown = [](const UnshownLine&) {}})
                .value(),
            0u);
}

}  // namespace
}  // namespace panko
