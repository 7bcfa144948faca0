// The digest of a rollout against its outline, which it has to agree with, whole and in steps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>

#include "agents/codex.hpp"
#include "agents/session_text.hpp"
#include "agents/transcript.hpp"
#include "base/text.hpp"
#include "tests/support/project_files.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

/// All of a digest, to be compared and printed at once.
std::string shown(const SessionFacts& facts) {
  std::string text = facts.id + "|" + facts.title + "|" + facts.cwd + "|" + facts.git_branch;
  for (const auto& time : {facts.started_at, facts.ended_at}) text += "|" + (time ? to_iso8601(*time) : "-");
  for (const std::string& model : facts.models) text += "|" + model;
  for (const std::uint64_t count : {facts.usage.input_tokens, facts.usage.output_tokens, facts.usage.cache_read_tokens,
                                    facts.usage.cache_write_tokens, facts.unreadable_lines})
    text += "|" + std::to_string(count);
  return text + (facts.is_child ? "|child" : "");
}

std::string shown(const Digest& digest) {
  std::string text = shown(digest.facts) + "\n" + std::to_string(digest.messages);
  for (const ToolCount& tool : digest.tools) text += "|" + tool.name + "=" + std::to_string(tool.calls);
  return text + "\n" + digest.first_prompt + "\n" + digest.last_answer;
}

std::vector<fs::path> rollouts() {
  const fs::path corpus = test::corpus();
  std::vector<fs::path> files;
  for (const fs::path& folder : {test::project_file("tests/golden/codex"), corpus / "codex", corpus / "odd"}) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
      if (entry->is_regular_file() && entry->path().string().contains(".jsonl")) files.push_back(entry->path());
  }
  return files;
}

Digest digest_of(const Source& source, DigestProgress& progress) {
  return digest_codex(source, "/x/session.jsonl", progress).value();
}

TEST(CodexDigest, AgreesWithTheOutline) {
  for (const fs::path& file : rollouts()) {
    SCOPED_TRACE(file);
    const Source source = Source::open(file).value();
    DigestProgress progress;
    const Digest digest = digest_of(source, progress);
    const Outline outline = read_codex(source, "/x/session.jsonl", {}).value();
    EXPECT_EQ(shown(digest.facts), shown(outline.facts));

    std::uint32_t messages = 0;
    std::map<std::string, std::uint32_t> calls;
    std::vector<std::string> prompts;
    std::vector<std::string> answers;
    const auto count = [&](const std::vector<OutlineBlock>& blocks) {
      for (const OutlineBlock& entry : blocks) {
        const Block block = load_codex(source, entry, file).value();
        if (block.kind == BlockKind::user || block.kind == BlockKind::assistant) ++messages;
        if (block.kind == BlockKind::user) prompts.push_back(preview_line(block.text));
        if (block.kind == BlockKind::assistant) answers.push_back(preview_line(block.text));
        if (block.tool) ++calls[block.tool->name];
      }
    };
    count(outline.blocks);
    for (const Branch& branch : outline.branches) count(branch.blocks);
    EXPECT_EQ(digest.messages, messages);
    EXPECT_EQ(digest.tools.size(), calls.size());
    for (const ToolCount& tool : digest.tools) EXPECT_EQ(tool.calls, calls[tool.name]) << tool.name;
    // What a prompt was answered with may have been taken back: then it stands behind the others here.
    if (prompts.empty()) prompts.emplace_back();
    if (answers.empty()) answers.emplace_back();
    EXPECT_THAT(prompts, testing::Contains(digest.first_prompt));
    EXPECT_THAT(answers, testing::Contains(digest.last_answer));
  }
}

/// Files under the size from which on state is kept are read from the front: what lies in front makes them larger.
constexpr std::uint64_t kBlank = std::uint64_t{2} << 20;
std::string large(const std::string& bytes) {
  return std::string(kBlank - 1, ' ') + '\n' + bytes;
}

