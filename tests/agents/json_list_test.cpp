#include "agents/json_list.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/text.hpp"

namespace panko {
namespace {

struct Read {
  std::vector<std::string> records;  // as their ranges have them
  std::string frame;
  std::uint64_t unreadable = 0;
  std::size_t unshown = 0;
  bool operator==(const Read&) const = default;
};

Read read(const std::string& bytes) {
  const Source source = Source::from_bytes(bytes).value();
  Read all;
  all.unreadable = read_json_list(source, std::array<std::string_view, 1>{"messages"},
                                  {.record =
                                       [&](const JsonRecord& record) {
                                         all.records.push_back(source.read(record.range).value());
                                         if (is_valid_utf8(all.records.back()))
                                           EXPECT_EQ(record.object.raw(), all.records.back());
                                         return true;
                                       },
                                   .unshown = [&](const UnshownLine&) { ++all.unshown; },
                                   .frame = [&](const JsonValue& frame) { all.frame = frame.raw(); }})
                       .value();
  return all;
}

using Records = std::vector<std::string>;

TEST(JsonList, RecordsStandAsOnLinesOfTheirOwn) {
  const Read all = read(R"( {"a": {"messages": [{"x":0}]}, "messages" : [ {"t":"]}, \" {"} , {"b":[{}]}], "z": [1]} )");
  EXPECT_EQ(all.records, (Records{R"({"t":"]}, \" {"})", R"({"b":[{}]})"}));
  EXPECT_EQ(all.frame, R"({"a": {"messages": [{"x":0}]}, "messages" : [], "z": [1]})");
  EXPECT_EQ(all.unreadable, 0u);
}

TEST(JsonList, WhatIsCutOffHasWhatIsInFrontOfTheCut) {
  const std::string whole = R"({"id":"x","messages":[{"n":1},{"n":2}],"end":"y"})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Read all = read(whole.substr(0, size));
    EXPECT_EQ(all.records.size(), std::size_t{size >= 29} + std::size_t{size >= 37}) << size;
    if (size > 10) EXPECT_TRUE(all.frame.starts_with(R"({"id":"x")")) << size;
    EXPECT_EQ(all.unreadable, (size > 22 && size < 29) || (size > 30 && size < 37) ? 1u : 0u) << size;
  }
}

TEST(JsonList, AListThatIsWholeIsInTheFrameWhateverIsCutOffBehindIt) {
  for (const char* end : {"]", "]\n", "] ,", "],\"end\"", "],\"end\":\"y\"\n"})
    EXPECT_TRUE(
        read(R"({"id":"x","messages":[{"n":1})" + std::string(end)).frame.starts_with(R"({"id":"x","messages":[])"))
        << end;
}

TEST(JsonList, DamageIsCounted) {
  const Read all = read("{\"messages\":[{\"n\":1},{broken},7,[1],{\"n\":\"\xff\"},{\"n\":3}]}");
  EXPECT_EQ(all.unreadable, 2u);
  EXPECT_EQ(read(R"({"messages":)" + std::string(100'000, '[') + "}").records.size(), 0u);
  EXPECT_EQ(read(std::string(100'000, '{')).frame, "");
  EXPECT_EQ(read(R"({"messages":[{"d":)" + std::string(70, '[') + std::string(70, ']') + "}]}").unshown, 1u);
  EXPECT_EQ(read("").frame, "");
  EXPECT_EQ(read("]]]}{").records.size(), 0u);
}

TEST(JsonList, ChunksMakeNoDifference) {
  std::string bytes = R"({"messages":[)";
  for (int i = 0; i < 20'000; ++i)
    bytes += (i == 0 ? "" : ",\n") + (R"({"n":")" + std::string(static_cast<std::size_t>(i % 40), 'x') + R"(\\\""})");
  bytes += R"(],"id":"x"})";
  const Read all = read(bytes);
  EXPECT_EQ(all.records.size(), 20'000u);
  EXPECT_EQ(all.frame, R"({"messages":[],"id":"x"})");
}

}  // namespace
}  // namespace panko
