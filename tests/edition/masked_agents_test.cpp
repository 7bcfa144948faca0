// Sessions of every agent with a value planted in each of their texts: nobody gets to see it, and nothing else changes.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "edition/edition.hpp"
#include "edition/masked_session.hpp"
#include "edition/rows.hpp"
#include "tests/edition/everything.hpp"
#include "tests/support/project_files.hpp"

namespace panko::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

// Made up for this test.
constexpr std::string_view kToken = "ghp_m4deUpF0rTh1sT3stN0tAR3alT0ken0Zq7Kx";

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

/// In front of each text, whatever the agent calls its members.
std::string planted(const fs::path& golden) {
  std::ifstream in(golden, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  for (const char* name :
       {"text", "content", "output", "thinking", "message", "aiTitle", "summary", "title", "thread_name", "description",
        "branch", "gitBranch", "prompt", "stdout", "result", "reasoning", "arguments"})
    for (const char* colon : {":", ": "}) {
      const std::string begin = "\"" + std::string(name) + "\"" + colon + "\"";
      // Arguments are JSON in a string.
      if (std::string_view(name) != "arguments") replace_all(text, begin, begin + std::string(kToken) + " ");
    }
  return text;
}

class MaskedAgents : public ::testing::TestWithParam<const char*> {
 protected:
  MaskedAgents() {
    fs::create_directories(directory_);
    path_ = directory_ / fs::path(GetParam()).filename();
    std::ofstream(path_, std::ios::binary) << planted(test::project_file("tests/golden") / GetParam());
  }
  ~MaskedAgents() override { fs::remove_all(directory_); }

  fs::path directory_ = fs::temp_directory_path() / ("panko-agents-" + std::to_string(::getpid()));
  fs::path path_;
};

TEST_P(MaskedAgents, ShowNoValueAnywhere) {
  const auto original = Edition::open(path_, std::nullopt).value();
  ASSERT_THAT(everything(*original), HasSubstr(kToken));
  const auto masked = Edition::open(path_, std::nullopt, {.redaction = RedactionSettings(), .hiding = {}}).value();
  const std::string all = everything(*masked);
  EXPECT_THAT(all, Not(HasSubstr(kToken.substr(4))));
  EXPECT_THAT(all, HasSubstr("[redacted: github-token #1]"));
  EXPECT_EQ(masked->masked()->secrets, 1U);
  ASSERT_EQ(masked->pages().size(), original->pages().size());
  for (std::uint32_t row = 0; row < original->pages().size(); ++row) {
    EXPECT_EQ(masked->pages().anchor_of(row), original->pages().anchor_of(row));
    EXPECT_EQ(masked->pages().rows().at(row).block->kind, original->pages().rows().at(row).block->kind);
  }
  EXPECT_EQ(masked->pages().transcript().facts().id, original->pages().transcript().facts().id);
}

/// Written piece by piece, wherever the pieces end: at any time what was read on is what is read from the front.
TEST_P(MaskedAgents, AreFollowedAsTheyAreRead) {
  std::ifstream in(path_, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  const auto first_line = whole.find('\n') + 1;
  std::minstd_rand random(1);
  const auto write = [&](std::size_t size) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << std::string_view(whole).substr(0, size);
  };
  write(first_line);
  MaskedSession followed(path_, std::nullopt, {}, RedactionSettings());
  for (std::size_t size = first_line; size < whole.size();) {
    const std::size_t more = std::min<std::size_t>(1 + random() % 3000, whole.size() - size);
    std::ofstream(path_, std::ios::binary | std::ios::app) << std::string_view(whole).substr(size, more);
    size += more;
    const auto step = followed.next();
    const auto afresh = MaskedSession(path_, std::nullopt, {}, RedactionSettings()).next();
    ASSERT_EQ(step.has_value(), afresh.has_value()) << size;
    if (!step) continue;
    const auto bytes_of = [](const Source& source) {
      return source.read({0, static_cast<std::uint32_t>(source.size())}).value();
    };
    ASSERT_EQ(bytes_of(step->transcript.source()), bytes_of(afresh->transcript.source())) << size;
    const SessionPages pages(step->transcript, true);
    const SessionPages fresh_pages(afresh->transcript, true);
    ASSERT_EQ(pages.version(), fresh_pages.version()) << size;
  }
}

TEST_P(MaskedAgents, ShowNoOutputWhereItIsHidden) {
  const auto hidden = Edition::open(path_, std::nullopt, {.redaction = {}, .hiding = {.tool_output = true}}).value();
  const auto original = Edition::open(path_, std::nullopt).value();
  ASSERT_EQ(hidden->pages().size(), original->pages().size());
  for (std::uint32_t row = 0; row < hidden->pages().size(); ++row) {
    const Block before = original->pages().load(row);
    const Block block = hidden->pages().load(row);
    EXPECT_EQ(block.anchor, before.anchor);
    if (!block.tool) continue;
    EXPECT_EQ(block.tool->has_result, before.tool->has_result);
    EXPECT_EQ(block.tool->is_error, before.tool->is_error);
    EXPECT_EQ(block.tool->result, before.tool->has_result ? "[output hidden by the owner]" : "");
    EXPECT_TRUE(block.images.empty());
  }
}

TEST_P(MaskedAgents, ShowPromptsAndAnswersAlone) {
  const auto hidden = Edition::open(path_, std::nullopt, {.redaction = {}, .hiding = {.steps = true}}).value();
  const SessionPages& pages = hidden->pages();
  EXPECT_GT(pages.size(), 0U);
  for (std::uint32_t row = 0; row < pages.size(); ++row) {
    const BlockKind kind = pages.rows().at(row).block->kind;
    EXPECT_TRUE(kind == BlockKind::user || kind == BlockKind::assistant || kind == BlockKind::image) << name_of(kind);
  }
  EXPECT_EQ(pages.prompts().size(), Edition::open(path_, std::nullopt).value()->pages().prompts().size());
}

INSTANTIATE_TEST_SUITE_P(Golden, MaskedAgents,
                         ::testing::Values("claude/conversation.jsonl", "claude/branches.jsonl",
                                           "claude/compaction.jsonl", "claude/inline_subagents.jsonl",
                                           "codex/conversation.jsonl", "codex/events.jsonl", "codex/older.jsonl",
                                           "copilot/conversation.jsonl", "gemini/conversation.jsonl",
                                           "gemini/document.jsonl", "pi/conversation.jsonl"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::ranges::replace_if(name, [](char c) { return c == '/' || c == '.'; }, '_');
                           return name;
                         });

TEST(MaskedAgentsTest, BothLogsOfARolloutAreSuspectWhereOneIs) {
  const fs::path path = fs::temp_directory_path() / ("panko-rollout-" + std::to_string(::getpid()) + ".jsonl");
  std::ofstream(path) <<
      R"({"timestamp":"2026-06-02T09:00:01.000Z","type":"session_meta","payload":{"id":"019f0000-1111-7222-8333-555555555555","cwd":"/work/kettle","originator":"codex_exec","cli_version":"0.146.0","source":"exec"}}
{"timestamp":"2026-06-02T09:00:02.000Z","type":"event_msg","payload":{"type":"user_message","message":"go","images":[]}}
{"timestamp":"2026-06-02T09:00:03.000Z","type":"response_item","payload":{"type":"function_call","name":"shell","arguments":"{\"command\":[\"bash\",\"-lc\",\"cat .env\"]}","call_id":"call_made_up_1"}}
{"timestamp":"2026-06-02T09:00:04.000Z","type":"event_msg","payload":{"type":"exec_command_end","call_id":"call_made_up_1","command":["bash","-lc","cat .env"],"cwd":"/work/kettle","stdout":"COLOUR=mauve-and-teal-77\n","stderr":"","exit_code":0}}
{"timestamp":"2026-06-02T09:00:05.000Z","type":"response_item","payload":{"type":"function_call_output","call_id":"call_made_up_1","output":"{\"output\":\"COLOUR=mauve-and-teal-77\\n\",\"metadata\":{\"exit_code\":0}}"}}
{"timestamp":"2026-06-02T09:00:06.000Z","type":"response_item","payload":{"type":"function_call","name":"shell","arguments":"{\"command\":[\"bash\",\"-lc\",\"cat notes\"]}","call_id":"call_made_up_2"}}
{"timestamp":"2026-06-02T09:00:07.000Z","type":"response_item","payload":{"type":"function_call_output","call_id":"call_made_up_2","output":"{\"output\":\"COLOUR=ochre-and-rust-88\\n\",\"metadata\":{\"exit_code\":0}}"}}
)";
  const auto masked = Edition::open(path, std::nullopt, {.redaction = RedactionSettings(), .hiding = {}}).value();
  const std::string all = everything(*masked);
  EXPECT_THAT(all, Not(HasSubstr("mauve-and-teal")));
  EXPECT_THAT(all, HasSubstr("ochre-and-rust-88"));
  fs::remove(path);
}

}  // namespace
}  // namespace panko::test
