#include "render/page_input.hpp"

#include <gmock/gmock.h>

namespace panko {
namespace {

using testing::HasSubstr;

constexpr std::size_t kMuch = 1 << 20;

TEST(ToolInput, FieldsInOrder) {
  const ToolInput input = read_tool_input(R"({"command":"ls\n-la","description":"List"})", kMuch);
  EXPECT_EQ(input.telling, "ls");
  ASSERT_EQ(input.fields.size(), 2U);
  EXPECT_EQ(input.fields[0].value, "ls\n-la");
  EXPECT_EQ(input.fields[1].name, "description");
  EXPECT_FALSE(input.is_cut);
}

TEST(ToolInput, TellsWhatSaysMost) {
  const auto telling = [](std::string_view json) { return read_tool_input(json, kMuch).telling; };
  EXPECT_EQ(telling(R"({"path":"/src","pattern":"TODO"})"), "TODO");
  EXPECT_EQ(telling(R"({"old_string":"a","new_string":"b","file_path":"/x.cpp"})"), "/x.cpp");
  EXPECT_EQ(telling(R"({"prompt":"long","description":"short"})"), "short");
  EXPECT_EQ(telling(R"({"other":"x y"})"), "x y");
  EXPECT_EQ(telling("{}"), "");
}

TEST(ToolInput, PrintsWhatIsNoStringReadably) {
  const ToolInput input = read_tool_input(R"({"a":{"b":[1,true,null],"c":{},"d":"x\ny\"z"},"n":1.50})", kMuch);
  ASSERT_EQ(input.fields.size(), 2U);
  EXPECT_EQ(input.fields[0].value,
            "{\n  \"b\": [\n    1,\n    true,\n    null\n  ],\n  \"c\": {},\n  \"d\": \"x\ny\\\"z\"\n}");
  EXPECT_EQ(input.fields[1].value, "1.50");
}

TEST(ToolInput, DeepNestingIsBounded) {
  const std::string deep = R"({"a":)" + std::string(900, '[') + "1" + std::string(900, ']') + "}";
  const ToolInput input = read_tool_input(deep, kMuch);
  ASSERT_EQ(input.fields.size(), 1U);
  EXPECT_THAT(input.fields[0].value, HasSubstr("[[[[[1]]]]]"));
  const std::string deeper = R"({"a":)" + std::string(100000, '[');
  EXPECT_EQ(read_tool_input(deeper, kMuch).raw, deeper);
}

TEST(ToolInput, DamagedJsonIsShownAsRecorded) {
  for (const char* bad : {"[1,2]", "\"x\"", "{\"a\":", "{\"a\" 1}", "nonsense", "{\"a\":tru}", "{\"a\":\"b\" \"c\"}"}) {
    const ToolInput input = read_tool_input(bad, kMuch);
    std::string all = input.raw;
    for (const auto& field : input.fields) all += field.value;
    EXPECT_FALSE(all.empty()) << bad;
  }
  EXPECT_EQ(read_tool_input(R"({"a":"\ud800"})", kMuch).fields.at(0).value, R"("\ud800")");
  EXPECT_TRUE(read_tool_input("", kMuch).telling.empty());
}

TEST(ToolInput, IsCutAtTheLimit) {
  const ToolInput input = read_tool_input(R"({"command":")" + std::string(5000, 'x') + R"(","b":"c"})", 100);
  EXPECT_EQ(input.fields.at(0).value.size(), 100U);
  EXPECT_TRUE(input.is_cut);
  const ToolInput list = read_tool_input(R"({"a":[)" + std::string(5000, '1') + ",2,3]}", 100);
  EXPECT_LE(list.fields.at(0).value.size(), 100U);
  EXPECT_TRUE(list.is_cut);
}

TEST(IndentedJson, IsJsonOrNothing) {
  EXPECT_EQ(indented_json(R"( {"a":[1,"x"]} )", kMuch), "{\n  \"a\": [\n    1,\n    \"x\"\n  ]\n}");
  EXPECT_EQ(indented_json("[]", kMuch), "[]");
  for (const char* other : {"", "text", "1", "\"x\"", "{\"a\":", "{\"a\":1} and more", "[1,2", "{\"a\":1}{\"b\":2}",
                            "{} {}", "[{\"a\":1}, oh"})
    EXPECT_EQ(indented_json(other, kMuch), std::nullopt) << other;
  EXPECT_EQ(indented_json("[" + std::string(200, ' ') + "]", 100), std::nullopt);
  const std::string deep = std::string(60, '[') + "1" + std::string(60, ']');
  EXPECT_EQ(indented_json(deep, deep.size()), std::nullopt) << "more indentation than text";
}

}  // namespace
}  // namespace panko
