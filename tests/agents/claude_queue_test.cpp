// Prompts that were queued are shown once, as outline and digest say it of whole files.
#include "agents/claude_queue.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agents/claude.hpp"

namespace panko {
namespace {

std::string queue(const std::string& operation, const std::string& text = "") {
  static int second = 0;
  std::string record = R"({"type":"queue-operation","operation":")" + operation +
                       R"(","timestamp":"2026-03-01T09:00:)" + std::to_string(10 + second++ % 50) + R"(Z")";
  if (!text.empty()) record += R"(,"content":")" + text + '"';
  return record + "}\n";
}

std::string user(const std::string& uuid, const std::string& text) {
  return R"({"type":"user","uuid":")" + uuid + R"(","message":{"content":")" + text + "\"}}\n";
}

std::string attached(const std::string& uuid, const std::string& text) {
  return R"({"type":"attachment","uuid":")" + uuid + R"(","attachment":{"type":"queued_command","prompt":")" + text +
         "\"}}\n";
}

/// The prompts that are shown, each with its anchor.
std::vector<std::string> prompts(const std::string& bytes) {
  const Source source = Source::from_bytes(bytes).value();
  std::vector<std::string> shown;
  for (const OutlineBlock& block : read_claude(source, "x.jsonl", {})->blocks) {
    const Block loaded = load_claude(source, block, "x.jsonl").value();
    EXPECT_EQ(anchor_key_of(loaded.anchor), block.anchor_key);
    if (block.kind == BlockKind::user) shown.push_back(loaded.anchor + ": " + loaded.text);
  }
  DigestProgress progress;
  EXPECT_EQ(digest_claude(source, "x.jsonl", progress)->messages, shown.size());
  return shown;
}

using Prompts = std::vector<std::string>;

TEST(ClaudeQueue, WhatIsSaidLaterIsShownThere) {
  EXPECT_EQ(prompts(user("a", "Go") + queue("enqueue", "More") + queue("dequeue") + user("b", "More")),
            (Prompts{"a: Go", "b: More"}));
  EXPECT_EQ(prompts(user("a", "Go") + queue("enqueue", "More") + queue("remove") + attached("b", " More\\n")),
            (Prompts{"a: Go", "b: More"}));
}

TEST(ClaudeQueue, WhatIsSaidNowhereElseIsShown) {
  EXPECT_EQ(prompts(user("a", "Go") + queue("enqueue", "More") + queue("remove") + user("b", "Thanks")),
            (Prompts{"a: Go", "r2: More", "b: Thanks"}));
  EXPECT_EQ(prompts(user("a", "Go") + queue("enqueue", "Waits")), (Prompts{"a: Go", "r2: Waits"}));
}

TEST(ClaudeQueue, SaidTwiceIsShownTwice) {
  EXPECT_EQ(prompts(queue("enqueue", "On") + queue("enqueue", "On") + queue("remove") + user("b", "On")),
            (Prompts{"r2: On", "b: On"}));
  const std::string once = queue("enqueue", "On");
  EXPECT_EQ(prompts(once + once), Prompts{"r1: On"});  // the same record
}

TEST(ClaudeQueue, WhatWasTakenBackIsNot) {
  EXPECT_EQ(prompts(queue("enqueue", "One") + queue("remove") + queue("enqueue", "Two") + queue("popAll")),
            Prompts{"r1: One"});
}

TEST(ClaudeQueue, OnlyWordsOfAPerson) {
  EXPECT_EQ(prompts(queue("enqueue", "/model") + queue("enqueue", "/review this") +
                    queue("enqueue", "<task-notification>x</task-notification>") + queue("enqueue", "/home/x is full")),
            Prompts{"r4: /home/x is full"});
}

TEST(ClaudeQueue, HooksThatBlockAreVisible) {
  const std::string bytes =
      user("a", "Go") +
      R"({"type":"attachment","uuid":"h","attachment":{"type":"hook_blocking_error","hookName":"x",)"
      R"("blockingError":{"blockingError":"Not on a Friday.","command":"x"}}})"
      "\n"
      R"({"type":"attachment","uuid":"m","attachment":{"type":"hook_system_message","content":"Mind."}})"
      "\n"
      R"({"type":"attachment","uuid":"s","attachment":{"type":"hook_success","content":"fine"}})";
  const Source source = Source::from_bytes(bytes).value();
  const Outline outline = read_claude(source, "x.jsonl", {}).value();
  ASSERT_EQ(outline.blocks.size(), 3u);
  const Block blocked = load_claude(source, outline.blocks[1], "x.jsonl").value();
  EXPECT_EQ(blocked.kind, BlockKind::notice);
  EXPECT_TRUE(blocked.is_error);
  EXPECT_EQ(blocked.text, "Not on a Friday.");
  EXPECT_FALSE(outline.blocks[2].is_error);
}

}  // namespace
}  // namespace panko
