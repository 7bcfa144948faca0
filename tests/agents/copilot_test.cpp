#include "agents/copilot.hpp"

#include <gtest/gtest.h>

#include <set>

#include "agents/transcript.hpp"
#include "tests/support/project_files.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = test::project_file("tests/golden/copilot/conversation.jsonl");

Block block_of(const Transcript& transcript, std::string_view anchor) {
  for (const OutlineBlock& block : transcript.outline().blocks)
    if (block.anchor_key == anchor_key_of(anchor)) return transcript.load(transcript.source(), block).value();
  ADD_FAILURE() << "no " << anchor;
  return {};
}

TEST(Copilot, RecognisesItsOwn) {
  for (const char* head :
       {R"({"type":"session.start","data":{"sessionId":"x"},"id":"e","timestamp":"x","parentId":null})",
        R"({"type":"user.message","data":{"content":"x"},"id":"e","timestamp":"x","parentId":"d"})",
        R"({"type":"session.start","data":{"sessionId":"x)"})
    EXPECT_TRUE(recognises_copilot(head)) << head;
  for (const char* head : {"", "{}", R"({"type":"session.start","data":"x","id":"e","timestamp":"x","parentId":null})",
                           R"({"type":"sessions.start","data":{},"id":"e","timestamp":"x","parentId":null})",
                           R"({"type":"session.start","data":{},"id":"e","timestamp":"x"})",
                           R"({"type":"user","data":{},"id":"e","timestamp":"x","parentId":"d"})",
                           R"({"kind":0,"v":{"requests":[]}})", R"({"type":"issue","id":"bd-1","timestamp":"x"})",
                           R"({"type":"session","version":3,"id":"x","timestamp":"x","cwd":"/"})"})
    EXPECT_FALSE(recognises_copilot(head)) << head;
}

TEST(Copilot, FindsFoldersAndOlderFiles) {
  const test::TempDir home;
  ::setenv("HOME", home.path().c_str(), 1);
  ::unsetenv("COPILOT_HOME");
  const auto newer = home.write(".copilot/session-state/a/events.jsonl", "x");
  const auto older = home.write(".copilot/session-state/b.jsonl", "x");
  home.write(".copilot/session-state/a/plan.md", "x");
  home.write(".copilot/session-state/c/notes.jsonl", "x");
  const auto found = kCopilot.find_sessions();
  EXPECT_EQ(std::set<fs::path>(found.begin(), found.end()), (std::set<fs::path>{newer, older}));
  ::setenv("COPILOT_HOME", (home.path() / "else").c_str(), 1);
  EXPECT_TRUE(kCopilot.find_sessions().empty());
  EXPECT_EQ(kCopilot.session_roots().at(0).directory, home.path() / "else/session-state");
  ::unsetenv("COPILOT_HOME");
}

TEST(Copilot, ToolsInCommonTerms) {
  const auto transcript = Transcript::open(kGolden).value();
  const auto shell = std::get<ShellCall>(block_of(transcript, "ev-09.2").tool->action);
  EXPECT_EQ(shell.command, "ls");
  EXPECT_EQ(shell.purpose, "List files");
  EXPECT_EQ(shell.exit_code, 0);
  const auto read = std::get<ReadCall>(block_of(transcript, "ev-09.3").tool->action);
  EXPECT_EQ(read.first_line, 3u);
  EXPECT_EQ(read.text, "int boil = 0;\n\n");
  const auto edit = std::get<EditCall>(block_of(transcript, "ev-17.2").tool->action);
  EXPECT_EQ(edit.files.at(0).path, "src/kettle.c");
  EXPECT_EQ(edit.files.at(0).hunks.at(0).lines.at(1).text, "int boil = 1;");
  EXPECT_TRUE(block_of(transcript, "ev-09.4").tool->is_error);
}

TEST(Copilot, WhatASubAgentDidStandsBelowItsCall) {
  const auto transcript = Transcript::open(kGolden).value();
  ASSERT_EQ(transcript.outline().subagents.size(), 1u);
  const Subagent& taster = transcript.outline().subagents[0];
  EXPECT_EQ(taster.type, "taster");
  EXPECT_EQ(taster.description, "Water taster");
  EXPECT_EQ(taster.outline.blocks.size(), 2u);
  EXPECT_EQ(block_of(transcript, "ev-17.3").kind, BlockKind::subagent);
}

TEST(Copilot, AnIdThatIsUsedAgainIsAnotherCall) {
  const auto message = [](const char* id) {
    return R"({"type":"assistant.message","data":{"content":"","toolRequests":[{"toolCallId":"call_0","name":"bash",)"
           R"("arguments":"{\"command\":\"ls\"}"}]},"timestamp":"2026-01-01T00:00:00Z","parentId":null,"id":")" +
           std::string(id) + "\"}\n";
  };
  const auto end = [](const char* id) {
    return R"({"type":"tool.execution_complete","data":{"toolCallId":"call_0","success":true,"result":{"content":"x"}},)"
           R"("timestamp":"2026-01-01T00:00:00Z","parentId":null,"id":")" +
           std::string(id) + "\"}\n";
  };
  const auto source = Source::from_bytes(message("a") + end("b") + message("c") + end("d")).value();
  const Outline outline = kCopilot.read(source, "x.jsonl", {}).value();
  ASSERT_EQ(outline.blocks.size(), 2u);
  EXPECT_FALSE(outline.blocks[1].result.empty());
  const auto action = kCopilot.load(source, outline.blocks[1], "x.jsonl")->tool->action;
  EXPECT_EQ(std::get<ShellCall>(action).command, "ls") << "arguments that are JSON in a string";
}

}  // namespace
}  // namespace panko
