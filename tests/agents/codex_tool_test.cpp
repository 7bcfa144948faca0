#include "agents/codex_tool.hpp"

#include <gtest/gtest.h>

#include "agents/json_lines.hpp"

namespace panko {
namespace {

struct Seen {
  std::string name;
  std::string input;
};

Seen look_at(std::string_view type, const std::string& payload) {
  const std::string bytes = R"({"timestamp":"x","type":")" + std::string(type) + R"(","payload":)" + payload + "}";
  const Source source = Source::from_bytes(bytes).value();
  const auto document = JsonDocument::read_complete(source, {0, static_cast<std::uint32_t>(bytes.size())}).value();
  const CodexRecord record = parse_codex_record(document.root());
  return {.name = codex_tool_name(record), .input = codex_tool_input(record)};
}

TEST(CodexTool, InputsAreObjects) {
  const auto input = [](const std::string& members) {
    return look_at("response_item", R"({"type":"function_call","name":"f",)" + members + "}").input;
  };
  EXPECT_EQ(input(R"("arguments":"{\"a\":1}")"), R"({"a":1})");
  EXPECT_EQ(input(R"("arguments":{"a":1})"), R"({"a":1})");
  EXPECT_EQ(input(R"("arguments":"{\"a\":")"), R"({"arguments":"{\"a\":"})");
  EXPECT_EQ(input(R"("arguments":"[1]")"), R"({"arguments":"[1]"})");
  EXPECT_EQ(input(R"("arguments":null)"), "");
  EXPECT_EQ(input(R"("input":"free \u0007 text")"), R"({"input":"free \u0007 text"})");
  EXPECT_EQ(input(R"("input":"{\"command\":[\"ls\"]}")"), R"({"command":["ls"]})");
}

TEST(CodexTool, NamesAreTheAgentsOwn) {
  const auto name = [](const std::string& payload) { return look_at("response_item", payload).name; };
  EXPECT_EQ(name(R"({"type":"function_call","name":"spawn","namespace":"team"})"), "team.spawn");
  EXPECT_EQ(name(R"({"type":"function_call","name":"find","namespace":"mcp__docs__"})"), "mcp__docs__find");
  EXPECT_EQ(name(R"({"type":"function_call","name":"shell","namespace":null})"), "shell");
  EXPECT_EQ(name(R"({"type":"local_shell_call"})"), "local_shell");
  EXPECT_EQ(name(R"({"type":"tool_call","function":{"name":"run"}})"), "run");
  EXPECT_EQ(name(R"({"type":"web_search_call"})"), "web_search");
}

TEST(CodexTool, APictureIsMadeOfItsPrompt) {
  const Seen seen = look_at("response_item", R"({"type":"image_generation_call","id":"ig_1","status":"completed",)"
                                             R"("revised_prompt":"A kettle","result":"AAAA"})");
  EXPECT_EQ(seen.name, "image_generation");
  EXPECT_EQ(seen.input, R"({"prompt":"A kettle"})");
}

TEST(CodexTool, WhatWasChangedIsTheInputWhereTheCallIsNotRecorded) {
  EXPECT_EQ(look_at("event_msg", R"({"type":"patch_apply_end","changes":{"a":{"type":"delete","content":"x"}}})").input,
            R"({"changes":{"a":{"type":"delete","content":"x"}}})");
  EXPECT_EQ(look_at("event_msg", R"({"type":"patch_apply_end"})").input, R"({"changes":{}})");
}

}  // namespace
}  // namespace panko
