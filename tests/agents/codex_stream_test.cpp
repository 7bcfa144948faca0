// What `codex exec --json` prints, kept in a file.
#include <gtest/gtest.h>

#include "agents/codex.hpp"

namespace panko {
namespace {

// After the samples of jnarowski/agentcmd, .agent/research/codex/codex-samples, in other words.
constexpr std::string_view kStream = R"({"type":"thread.started","thread_id":"019f0000-1111-7222-8333-444444444444"}
{"type":"turn.started"}
{"type":"item.completed","item":{"id":"item_0","type":"reasoning","text":"**Looking**"}}
{"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"bash -lc 'ls | wc'","aggregated_output":"","status":"in_progress"}}
{"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"bash -lc 'ls | wc'","aggregated_output":"3\n","exit_code":0,"status":"completed"}}
{"type":"item.completed","item":{"id":"item_2","type":"file_change","changes":[{"path":"/x/a.txt","kind":"add"}],"status":"completed"}}
{"type":"item.started","item":{"id":"item_3","type":"todo_list","items":[{"text":"Look","completed":false}]}}
{"type":"item.updated","item":{"id":"item_3","type":"todo_list","items":[{"text":"Look","completed":true},{"text":"Say","completed":false}]}}
{"type":"item.completed","item":{"id":"item_3","type":"todo_list","items":[{"text":"Look","completed":true},{"text":"Say","completed":true}]}}
{"type":"item.completed","item":{"id":"item_4","type":"mcp_tool_call","server":"docs","tool":"find","arguments":{"q":"x"},"result":{"content":[{"type":"text","text":"Found."}]},"status":"completed"}}
{"type":"item.completed","item":{"id":"item_5","type":"agent_message","text":"Three files."}}
{"type":"turn.completed","usage":{"input_tokens":6040,"cached_input_tokens":4992,"output_tokens":129}}
{"type":"thread.started","thread_id":"019f0000-1111-7222-8333-444444444444"}
{"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"zsh -lc make","status":"in_progress"}}
{"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"zsh -lc make","aggregated_output":"no\n","exit_code":2,"status":"failed"}}
{"type":"error","message":"The stream broke."}
{"type":"turn.failed","error":{"message":"The stream broke."}}
)";

TEST(CodexStream, IsAConversation) {
  ASSERT_TRUE(recognises_codex(kStream));
  const Source source = Source::from_bytes(kStream).value();
  const Outline outline = read_codex(source, "/x/run.jsonl", {}).value();
  std::vector<Block> blocks;
  for (const OutlineBlock& block : outline.blocks) {
    blocks.push_back(load_codex(source, block, "/x/run.jsonl").value());
    EXPECT_EQ(anchor_key_of(blocks.back().anchor), block.anchor_key);
    if (block.kind == BlockKind::tool) EXPECT_EQ(block.tool, kind_of(blocks.back().tool->action));
  }
  EXPECT_EQ(outline.facts.id, "019f0000-1111-7222-8333-444444444444");
  EXPECT_EQ(outline.facts.usage.output_tokens, 129u);
  ASSERT_EQ(blocks.size(), 8u);
  EXPECT_EQ(blocks[0].kind, BlockKind::thinking);
  EXPECT_EQ(outline.blocks[0].usage, 0u);

  const auto& listed = std::get<ShellCall>(blocks[1].tool->action);
  EXPECT_EQ(listed.command, "ls | wc");
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_EQ(blocks[1].tool->result, "3\n");
  EXPECT_EQ(std::get<EditCall>(blocks[2].tool->action).files.at(0).kind, FileChange::Kind::add);
  EXPECT_EQ(std::get<TodoCall>(blocks[3].tool->action).todos.at(1).state, Todo::State::done);
  EXPECT_EQ(std::get<McpCall>(blocks[4].tool->action).server, "docs");
  EXPECT_EQ(blocks[4].tool->name, "docs.find");
  EXPECT_EQ(blocks[4].tool->input, R"({"q":"x"})");
  EXPECT_EQ(blocks[4].tool->result, "Found.");
  EXPECT_EQ(blocks[5].text, "Three files.");
  // Ids begin anew with each run.
  EXPECT_EQ(std::get<ShellCall>(blocks[6].tool->action).command, "make");
  EXPECT_TRUE(blocks[6].tool->is_error);
  EXPECT_EQ(blocks[7].text, "Error: The stream broke.");
  EXPECT_TRUE(blocks[7].is_error);
}

TEST(CodexStream, ACommandThatStillRuns) {
  const auto end = kStream.find(R"({"type":"item.completed","item":{"id":"item_1")");
  const Source source = Source::from_bytes(kStream.substr(0, end)).value();
  const Outline outline = read_codex(source, "/x/run.jsonl", {}).value();
  ASSERT_EQ(outline.blocks.size(), 2u);
  const Block block = load_codex(source, outline.blocks[1], "/x/run.jsonl").value();
  EXPECT_FALSE(block.tool->has_result);
  EXPECT_EQ(std::get<ShellCall>(block.tool->action).command, "ls | wc");
}

}  // namespace
}  // namespace panko