TEST(CodexDigest, StepsGiveWhatOnePassGives) {
  std::mt19937 random(4711);
  for (const fs::path& file : rollouts()) {
    SCOPED_TRACE(file);
    const Source file_source = Source::open(file).value();
    std::string bytes = file_source.read({0, static_cast<std::uint32_t>(file_source.size())}).value();
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);  // it is one at the front of a file alone
    const Source original = Source::from_bytes(bytes).value();
    const Source source = Source::from_bytes(large(bytes)).value();
    DigestProgress stepped;
    for (std::uint64_t end = 0; end < original.size();) {
      end = std::min<std::uint64_t>(original.size(), end + 1 + random() % (1 + original.size() / 2));
      Source front = original;
      front.cut_at(end);
      Source part = source;
      part.cut_at(kBlank + end);
      DigestProgress whole;
      const std::string expected = shown(digest_of(front, whole));
      EXPECT_EQ(shown(digest_of(part, stepped)), expected);
      EXPECT_EQ(stepped.read_to, kBlank + whole.read_to);
      EXPECT_FALSE(stepped.state.empty());
      EXPECT_LT(stepped.state.size(), 8000u);
    }
  }
}

TEST(CodexDigest, ADamagedStateIsNotGoneOnWith) {
  const std::string bytes = large(
      R"({"timestamp":"2026-01-01T00:00:00Z","type":"event_msg","payload":{"type":"user_message","message":"Hi"}})"
      "\n");
  const Source source = Source::from_bytes(bytes).value();
  DigestProgress progress;
  const std::string expected = shown(digest_of(source, progress));
  for (std::size_t size = 0; size < progress.state.size(); size += 7) {
    DigestProgress damaged{.read_to = progress.read_to, .state = progress.state.substr(0, size)};
    EXPECT_EQ(shown(digest_of(source, damaged)), expected);
  }
  DigestProgress beyond{.read_to = bytes.size() + 1, .state = progress.state};
  EXPECT_EQ(shown(digest_of(source, beyond)), expected);
}

TEST(CodexDigest, NamesAndPathsAreBounded) {
  const std::string huge(1 << 20, 'n');
  const std::string time = R"({"timestamp":"2026-01-01T00:00:00Z",)";
  std::string bytes = time + R"("type":"session_meta","payload":{"id":")" + huge + R"(","cwd":"/)" + huge +
                      R"(","git":{"branch":")" + huge + "\"}}}\n";
  for (int i = 0; i < 3; ++i) {
    const std::string name = std::to_string(i) + huge;
    bytes += time + R"("type":"turn_context","payload":{"model":")" + name + "\"}}\n" + time +
             R"("type":"response_item","payload":{"type":"function_call","call_id":"c)" + std::to_string(i) +
             R"(","arguments":"{}","name":")" + name + "\"}}\n";
  }
  const Source source = Source::from_bytes(bytes).value();
  DigestProgress progress;
  const Digest digest = digest_of(source, progress);
  EXPECT_EQ(digest.facts.models.size(), 3u);
  EXPECT_EQ(digest.tools.size(), 3u);
  EXPECT_LT(shown(digest).size(), 10'000u);
  EXPECT_LT(progress.state.size(), 10'000u);
  EXPECT_EQ(shown(digest.facts), shown(read_codex(source, "/x/session.jsonl", {}).value().facts));
}

TEST(CodexDigest, TextsAreShort) {
  const std::string bytes = R"({"timestamp":"x","type":"event_msg","payload":{"type":"user_message","message":")" +
                            std::string(5000, 'a') + "\"}}\n" +
                            R"({"timestamp":"x","type":"event_msg","payload":{"type":"agent_message","message":")" +
                            std::string(3000, ' ') + "b  \\n c\"}}\n";
  DigestProgress progress;
  const Digest digest = digest_of(Source::from_bytes(bytes).value(), progress);
  EXPECT_EQ(digest.first_prompt.size(), Digest::kTextBytes);
  EXPECT_EQ(digest.last_answer, "b c");
  EXPECT_EQ(digest.messages, 2u);
}

}  // namespace
}  // namespace panko
