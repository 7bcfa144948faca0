#include "agents/codex_prompt.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

std::optional<BlockKind> kind_of(std::string_view text, bool is_event = false) {
  return classify_codex_text(text, is_event).kind;
}

TEST(CodexPrompt, WhatAPersonTyped) {
  for (const char* text : {"Fix it.", "  Fix it.\n", "a < b", "<b>bold</b> words", "<unclosed>", "# Heading\n\nText",
                           "<tag>one</tag> and <tag>two</tag> more", "</image> is no wrapper here"}) {
    EXPECT_EQ(kind_of(text), BlockKind::user) << text;
    EXPECT_EQ(kind_of(text, true), BlockKind::user) << text;
  }
  EXPECT_EQ(classify_codex_text(" \n Fix it.\n", false).text, "Fix it.");
  EXPECT_FALSE(kind_of(""));
  EXPECT_FALSE(kind_of(" \n", true));
}

TEST(CodexPrompt, WhatCodexPutThereIsNotShown) {
  for (const char* text :
       {"<environment_context>\n<cwd>/x</cwd>\n</environment_context>", "<user_instructions>\nx\n</user_instructions>",
        "<permissions instructions>\nx\n</permissions instructions>", "<recommended_plugins>x</recommended_plugins>",
        "# AGENTS.md instructions for /x\n\n<INSTRUCTIONS>\nx\n</INSTRUCTIONS>", "<skill>\n<name>x</name>\n</skill>",
        "<turn_aborted>\nx\n</turn_aborted>", "<image name=[Image #1]>", "</image>"})
    EXPECT_FALSE(kind_of(text)) << text;
  // The other log has only what was sent.
  EXPECT_EQ(kind_of("<environment_context>typed</environment_context>", true), BlockKind::user);
}

TEST(CodexPrompt, TheRequestBehindAnEditorsContext) {
  const auto text = classify_codex_text(
      "# Context from my IDE setup:\n\n## Open tabs:\n- a.c: a.c\n\n## My request for Codex:\n Fix it.\nSoon.\n",
      false);
  EXPECT_EQ(text.kind, BlockKind::user);
  EXPECT_EQ(text.text, "Fix it.\nSoon.");
  EXPECT_FALSE(kind_of("# Context from my IDE setup:\n\n## My request for Codex:\n\n", true));
  EXPECT_EQ(classify_codex_text("Why is\n## My request for Codex:\nin my file?", false).text,
            "Why is\n## My request for Codex:\nin my file?");
}

TEST(CodexPrompt, TimersAndUnknownMarkup) {
  for (const bool is_event : {false, true}) {
    EXPECT_EQ(kind_of("<heartbeat>\nx\n</heartbeat>", is_event), BlockKind::notice);
    EXPECT_FALSE(classify_codex_text("<heartbeat>x</heartbeat>", is_event).is_doubtful);
  }
  const auto unknown = classify_codex_text("<brand_new>x</brand_new>", false);
  EXPECT_EQ(unknown.kind, BlockKind::notice);
  EXPECT_TRUE(unknown.is_doubtful);
  EXPECT_EQ(unknown.text, "<brand_new>x</brand_new>");
  EXPECT_EQ(kind_of("<brand_new>x</brand_new>", true), BlockKind::user);
}

TEST(CodexPrompt, CommandsOfTheUser) {
  const auto text = classify_codex_text(
      "<user_shell_command>\n<command>\nls\n</command>\n<result>\nExit code: 0\nOutput:\na\n</result>\n"
      "</user_shell_command>",
      false);
  EXPECT_EQ(text.kind, BlockKind::command);
  EXPECT_EQ(text.text, "! ls\nExit code: 0\nOutput:\na");
  EXPECT_EQ(classify_codex_text("<user_shell_command>odd</user_shell_command>", false).text, "! ");
}

}  // namespace
}  // namespace panko
