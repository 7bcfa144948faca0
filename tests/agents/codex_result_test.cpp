#include "agents/codex_result.hpp"

#include <gtest/gtest.h>

#include "agents/json_lines.hpp"

namespace panko {
namespace {

struct Seen {
  std::string result;
  std::optional<std::int64_t> exit_code;
  std::size_t images = 0;
  bool failed = false;
};

Seen look_at(std::string_view type, const std::string& payload) {
  const std::string bytes = R"({"timestamp":"x","type":")" + std::string(type) + R"(","payload":)" + payload + "}";
  const Source source = Source::from_bytes(bytes).value();
  const auto document = JsonDocument::read_complete(source, {0, static_cast<std::uint32_t>(bytes.size())}).value();
  const CodexRecord record = parse_codex_record(document.root());
  const CodexResult result = codex_tool_result(record);
  return {.result = result.text,
          .exit_code = result.exit_code,
          .images = result.images.size(),
          .failed = codex_tool_failed(record)};
}

Seen output(const std::string& json) {
  return look_at("response_item", R"({"type":"function_call_output","call_id":"c","output":)" + json + "}");
}

TEST(CodexResult, OutputsComeOutOfTheirWrapping) {
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

TEST(CodexResult, FailuresAreSeen) {
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

TEST(CodexResult, FiguresInFrontOfAnOutputAreTakenOff) {
  const auto text = [](const char* json) { return output(json).result; };
  const Seen ended = output(
      R"("Chunk ID: a1\nWall time: 0.02 seconds\nProcess exited with code 3\nOriginal token count: 9\nOutput:\nx\ny\n")");
  EXPECT_EQ(ended.result, "x\ny\n");
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_EQ(text(R"("Exit code: 0\nWall time: 0 seconds\nTotal output lines: 2\nOutput:\nSuccess.")"), "Success.");
  EXPECT_EQ(output(R"("Exit code: 0\nWall time: 0 seconds\nOutput:\n")").exit_code, 0);
  EXPECT_EQ(text(R"([{"type":"input_text","text":"Script completed\nWall time 1.0 seconds\nOutput:\n"},)"
                 R"({"type":"input_text","text":"ok"}])"),
            "ok");
  // That it still runs, nothing else says.
  EXPECT_EQ(text(R"("Chunk ID: a\nWall time: 1 seconds\nProcess running with session ID 7\nOutput:\nx")"),
            "Process running with session ID 7\nx");
  EXPECT_EQ(text(R"("Script running with cell ID 17\nWall time 10.0 seconds\nOutput:\n")"),
            "Script running with cell ID 17");
  for (const char* whole : {R"("Exit code: 0\nSomething else\nOutput:\nx")", R"("Output:\nx")", R"("Exit code: 0")",
                            R"("Exit code: 0\n")", R"("\nExit code: 0\nOutput:\n")"})
    EXPECT_EQ(R"(")" + std::string(text(whole)) + R"(")", [&] {
      std::string plain = whole;
      for (auto at = plain.find("\\n"); at != std::string::npos; at = plain.find("\\n")) plain.replace(at, 2, "\n");
      return plain;
    }());
}

TEST(CodexResult, WhatAScriptPassedOnComesOutOfItsJson) {
  const Seen seen = output(R"([{"type":"input_text","text":"Script completed\nWall time 1.0 seconds\nOutput:\n"},)"
                           R"({"type":"input_text","text":"{\"chunk_id\":\"a\",\"wall_time_seconds\":0.5,)"
                           R"(\"exit_code\":2,\"output\":\"said\\n\"}"}])");
  EXPECT_EQ(seen.result, "said\n");
  EXPECT_EQ(seen.exit_code, 2);
  EXPECT_EQ(output(R"("{\"wall_time_seconds\":1,\"session_id\":5,\"output\":\"x\"}")").result,
            "x\n[still running: session 5]");
  EXPECT_EQ(output(R"("{\"output\":\"a\",\"metadata\":{\"exit_code\":-1}}")").exit_code, -1);
  EXPECT_EQ(look_at("event_msg", R"({"type":"exec_command_end","exit_code":4,"aggregated_output":"x"})").exit_code, 4);
}

TEST(CodexResult, PicturesAreImages) {
  EXPECT_EQ(look_at("response_item", R"({"type":"image_generation_call","id":"ig_1","result":"AAAA"})").images, 1u);
}

}  // namespace
}  // namespace panko
