// Every session of the corpus, when there is one: read without failure, every block loads as valid UTF-8, and a simple
// count over the raw lines agrees. PANKO_CORPUS names the folder.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "agents/claude.hpp"
#include "agents/json_lines.hpp"
#include "agents/transcript.hpp"
#include "base/text.hpp"
#include "tests/support/project_files.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->is_regular_file()) files.push_back(entry->path());
  return files;
}

struct Loaded {
  std::multiset<std::string> anchors;
  std::set<std::string> calls;
  std::set<std::string> results;
};

void load_all(const Transcript& transcript, const Outline& outline, const Source& source,
              const std::vector<OutlineBlock>& blocks, Loaded& loaded) {
  for (const OutlineBlock& entry : blocks) {
    const auto block = transcript.load(source, entry);
    ASSERT_TRUE(block) << block.error().message;
    EXPECT_TRUE(is_valid_utf8(block->text));
    EXPECT_EQ(anchor_key_of(block->anchor), entry.anchor_key) << block->anchor;
    EXPECT_EQ(block->kind, entry.kind);
    loaded.anchors.insert(block->anchor);
    if (const auto& tool = block->tool; tool.has_value()) {
      EXPECT_TRUE(is_valid_utf8(tool->result));
      EXPECT_TRUE(is_valid_utf8(tool->input));
      loaded.calls.insert(tool->id);
      if (tool->has_result) loaded.results.insert(tool->id);
    }
    if (entry.subagent != OutlineBlock::kNoSubagent) {
      const Subagent& subagent = outline.subagents.at(entry.subagent);
      load_all(transcript, subagent.outline, subagent.source ? *subagent.source : source, subagent.outline.blocks,
               loaded);
    }
  }
}

/// Ids of the calls and of the results in the raw file, by the letters around them.
std::set<std::string> ids_after(std::string_view text, std::string_view key) {
  std::set<std::string> ids;
  for (auto at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    const auto begin = at + key.size();
    ids.emplace(text.substr(begin, text.find('"', begin) - begin));
  }
  return ids;
}

/// Every session of the agent's folders, loaded whole; `check` compares what was loaded with the raw bytes. How many
/// sessions there were.
template <class Check>
int read_whole(std::string_view agent, const Check& check) {
  auto files = files_below(test::corpus() / agent);
  for (const fs::path& file : files_below(test::corpus() / "odd" / agent)) files.push_back(file);
  int sessions = 0;
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.filename());
    const auto transcript = Transcript::open(file);
    if (!transcript) {
      EXPECT_TRUE(transcript.error().message.ends_with("is no session of an agent that panko knows."));
      continue;
    }
    ++sessions;
    EXPECT_FALSE(transcript->facts().title.empty());
    EXPECT_FALSE(transcript->facts().id.empty());
    Loaded loaded;
    load_all(*transcript, transcript->outline(), transcript->source(), transcript->outline().blocks, loaded);
    for (const Branch& branch : transcript->outline().branches)
      load_all(*transcript, transcript->outline(), transcript->source(), branch.blocks, loaded);
    for (const std::string& anchor : loaded.anchors) EXPECT_EQ(loaded.anchors.count(anchor), 1u) << anchor;

    check(*transcript, loaded,
          transcript->source().read({0, static_cast<std::uint32_t>(transcript->source().size())}).value());
  }
  return sessions;
}

