#include "agents/pi.hpp"

#include <gtest/gtest.h>

#include <set>

#include "agents/transcript.hpp"
#include "tests/support/project_files.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

Block block_of(const Transcript& transcript, std::string_view anchor) {
  for (const OutlineBlock& block : transcript.outline().blocks)
    if (block.anchor_key == anchor_key_of(anchor)) return transcript.load(transcript.source(), block).value();
  ADD_FAILURE() << "no " << anchor;
  return {};
}

TEST(Pi, RecognisesItsOwn) {
  EXPECT_TRUE(recognises_pi(R"({"type":"session","version":3,"id":"x","timestamp":"x","cwd":"/"})"));
  EXPECT_TRUE(recognises_pi(R"({"type":"title","title":"x"})"
                            "\n"
                            R"({"type":"session","id":"x","timestamp":"x","cwd":"/"})"));
  for (const char* head :
       {"", "{}", R"({"type":"session","id":"x"})", R"({"type":"session","id":1,"timestamp":"x","cwd":"/"})",
        R"({"type":"message","id":"x","parentId":null,"timestamp":"x","message":{"role":"user","content":[]}})",
        R"({"type":"session_start","id":"x","title":"y","cwd":"/tmp"})"})
    EXPECT_FALSE(recognises_pi(head)) << head;
}

TEST(Pi, FindsSessionsWhereItWasToldToKeepThem) {
  const test::TempDir home;
  ::setenv("HOME", home.path().c_str(), 1);
  ::unsetenv("PI_CODING_AGENT_DIR");
  ::unsetenv("PI_CODING_AGENT_SESSION_DIR");
  const auto usual = home.write(".pi/agent/sessions/--home--/x.jsonl", "x");
  const auto other = home.write(".omp/agent/sessions/--home--/x.jsonl", "x");
  const auto flat = home.write("own/x.jsonl", "x");
  const auto moved = home.write("agent/sessions/--a--/x.jsonl", "x");
  const auto found = [] {
    const auto paths = kPi.find_sessions();
    return std::set<fs::path>(paths.begin(), paths.end());
  };
  EXPECT_EQ(found(), (std::set<fs::path>{usual, other}));
  ::setenv("PI_CODING_AGENT_SESSION_DIR", (home.path() / "own").c_str(), 1);
  ::setenv("PI_CODING_AGENT_DIR", (home.path() / "agent").c_str(), 1);
  EXPECT_EQ(found(), (std::set<fs::path>{flat, moved, other}));
  ::unsetenv("PI_CODING_AGENT_DIR");
  ::unsetenv("PI_CODING_AGENT_SESSION_DIR");
}

TEST(Pi, WhatWasLeftIsABranch) {
  const auto transcript = Transcript::open(test::project_file("tests/golden/pi/conversation.jsonl")).value();
  ASSERT_EQ(transcript.outline().branches.size(), 1u);
  const Branch& branch = transcript.outline().branches[0];
  EXPECT_EQ(branch.after, 6u);
  ASSERT_EQ(branch.blocks.size(), 3u);
  EXPECT_EQ(branch.blocks[0].anchor_key, anchor_key_of("a0000006"));
  EXPECT_EQ(transcript.facts().title, "The kettle");
}

TEST(Pi, ToolsInCommonTerms) {
  const auto transcript = Transcript::open(test::project_file("tests/golden/pi/conversation.jsonl")).value();
  const auto read = std::get<ReadCall>(block_of(transcript, "a0000003.2").tool->action);
  EXPECT_EQ(read.first_line, 3u);
  EXPECT_EQ(read.text, "int boil = 0;\n");
  const auto edit = std::get<EditCall>(block_of(transcript, "a0000003.3").tool->action);
  const auto& hunks = edit.files.at(0).hunks;
  ASSERT_EQ(hunks.size(), 2u);
  EXPECT_EQ(hunks[0].old_start, 2u);
  EXPECT_EQ(hunks[0].new_start, 2u);
  EXPECT_EQ(hunks[0].lines.at(2).text, "int boil = 1;");
  EXPECT_EQ(hunks[1].old_start, 40u);
  const auto shell = std::get<ShellCall>(block_of(transcript, "a000000f").tool->action);
  EXPECT_EQ(shell.exit_code, 2);
}

TEST(Pi, ImagesOfAPrompt) {
  const auto transcript = Transcript::open(test::project_file("tests/golden/pi/conversation.jsonl")).value();
  const OutlineBlock& image = transcript.outline().blocks.at(1);
  EXPECT_EQ(image.kind, BlockKind::image);
  EXPECT_EQ(transcript.load_image(transcript.source(), image, 0)->media_type, "image/png");
  EXPECT_FALSE(transcript.load_image(transcript.source(), image, 1));
  EXPECT_FALSE(transcript.load_image(transcript.source(), transcript.outline().blocks.at(0), 0));
}

TEST(Pi, EveryCallIsShownWhateverItsId) {
  const std::string call =
      R"({"type":"message","message":{"role":"assistant","content":[{"type":"toolCall","id":"call_0","name":"ls","arguments":{}}]}})"
      "\n";
  const std::string result = R"({"type":"message","message":{"role":"toolResult","toolCallId":"call_0","content":"x"}})"
                             "\n";
  const auto source = Source::from_bytes(call + result + call + result).value();
  const Outline outline = kPi.read(source, "x.jsonl", {}).value();
  ASSERT_EQ(outline.blocks.size(), 2u);
  EXPECT_FALSE(outline.blocks[0].result.empty());
  EXPECT_FALSE(outline.blocks[1].result.empty());
}

}  // namespace
}  // namespace panko
