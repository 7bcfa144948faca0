#include "render/json.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

std::string json_of(const Block& block) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_block_members(json, block);
  json.end_object();
  return out;
}

TEST(RenderJson, LeavesOutWhatIsAbsent) {
  Block block;
  block.kind = BlockKind::compaction;
  block.anchor = "a";
  EXPECT_EQ(json_of(block), R"({"anchor":"a","kind":"compaction"})");
  block.timestamp = from_iso8601("2026-03-01T09:00:00.5Z");
  block.text = "x\"\n";
  EXPECT_EQ(json_of(block),
            R"({"anchor":"a","kind":"compaction","timestamp":"2026-03-01T09:00:00.500Z","text":"x\"\n"})");
}

TEST(RenderJson, ACallHoldsItsResult) {
  Block block;
  block.kind = BlockKind::tool;
  block.anchor = "a";
  block.tool = ToolUse{.id = "t", .name = "Bash", .input = R"({"command":"ls"})", .result = "", .action = {}};
  EXPECT_EQ(json_of(block),
            R"({"anchor":"a","kind":"tool","tool":{"id":"t","name":"Bash","kind":"other","input":{"command":"ls"}}})");
  block.tool->has_result = true;
  block.tool->is_error = true;
  EXPECT_EQ(
      json_of(block),
      R"({"anchor":"a","kind":"tool","tool":{"id":"t","name":"Bash","kind":"other","input":{"command":"ls"},"result":"","is_error":true}})");
}

TEST(RenderJson, Facts) {
  SessionFacts facts;
  facts.title = "T";
  facts.cwd = "/home/dev/demo";
  facts.models = {"m"};
  facts.usage = {.input_tokens = 1, .output_tokens = 2, .cache_read_tokens = 3, .cache_write_tokens = 4};
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_fact_members(json, facts);
  json.end_object();
  EXPECT_EQ(out, R"({"title":"T","project":"demo","cwd":"/home/dev/demo","models":["m"],"usage":{"input_tokens":1,)"
                 R"("output_tokens":2,"cache_read_tokens":3,"cache_write_tokens":4},"unreadable_lines":0})");
}

}  // namespace
}  // namespace panko