TEST(Corpus, ClaudeSessionsAreReadWhole) {
  if (files_below(test::corpus() / "claude").empty()) GTEST_SKIP() << "no corpus at " << test::corpus();
  const int sessions =
      read_whole("claude", [](const Transcript& transcript, const Loaded& loaded, std::string_view raw) {
        for (const std::string& id : ids_after(raw, R"("type":"tool_use","id":"toolu_)"))
          EXPECT_TRUE(loaded.calls.contains("toolu_" + id) || raw.contains(R"("type":"agent_progress")")) << id;
        if (transcript.facts().unreadable_lines > 0) return;  // a torn line may hold a result
        for (const std::string& id : ids_after(raw, R"("tool_use_id":"toolu_)"))
          EXPECT_TRUE(loaded.results.contains("toolu_" + id) || !loaded.calls.contains("toolu_" + id)) << id;
      });
  EXPECT_GT(sessions, 0);
}

/// Ids of the calls of the raw file, in place of a parser: `"call_id":"` in items of this type.
std::set<std::string> codex_ids(std::string_view raw, std::string_view type) {
  std::set<std::string> ids;
  const std::string item = R"("type":"response_item","payload":{"type":")" + std::string(type) + "\"";
  for (std::size_t begin = 0; begin < raw.size();) {
    const auto end = std::min(raw.find('\n', begin), raw.size());
    const std::string_view line = raw.substr(begin, end - begin);
    begin = end + 1;
    if (!line.contains(item)) continue;
    for (const std::string& id : ids_after(line, R"("call_id":")")) ids.insert(id);
  }
  return ids;
}

TEST(Corpus, CodexSessionsAreReadWhole) {
  if (files_below(test::corpus() / "codex").empty()) GTEST_SKIP() << "no corpus at " << test::corpus();
  const int sessions =
      read_whole("codex", [](const Transcript& transcript, const Loaded& loaded, std::string_view raw) {
        EXPECT_EQ(transcript.agent().id, "codex");
        if (transcript.facts().unreadable_lines > 0) return;  // a torn line may hold either
        for (const char* type : {"function_call", "custom_tool_call"})
          for (const std::string& id : codex_ids(raw, type)) EXPECT_TRUE(loaded.calls.contains(id)) << id;
        for (const char* type : {"function_call_output", "custom_tool_call_output"})
          for (const std::string& id : codex_ids(raw, type))
            EXPECT_TRUE(loaded.results.contains(id) || !loaded.calls.contains(id)) << id;
      });
  EXPECT_GT(sessions, 30);
}

/// Counts without a parser: each call is shown once, and so is each prompt and answer that has such a mark.
int read_noted(const char* folder, std::string_view agent, std::string_view call) {
  return read_whole(folder, [&](const Transcript& transcript, const Loaded& loaded, std::string_view raw) {
    if (transcript.agent().id != agent) return;  // a session of another agent, kept there by a tool
    for (const std::string& id : ids_after(raw, call)) EXPECT_TRUE(loaded.calls.contains(id)) << id;
  });
}

TEST(Corpus, SessionsOfOthersAreReadWhole) {
  if (files_below(test::corpus() / "pi").empty()) GTEST_SKIP() << "no corpus at " << test::corpus();
  EXPECT_EQ(read_noted("copilot", "copilot", R"("toolRequests":[{"toolCallId":")"), 5);
  EXPECT_EQ(read_noted("pi", "pi", R"("type":"toolCall","id":")"), 3);
  EXPECT_EQ(read_noted("openclaw", "pi", R"("type":"toolCall","id":")"), 3);
  EXPECT_EQ(read_noted("gemini", "gemini", R"(functionResponse": {
              "id": ")"),
            12);
  // Single messages, cut out of a session.
  for (const fs::path& file : files_below(test::corpus() / "gemini/jnarowski__agentcmd/gemini/individual"))
    EXPECT_FALSE(peek_session(file)) << file;
}

TEST(Corpus, OtherAgentsAreRefused) {
  if (!fs::exists(test::corpus())) GTEST_SKIP() << "no corpus at " << test::corpus();
  for (const char* agent : {"cursor", "droid", "grok", "kimi", "qwen"})
    for (const fs::path& file : files_below(test::corpus() / agent)) EXPECT_FALSE(peek_session(file)) << file;
  EXPECT_FALSE(peek_session(test::corpus() / "odd/claude/not_a_session.jsonl"));
  EXPECT_FALSE(peek_session(test::corpus() / "odd/codex/not_a_session.jsonl"));
}

}  // namespace
}  // namespace panko
