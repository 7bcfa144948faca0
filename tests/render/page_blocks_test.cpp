#include "render/page_blocks.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "base/files.hpp"
#include "render/page.hpp"
#include "tests/render/payloads.hpp"
#include "tests/support/html_check.hpp"

namespace panko {
namespace {

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

struct Golden {
  std::string name;
  Block block;
};

std::vector<Golden> goldens() {
  Block failed = make_tool("Bash", R"({"command":"make","description":"Build"})", "\x1b[31merror\x1b[0m: x<y>\n");
  if (failed.tool) failed.tool->is_error = true;
  Block pending = make_tool("Read", R"({"file_path":"/src/a.cpp","offset":3})", "");
  if (pending.tool) pending.tool->has_result = false;
  Block subagent =
      make_tool("Agent", R"({"description":"Look","prompt":"Find\nit","subagent_type":"Explore"})", "**Found**");
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

  return {
      {"user", make_block(BlockKind::user, "Fix *this*\n  <please>")},
      {"assistant", make_block(BlockKind::assistant, "# Done\n\n- one\n- `two`\n\n```sh\nls\n```\n")},
      {"thinking", make_block(BlockKind::thinking, "\nFirst, look.\n\nThen act.")},
      {"tool_shell_failed", failed},
      {"tool_pending", pending},
      {"tool_edit",
       make_tool("Edit", R"({"file_path":"a.py","old_string":"a\nb\nc\n","new_string":"a\nB\nB2\nc\n"})", "ok")},
      {"tool_todos",
       make_tool("TodoWrite",
                 R"({"todos":[{"content":"a","status":"completed"},{"content":"b","status":"in_progress"}]})", "")},
      {"tool_json", make_tool("mcp__x__y", R"({"deep":{"list":[1,"two"]},"text":"line 1\nline 2"})", "1\n2\n3")},
      {"tool_damaged", make_tool("X", "{\"a\":", "")},
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
}

TEST(PageBlocks, Golden) {
  const std::filesystem::path directory = std::filesystem::path(PANKO_SOURCE_DIR) / "tests/golden/page";
  for (const auto& [name, block] : goldens()) {
    const std::string html = render(block);
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

TEST(PageBlocks, ManyLinesOfADiffStayOneRun) {
  const Block block = make_tool("Edit", R"({"old_string":"","new_string":")" + std::string(4000, '\\') + R"("})", "");
  EXPECT_EQ(test::HtmlCheck::problem_of(render(block)), "");
  std::string lines;
  for (int i = 0; i < 5000; ++i) lines += "\\n";
  const std::string html = render(make_tool("Edit", R"({"old_string":"x","new_string":")" + lines + R"("})", ""));
  EXPECT_LT(html.size(), 40'000U);
}

/// Everything that a transcript says, said by an attacker.
std::vector<Block> blocks_of(const std::string& payload) {
  std::vector<Block> blocks;
  for (int kind = 0; kind <= static_cast<int>(BlockKind::image); ++kind) {
    Block block = make_block(static_cast<BlockKind>(kind), fmt::format("{0}\n\n{0}", payload));
    block.anchor = payload;
    block.images.push_back({.media_type = payload, .bytes = 1});
    block.tool = ToolUse{
        .id = payload, .name = payload, .input = payload, .result = payload, .has_result = true, .is_error = false};
    blocks.push_back(block);
    block.text = payload;
    blocks.push_back(block);
    // One argument only: {0} wherever a transcript can put it.
    block.text = fmt::format(
        "```{0}\n{0}\n```\n[x]({0})\n![y]({0})\n[z]: {0}\n[z]\n<{0}>\n| {0} |\n|---|\n| {0} |\n# {0}", payload);
    block.tool =
        ToolUse{.id = payload, .name = payload, .input = {}, .result = payload, .has_result = true, .is_error = false};
    block.tool->input = fmt::format(
        R"({{"command":"x","file_path":"{0}","old_string":"{0}","new_string":"y","todos":[{{"content":"{0}","status":"{0}"}}],)"
        R"("{0}":{{"a":"{0}"}}}})",
        test::json_escaped(payload));
    blocks.push_back(block);
  }
  return blocks;
}

std::string whole_page_of(const std::string& payload) {
  SessionFacts facts;
  facts.title = facts.cwd = facts.git_branch = facts.id = payload;
  facts.models = {payload};
  facts.unreadable_lines = 3;
  HtmlWriter html;
  begin_page(html, {.facts = facts, .agent = payload, .as_of = std::nullopt, .expires_at = std::nullopt, .now = {}});
  const std::vector<ContentsEntry> entries{{payload, payload, true}, {payload, payload, false}};
  write_contents(html,
                 {.entries = entries, .earlier = 1, .later = 1, .earlier_anchor = payload, .later_anchor = payload});
  html.open(Tag::main);
  const WindowPlace place{
      .first = 1, .last = 2, .count = 9, .has_previous = true, .previous = payload, .next = payload, .latest = payload};
  write_window_links(html, place, WindowEnd::top);
  begin_group(html, {.type = payload, .description = payload, .count = 1, .open = true, .continued = true});
  for (const Block& block : blocks_of(payload)) write_block(html, block, {});
  end_group(html);
  write_window_links(html, place, WindowEnd::bottom);
  html.close(Tag::main);
  end_page(html);
  return html.take();
}

TEST(PageBlocks, NoPayloadBecomesMarkup) {
  const auto payloads = test::hostile_payloads();
  ASSERT_GE(payloads.size(), 100U);
  for (const std::string& payload : payloads) {
    EXPECT_EQ(test::HtmlCheck::problem_of(whole_page_of(payload)), "") << payload;
  }
}

/// The same pages, read by somebody else's parser.
TEST(PageBlocks, ARealHtmlParserFindsNoPayloadEither) {
  const std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("panko-payloads-" + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  std::size_t number = 0;
  for (const std::string& payload : test::hostile_payloads()) {
    ASSERT_TRUE(write_file_atomically(directory / (std::to_string(number++) + ".html"), whole_page_of(payload)));
  }
  const std::string command =
      "/usr/bin/env python3 -B '" PANKO_SOURCE_DIR "/tests/render/parse_pages.py' '" + directory.string() + "'";
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): our own words alone
  std::filesystem::remove_all(directory);
  EXPECT_EQ(status, 0) << "tests/render/parse_pages.py says above what it found";
}

TEST(Page, HeaderSaysWhatIsShared) {
  SessionFacts facts;
  facts.title = "A  title\nof two lines";
  facts.cwd = "/home/me/project";
  facts.models = {"model-a", "model-b"};
  facts.started_at = from_iso8601("2026-01-02T03:04:05Z");
  facts.ended_at = from_iso8601("2026-01-02T05:09:05Z");
  facts.usage = {.input_tokens = 1, .output_tokens = 2000, .cache_read_tokens = 1'000'000, .cache_write_tokens = 0};
  HtmlWriter html;
  begin_page(html, {.facts = facts,
                    .agent = "Claude Code",
                    .as_of = from_iso8601("2026-01-02T10:32:00Z"),
                    .expires_at = from_iso8601("2026-01-08T12:00:00Z"),
                    .now = from_iso8601("2026-01-02T12:00:00Z").value_or(WallTime{})});
  end_page(html);
  const std::string page = html.take();
  for (const char* expected : {"A title of two lines</a></h1>", ">project</li>", ">Claude Code</li>",
                               ">model-a, model-b</li>", ">2 Jan 2026</time>", ">2 h 5 min</li>", ">1.0M tokens</li>",
                               ">10:32 UTC</time> · read-only · ", ">expires in 6 days</time>", "<html lang=\"en\">",
                               "name=\"robots\" content=\"noindex, nofollow, noarchive, nosnippet, noimageindex\""}) {
    EXPECT_THAT(page, HasSubstr(expected));
  }
  EXPECT_THAT(page, Not(HasSubstr("og:")));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("style=")));
}

TEST(Page, PlainPageTellsNothingOfTheProgram) {
  const std::string page = plain_page("Gone", "This <share> has ended.");
  EXPECT_EQ(test::HtmlCheck::problem_of(page), "");
  EXPECT_THAT(page, HasSubstr("This &lt;share&gt; has ended."));
  EXPECT_THAT(page, Not(testing::ContainsRegex("[Pp]anko|href|src=")));
}

}  // namespace
}  // namespace panko
