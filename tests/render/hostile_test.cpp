// What attackers write, in every place where a transcript can put it, and what is made to cost much.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "base/files.hpp"
#include "render/page.hpp"
#include "render/page_blocks.hpp"
#include "render/window.hpp"
#include "tests/render/payloads.hpp"
#include "tests/support/html_check.hpp"
#include "tests/support/linear.hpp"
#include "tests/support/project_files.hpp"

// What an action does not say stays empty, here as in the readers.
#pragma clang diagnostic ignored "-Wmissing-designated-field-initializers"

namespace panko {
namespace {

/// A call of each kind, in which everything is `text`.
std::vector<ToolAction> actions_of(const std::string& text) {
  using Kind = DiffLine::Kind;
  return {
      OtherCall{},
      ShellCall{.command = text, .directory = text, .purpose = text, .exit_code = 1},
      EditCall{{{.path = text,
                 .moved_to = text,
                 .hunks = {{.old_start = 1,
                            .new_start = 1,
                            .lines = {{Kind::same, text}, {Kind::gone, text}, {Kind::added, text + "x"}}},
                           {.lines = {{Kind::added, text}}}}},
                {.kind = FileChange::Kind::add, .path = text, .hunks = {{.lines = {{Kind::added, text}}}}}}},
      ReadCall{.path = text, .first_line = 1, .text = text},
      SearchCall{.query = text, .where = text},
      TodoCall{{{Todo::State::active, text}, {Todo::State::done, text}}},
      AskCall{{{.title = text, .text = text, .options = {{text, text}}, .answers = {text, text + "?"}}}},
      PlanCall{text},
      WebCall{.query = text, .url = text, .links = {{text, text}, {"", text}, {text, "https://x/" + text}}},
      McpCall{.server = text, .tool = text},
  };
}

/// Everything that a transcript says, said by an attacker.
std::vector<Block> blocks_of(const std::string& payload) {
  std::vector<Block> blocks;
  // One argument only: {0} wherever a transcript can put it.
  const std::string markdown = fmt::format(
      "```{0}\n{0}\n```\n[x]({0})\n![y]({0})\n[z]: {0}\n[z]\n<{0}>\n| {0} |\n|---|\n| {0} |\n# {0}", payload);
  for (int kind = 0; kind <= static_cast<int>(BlockKind::image); ++kind) {
    Block block;
    block.kind = static_cast<BlockKind>(kind);
    block.anchor = payload;
    block.images.push_back({.media_type = payload, .bytes = 1});
    for (const std::string& text : {payload, fmt::format("{0}\n\n{0}", payload), markdown}) {
      block.text = text;
      blocks.push_back(block);
    }
  }
  const std::string input = fmt::format(R"({{"command":"x","file_path":"{0}","prompt":"{0}","{0}":{{"a":"{0}"}}}})",
                                        test::json_escaped(payload));
  for (const BlockKind kind : {BlockKind::tool, BlockKind::subagent})
    for (const ToolAction& action : actions_of(payload))
      for (const bool bad : {false, true}) {
        Block block;
        block.kind = kind;
        block.anchor = payload;
        block.tool = ToolUse{.id = payload,
                             .name = payload,
                             .input = bad ? payload : input,
                             .result = fmt::format("{0}\nf.c:1:{0}\n\x1b[31m{0}\r{0}", payload),
                             .action = action,
                             .has_result = true,
                             .is_error = bad};
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
  const WindowPlace place{.first = 1, .last = 2, .count = 9, .version = payload, .from = payload, .next = payload};
  write_window_links(html, place, WindowEnd::top);
  begin_window(html, place);
  begin_group(html, {.anchor = payload, .type = payload, .description = payload, .count = 1, .open = true});
  for (const Block& block : blocks_of(payload))
    write_block(html, block, {.version = payload, .model = payload, .directory = payload});
  end_group(html);
  end_window(html);
  write_window_links(html, place, WindowEnd::bottom);
  html.close(Tag::main);
  end_page(html);
  return html.take();
}

TEST(Hostile, NoPayloadBecomesMarkup) {
  const auto payloads = test::hostile_payloads();
  ASSERT_GE(payloads.size(), 100U);
  for (const std::string& payload : payloads) {
    EXPECT_EQ(test::HtmlCheck::problem_of(whole_page_of(payload)), "") << payload;
  }
}

/// The same pages, read by somebody else's parser.
TEST(Hostile, ARealHtmlParserFindsNoPayloadEither) {
  const std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("panko-payloads-" + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  std::size_t number = 0;
  for (const std::string& payload : test::hostile_payloads()) {
    ASSERT_TRUE(write_file_atomically(directory / (std::to_string(number++) + ".html"), whole_page_of(payload)));
  }
  const std::string command = "/usr/bin/env python3 -B '" + test::project_file("tests/render/parse_pages.py").string() +
                              "' '" + directory.string() + "'";
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): our own words alone
  std::filesystem::remove_all(directory);
  EXPECT_EQ(status, 0) << "tests/render/parse_pages.py says above what it found";
}

/// Blocks of each kind, in which everything is `piece` again and again.
void write_all(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  std::vector<Block> blocks(1);
  blocks[0].kind = BlockKind::user;
  blocks[0].text = text;
  for (const ToolAction& action : actions_of(text)) {
    if (std::holds_alternative<PlanCall>(action)) continue;  // Markdown has its own
    Block block;
    block.kind = BlockKind::tool;
    block.tool = ToolUse{.id = {}, .name = text, .input = text, .result = text, .action = action, .has_result = true};
    blocks.push_back(block);
  }
  for (const Block& block : blocks) {
    HtmlWriter html;
    write_block(html, block, {.whole = true});
  }
}

TEST(Hostile, EightTimesAsMuchCostsAboutEightTimesAsMuch) {
  for (const char* piece : {"x",        "\n",   "`",    "```\n", "````` a\n", "[",       "{\"a\":", "[1,",
                            "\x1b[31m", "\r",   "a:1:", ":1",    "1-",        "f:1:x\n", "\u202E",  " ",
                            "<",        "\xff", "\\",   "\"",    "/",         "~~~"})
    EXPECT_LT(test::cost_ratio(30'000, [&](std::size_t size) { write_all(piece, size); }), test::kStillLinear)
        << testing::PrintToString(piece);
}

}  // namespace
}  // namespace panko
