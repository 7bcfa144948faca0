#include "render/page_blocks.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "base/files.hpp"
#include "tests/support/html_check.hpp"
#include "tests/support/project_files.hpp"

// What an action does not say stays empty, here as in the readers.
#pragma clang diagnostic ignored "-Wmissing-designated-field-initializers"

namespace panko {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string render(const Block& block, const BlockView& view = {}) {
  HtmlWriter html;
  write_block(html, block, view);
  return html.take();
}

Block make_block(BlockKind kind, std::string text) {
  Block block;
  block.kind = kind;
  block.anchor = "a1";
  block.timestamp = from_iso8601("2026-01-02T03:04:05Z");
  block.text = std::move(text);
  return block;
}

Block make_tool(std::string name, std::string input, std::string result) {
  Block block = make_block(BlockKind::tool, "");
  block.tool = ToolUse{.id = "t",
                       .name = std::move(name),
                       .input = std::move(input),
                       .result = std::move(result),
                       .has_result = true,
                       .is_error = false};
  return block;
}

Block with_action(Block block, ToolAction action) {
  if (block.tool) block.tool->action = std::move(action);
  return block;
}

Block failed(Block block) {
  if (block.tool) block.tool->is_error = true;
  return block;
}

struct Golden {
  std::string name;
  Block block;
  BlockView view{};
};

std::vector<Golden> tool_goldens() {
  using Kind = DiffLine::Kind;
  std::string long_output;
  for (int i = 1; i <= 60; ++i) long_output += fmt::format("test {} ... \x1b[32mok\x1b[0m\n", i);
  const FileChange update{.path = "/home/dev/demo/a.py",
                          .hunks = {{.old_start = 3,
                                     .new_start = 3,
                                     .lines = {{Kind::same, "def f(x):"},
                                               {Kind::gone, "    return x + 1"},
                                               {Kind::added, "    return x + 2"},
                                               {Kind::added, ""}}}}};
  const FileChange added{.kind = FileChange::Kind::add,
                         .path = "/home/dev/demo/b.py",
                         .hunks = {{.new_start = 1, .lines = {{Kind::added, "import os"}, {Kind::added, "x = <1>"}}}}};
  const FileChange renamed{.path = "old.txt", .moved_to = "new.txt"};
  const FileChange removed{.kind = FileChange::Kind::remove, .path = "gone.txt"};
  const AskCall ask{{{.title = "Store",
                      .text = "Which database?",
                      .options = {{"SQLite", "One file"}, {"Postgres", ""}},
                      .answers = {"SQLite", "and a backup"}},
                     {.text = "Deploy today?", .options = {{"Yes", ""}}}}};
  const TodoCall todos{{{Todo::State::done, "Look"},
                        {Todo::State::active, "Write *it*"},
                        {Todo::State::pending, "Test"},
                        {Todo::State::dropped, "Celebrate"}}};
  const BlockView here{.directory = "/home/dev/demo"};
  return {
      {"shell", with_action(make_tool("Bash", "{}", "\x1b[1;31merror\x1b[0m: x<y>\n10%\r20%\n"),
                            ShellCall{.command = "make -j4 &&\n  ls", .directory = "/srv", .purpose = "Build all"})},
      {"shell_failed", failed(with_action(make_tool("Bash", "{}", "cc a.c\nmake: *** no rule\n"),
                                          ShellCall{.command = "make", .exit_code = 2}))},
      {"shell_long", with_action(make_tool("Bash", "{}", long_output), ShellCall{.command = "ctest"})},
      {"shell_silent", with_action(make_tool("Bash", "{}", ""), ShellCall{.command = "true", .exit_code = 0})},
      {"edit", with_action(make_tool("Edit", "{}", "File updated."), EditCall{{update}}), here},
      {"edit_many", with_action(make_tool("apply_patch", "{}", ""), EditCall{{update, added, renamed, removed}}), here},
      {"edit_failed", failed(with_action(make_tool("Edit", "{}", "String to replace not found."),
                                         EditCall{{{.path = "a.py", .moved_to = {}, .hunks = {}}}}))},
      {"edit_unknown", with_action(make_tool("Edit", R"({"path":"x","patch":"a\nb"})", "ok"), EditCall{})},
      {"read",
       with_action(make_tool("Read", "{}", "     7\tint a;"),
                   ReadCall{.path = "/home/dev/demo/src/a.cpp", .first_line = 7, .text = "int a;\nint b;\n"}),
       here},
      {"read_result", with_action(make_tool("view", "{}", "a\nb"), ReadCall{.path = "notes.txt"})},
      {"read_failed", failed(with_action(make_tool("Read", "{}", "File does not exist."), ReadCall{.path = "/x"}))},
      {"search", with_action(make_tool("Grep", "{}", "src/a.cpp:12:  int a;\nsrc/b.cpp:3:int a = 2;"),
                             SearchCall{.query = "int a", .where = "src"})},
      {"search_files", with_action(make_tool("Glob", "{}", "src/a.cpp\nsrc/b.cpp"), SearchCall{.query = "**/*.cpp"})},
      {"search_nothing", with_action(make_tool("Grep", "{}", ""), SearchCall{.query = "x", .where = "y"})},
      {"todo", with_action(make_tool("TodoWrite", "{}", "Todos have been modified."), todos)},
      {"ask", with_action(make_tool("AskUserQuestion", "{}", "User has answered."), ask)},
      {"plan", with_action(make_tool("ExitPlanMode", "{}", "Approved"), PlanCall{"# The plan\n\n1. **Do** it\n"})},
      {"web_search", with_action(make_tool("WebSearch", "{}", "Links: ..."),
                                 WebCall{.query = "panko crumbs",
                                         .links = {{"Panko", "https://example.org/p?a=b&c"}, {"Bad", "javascript:x"}},
                                         .links_are_all = true})},
      {"web_fetch",
       with_action(make_tool("WebFetch", "{}", "# Title\n\nText"), WebCall{.url = "https://example.org/"})},
      {"mcp",
       with_action(make_tool("mcp__github__list", R"({"repo":"a/b","deep":{"x":[1]}})", R"([{"id":1,"t":"a\nb"}])"),
                   McpCall{.server = "github", .tool = "list"})},
      {"other", make_tool("Special", R"({"deep":{"list":[1,"two"]},"text":"line 1\nline 2"})", "1\n2\n3")},
      {"other_damaged", make_tool("X", "{\"a\":", "")},
  };
}

std::vector<Golden> goldens() {
  Block pending = with_action(make_tool("Bash", "{}", ""), ShellCall{.command = "sleep 100"});
  if (pending.tool) pending.tool->has_result = false;
  Block subagent =
      make_tool("Agent", R"({"description":"Look","prompt":"Find\n*it*","subagent_type":"Explore"})", "**Found**");
  subagent.kind = BlockKind::subagent;
  Block picture = make_block(BlockKind::image, "");
  picture.images.push_back({.media_type = "image/png", .bytes = 120'000});
  Block seen = make_tool("Screenshot", "{}", "");
  seen.images = {{.media_type = "image/png", .bytes = 1000}, {.media_type = "image/jpeg", .bytes = 2000}};
  Block error = make_block(BlockKind::notice, "API error 529: overloaded");
  error.is_error = true;
  Block bare;
  bare.anchor = "~7";
  bare.text = "without a time";
  const TurnSum turn{
      .usage = {.input_tokens = 2000, .output_tokens = 12'000, .cache_read_tokens = 0, .cache_write_tokens = 0},
      .duration = std::chrono::seconds(133)};

  std::vector<Golden> all{
      {"user",
       make_block(BlockKind::user, "Fix *this*\n  <please>\n```js\nlet a;\n```"),
       {.version = "5f0c", .turn = turn}},
      {"assistant",
       make_block(BlockKind::assistant, "# Done\n\n- one\n- `two`\n\n```sh\nls\n```\n"),
       {.model = "model-b"}},
      {"thinking", make_block(BlockKind::thinking, "\nFirst, look.\n\nThen act.")},
      {"tool_pending", pending},
      {"tool_images", seen},
      {"subagent", subagent},
      {"command", make_block(BlockKind::command, "/model opus")},
      {"command_long", make_block(BlockKind::command, "!ls\na\nb")},
      {"compaction", make_block(BlockKind::compaction, "Before: **much**.")},
      {"compaction_bare", make_block(BlockKind::compaction, "")},
      {"notice", make_block(BlockKind::notice, "Interrupted by the user")},
      {"notice_error", error},
      {"notice_bare", bare},
      {"image", picture},
  };
  for (Golden& golden : tool_goldens()) {
    golden.name.insert(0, "tool_");
    all.push_back(std::move(golden));
  }
  return all;
}

TEST(PageBlocks, Golden) {
  const std::filesystem::path directory = test::project_file("tests/golden/page");
  for (const auto& [name, block, view] : goldens()) {
    const std::string html = render(block, view);
    EXPECT_EQ(test::HtmlCheck::problem_of(html), "") << name;
    const auto path = directory / (name + ".html");
    if (std::getenv("PANKO_UPDATE_GOLDEN") != nullptr) {
      std::filesystem::create_directories(directory);
      ASSERT_TRUE(write_file_atomically(path, html));
    }
    EXPECT_EQ(html, read_file(path).value_or("missing: PANKO_UPDATE_GOLDEN=1 writes it")) << name;
  }
}

TEST(PageBlocks, LongTextIsCutWithALinkToAllOfIt) {
  for (const BlockKind kind : {BlockKind::user, BlockKind::assistant, BlockKind::thinking, BlockKind::compaction,
                               BlockKind::notice, BlockKind::command}) {
    const Block block = make_block(kind, std::string(1'200'000, 'x') + "END");
    const std::string html = render(block);
    EXPECT_LT(html.size(), 2 * kShownBytes) << name_of(kind);
    EXPECT_THAT(html, HasSubstr(R"(<a href="b/a1">show all (1.2 MB)</a>)"));
    EXPECT_THAT(html, Not(HasSubstr("END")));
    const std::string whole = render(block, {.root = "../", .whole = true});
    EXPECT_THAT(whole, HasSubstr("END"));
    EXPECT_THAT(whole, Not(HasSubstr("show all")));
    EXPECT_THAT(whole, HasSubstr(R"(href="../?from=a1#a1")"));
  }
}

TEST(PageBlocks, LongToolsAreCutOnBothSides) {
  const Block block =
      make_tool("Write", R"({"content":")" + std::string(500'000, 'y') + R"(END"})", std::string(500'000, 'z') + "END");
  const std::string html = render(block);
  EXPECT_LT(html.size(), 3 * kShownBytes);
  EXPECT_THAT(html, Not(HasSubstr("END")));
  const std::string whole = render(block, {.root = "../", .whole = true});
  EXPECT_GT(whole.size(), 1'000'000U);
  EXPECT_THAT(whole, Not(HasSubstr("show all")));
}

TEST(PageBlocks, CutsBetweenCharactersAndLines) {
  std::string text;
  while (text.size() < 2 * kShownBytes) text += "äöü€😀\n";
  const std::string html = render(make_block(BlockKind::assistant, text));
  EXPECT_THAT(html, Not(HasSubstr("\uFFFD")));
  EXPECT_EQ(test::HtmlCheck::problem_of(html), "");
}

TEST(PageBlocks, WhatIsPutBeforeTheUserIsOpen) {
  EXPECT_THAT(render(with_action(make_tool("x", "", ""), PlanCall{"text"})), HasSubstr("<details open=\"\">"));
  EXPECT_THAT(render(with_action(make_tool("x", "", ""), ShellCall{.command = "ls"})), HasSubstr("<details><summary>"));
}

TEST(PageBlocks, FailuresAreSeenWithoutOpening) {
  const std::string read =
      render(failed(with_action(make_tool("Read", "{}", "No such file\nmore"), ReadCall{.path = "/x"})));
  EXPECT_THAT(read, HasSubstr(R"(<article class="tool read bad")"));
  EXPECT_THAT(read, HasSubstr("</details>\n<p class=\"trouble\">No such file</p>"));
  const std::string shell = render(
      failed(with_action(make_tool("Bash", "{}", "a\nlast words\n"), ShellCall{.command = "x", .exit_code = 3})));
  EXPECT_THAT(shell, AllOf(HasSubstr(">exit 3</span></summary>"), HasSubstr("<p class=\"trouble\">last words</p>")));
}

TEST(PageBlocks, TheRecordsOfEveryBlockAreALinkAway) {
  for (const auto& [name, block, view] : goldens())
    EXPECT_THAT(render(block, view), HasSubstr(R"(<a class="raw" href="r/)")) << name;
}

}  // namespace
}  // namespace panko
