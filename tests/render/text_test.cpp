#include "render/text.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

Block block_of(BlockKind kind, std::string text) {
  Block block;
  block.kind = kind;
  block.text = std::move(text);
  return block;
}

Block call_of(std::string input, std::string result) {
  Block block = block_of(BlockKind::tool, "");
  block.tool = ToolUse{.id = "t", .name = "Bash", .input = std::move(input), .result = std::move(result), .action = {}};
  block.tool->has_result = true;
  return block;
}

TEST(RenderText, FencesAreLongerThanWhatTheyHold) {
  const std::string text =
      render_text(call_of(R"({"command":"echo"})", "```\n````` five\n# no heading"), TextFormat::markdown, 0);
  EXPECT_TRUE(text.contains("``````\n```\n````` five\n# no heading\n``````\n")) << text;
}

TEST(RenderText, ATextThatLeavesAFenceOpenDoesNotSwallowTheNext) {
  EXPECT_EQ(render_text(block_of(BlockKind::assistant, "a\n```\nb"), TextFormat::markdown, 0),
            "### Assistant\n\n> a\n> ```\n> b\n\n");
}

TEST(RenderText, NothingReachesTheTerminalRaw) {
  for (const TextFormat format : {TextFormat::plain, TextFormat::markdown})
    for (const BlockKind kind : {BlockKind::user, BlockKind::assistant, BlockKind::thinking, BlockKind::command,
                                 BlockKind::notice, BlockKind::compaction}) {
      const std::string text = render_text(block_of(kind, "a\x1b]0;x\x07\x1b[2J\xc2\x9b\u202e"), format, 1);
      EXPECT_FALSE(text.contains('\x1b') || text.contains('\x07') || text.contains("\xc2\x9b") ||
                   text.contains("\u202e"))
          << text;
    }
  Block call = call_of(R"({"a\u001b[2J":"b\u001b[2J"})", "\x1b[2J");
  if (call.tool) call.tool->name = "\x1b[2J\n# heading";
  call.images.push_back({"\x1b[2J", 1});
  for (const TextFormat format : {TextFormat::plain, TextFormat::markdown}) {
    const std::string text = render_text(call, format, 0);
    EXPECT_FALSE(text.contains('\x1b'));
    EXPECT_FALSE(text.contains("\n# heading"));
  }
}

Block with_action(ToolAction action, std::string result) {
  Block block = call_of("{}", std::move(result));
  if (block.tool) block.tool->action = std::move(action);
  return block;
}

TEST(RenderText, CallsByWhatTheyWereFor) {
  using Kind = DiffLine::Kind;
  const auto markdown = [](ToolAction action, std::string result) {
    return render_text(with_action(std::move(action), std::move(result)), TextFormat::markdown, 0);
  };
  ShellCall shell;
  shell.command = "ls\nwc";
  shell.exit_code = 2;
  EXPECT_EQ(markdown(shell, ""), "### Tool Bash\n\n```console\n$ ls\nwc\n```\n\n(exit 2)\n\n");
  FileChange change;
  change.path = "a";
  change.moved_to = "b";
  change.hunks = {
      {.old_start = 3, .new_start = 3, .lines = {{Kind::same, "x"}, {Kind::gone, "y"}, {Kind::added, "z"}}}};
  EXPECT_EQ(markdown(EditCall{{change}}, ""),
            "### Tool Bash\n\n- file: a\n- renamed to: b\n\n```diff\n@@ -3,2 +3,2 @@\n x\n-y\n+z\n```\n\n");
  EXPECT_EQ(markdown(TodoCall{{{Todo::State::done, "a"}, {Todo::State::active, "b"}}}, ""),
            "### Tool Bash\n\n- [x] a\n- [ ] b (in progress)\n\n");
  Question question;
  question.text = "Which?";
  question.options = {{"One", "the first"}, {"Two", ""}};
  question.answers = {"Two", "why not"};
  EXPECT_EQ(markdown(AskCall{{question}}, ""),
            "### Tool Bash\n\nWhich?\n\n- [ ] One: the first\n- [x] Two\n- answer: why not\n\n");
  WebCall web;
  web.query = "crumbs";
  web.links = {{"Panko", "https://x.org"}};
  web.links_are_all = true;
  EXPECT_EQ(markdown(web, "the same again"), "### Tool Bash\n\n- query: crumbs\n- Panko: https://x.org\n\n");
  EXPECT_EQ(markdown(PlanCall{"# Plan"}, ""), "### Tool Bash\n\n# Plan\n\n");
}

TEST(RenderText, TurnsAreHeadings) {
  EXPECT_EQ(render_text(block_of(BlockKind::user, "Hello"), TextFormat::markdown, 0), "## User\n\nHello\n\n");
  EXPECT_EQ(render_text(block_of(BlockKind::assistant, "Hi"), TextFormat::markdown, 0), "### Assistant\n\nHi\n\n");
  EXPECT_EQ(render_text(block_of(BlockKind::assistant, "Hi"), TextFormat::markdown, 1), "#### Assistant\n\nHi\n\n");
  EXPECT_EQ(render_text(block_of(BlockKind::user, "Hello"), TextFormat::plain, 0), "── User\n  Hello\n\n");
  EXPECT_EQ(render_text(block_of(BlockKind::user, "Hello"), TextFormat::plain, 1), "  ── User\n    Hello\n\n");
}

TEST(RenderText, WhatNobodySaidIsQuoted) {
  EXPECT_EQ(render_text(block_of(BlockKind::notice, "a\nb"), TextFormat::markdown, 0), "### Notice\n\n> a\n> b\n\n");
}

TEST(RenderText, TheHeadNamesTheSession) {
  SessionFacts facts;
  facts.title = "A *title* <b>";
  facts.cwd = "/home/dev/demo";
  facts.started_at = from_iso8601("2026-03-01T09:00:00Z");
  facts.ended_at = from_iso8601("2026-03-01T10:05:00Z");
  EXPECT_EQ(render_text_head(facts, "Claude Code", TextFormat::markdown),
            "# A \\*title\\* \\<b\\>\n\nClaude Code · demo · 2026-03-01 09:00 · 1 h 5 min\n\n");
  EXPECT_EQ(render_text_head(facts, "Claude Code", TextFormat::plain),
            "A *title* <b>\nClaude Code · demo · 2026-03-01 09:00 · 1 h 5 min\n\n");
}

}  // namespace
}  // namespace panko
