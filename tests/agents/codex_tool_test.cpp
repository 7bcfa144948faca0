#include "agents/codex_tool.hpp"

#include <gtest/gtest.h>

#include "agents/json_lines.hpp"

namespace panko {
namespace {

struct Seen {
  std::string name;
  std::string input;
  std::string result;
  std::size_t images = 0;
  bool failed = false;
};

Seen look_at(std::string_view type, const std::string& payload) {
  const std::string bytes = R"({"timestamp":"x","type":")" + std::string(type) + R"(","payload":)" + payload + "}";
  const Source source = Source::from_bytes(bytes).value();
  const auto document = JsonDocument::read_complete(source, {0, static_cast<std::uint32_t>(bytes.size())}).value();
  const CodexRecord record = parse_codex_record(document.root());
  const CodexResult result = codex_tool_result(record);
  return {.name = codex_tool_name(record),
          .input = codex_tool_input(record),
          .result = result.text,
          .images = result.images.size(),
          .failed = codex_tool_failed(record)};
}

Seen output(const std::string& json) {
  return look_at("response_item", R"({"type":"function_call_output","call_id":"c","output":)" + json + "}");
}

TEST(CodexTool, OutputsComeOutOfTheirWrapping) {
  EXPECT_EQ(output(R"("plain")").result, "plain");
  EXPECT_EQ(output(R"("{\"output\":\"a\\nb\",\"metadata\":{\"exit_code\":0}}")").result, "a\nb");
  EXPECT_EQ(output(R"("{\"content\":[{\"type\":\"text\",\"text\":\"said\"}]}")").result, "said");
  EXPECT_EQ(output(R"([{"type":"input_text","text":"one\n"},{"type":"input_text","text":"two"}])").result, "one\ntwo");
  EXPECT_EQ(output(R"({"type":"input_text","text":"one"})").result, "one");
  EXPECT_EQ(output(R"({"content":"one","success":true})").result, "one");
  EXPECT_EQ(output(R"({"stdout":"one","stderr":"two","exitCode":0})").result, "one\ntwo");
  EXPECT_EQ(output("null").result, "");
  // What is JSON for itself stays as it is, so that nothing is lost.
  EXPECT_EQ(output(R"("{\"a\":1}")").result, R"({"a":1})");
  EXPECT_EQ(output(R"({"a":1})").result, R"({"a":1})");
  EXPECT_EQ(output(R"("{\"content\":[{\"text\":\"x\"}],\"structuredContent\":{\"n\":1}}")").result,
            R"({"content":[{"text":"x"}],"structuredContent":{"n":1}})");
  EXPECT_EQ(output(R"("{\"cut")").result, R"({"cut)");
  EXPECT_EQ(output(R"([{"type":"input_image","image_url":"data:image/png;base64,AAAA"}])").images, 1u);
}

TEST(CodexTool, FailuresAreSeen) {
  for (const char* json :
       {R"("Exit code: 1\nWall time: 0 seconds\nOutput:\nx")",
        R"("Chunk ID: a\nProcess exited with code 127\nOutput:\n")",
        R"("{\"output\":\"\",\"metadata\":{\"exit_code\":-1}}")", R"("execution error: No such file")",
        R"({"content":"x","success":false})", R"({"stdout":"","exitCode":2})",
        R"([{"type":"input_text","text":"Script failed\nWall time 1.0 seconds\n"}])",
        R"("{\"content\":[],\"isError\":true}")"})
    EXPECT_TRUE(output(json).failed) << json;
  for (const char* json :
       {R"("Exit code: 0\nOutput:\nExit code: 1")", R"("Chunk ID: a\nProcess exited with code 0\nOutput:\nx")",
        R"("Chunk ID: a\nProcess running with session ID 7\nOutput:\nProcess exited with code 1")",
        R"("{\"output\":\"\",\"metadata\":{\"exit_code\":0}}")", R"("The docs say: Exit code: 1")", "null", "[]", "7"})
    EXPECT_FALSE(output(json).failed) << json;
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

TEST(CodexTool, PicturesAreImages) {
  const Seen seen = look_at("response_item", R"({"type":"image_generation_call","id":"ig_1","status":"completed",)"
                                             R"("revised_prompt":"A kettle","result":"AAAA"})");
  EXPECT_EQ(seen.name, "image_generation");
  EXPECT_EQ(seen.input, R"({"prompt":"A kettle"})");
  EXPECT_EQ(seen.images, 1u);
}

}  // namespace
}  // namespace panko
