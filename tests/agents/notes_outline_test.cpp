// What agents have in common whose records say it one by one: digests agree with outlines, whole and in steps, and a
// session that is followed is what it would be if it were read afresh.
#include "agents/notes_outline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>

#include "agents/copilot.hpp"
#include "agents/gemini.hpp"
#include "agents/pi.hpp"
#include "agents/session_text.hpp"
#include "tests/support/project_files.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

struct Session {
  const Agent* agent;
  fs::path path;
};

std::vector<Session> sessions() {
  const fs::path corpus = test::corpus();
  std::vector<Session> found;
  for (const Agent* agent : {&kCopilot, &kPi, &kGemini})
    for (const fs::path& root : {test::project_file("tests/golden"), corpus}) {
      std::error_code error;
      for (fs::recursive_directory_iterator entry(root / agent->id, error), end; !error && entry != end;
           entry.increment(error)) {
        if (!entry->is_regular_file()) continue;
        const auto source = Source::open(entry->path()).value();
        std::string head(std::min<std::size_t>(source.size(), 256 << 10), '\0');
        head.resize(source.read_at(0, head).value());
        if (agent->recognises(head)) found.push_back({agent, entry->path()});
      }
    }
  return found;
}

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

std::string shown(const Outline& outline) {
  std::string text = shown(outline.facts);
  const auto add = [&](const std::vector<OutlineBlock>& blocks) {
    for (const OutlineBlock& b : blocks)
      for (const std::uint64_t n :
           {b.record.offset, std::uint64_t{b.record.length}, b.result.offset, std::uint64_t{b.result.length},
            static_cast<std::uint64_t>(b.time_ms), b.anchor_key, std::uint64_t{b.subagent}, std::uint64_t{b.usage},
            std::uint64_t{b.ordinal}, std::uint64_t{b.part}, std::uint64_t{b.result_part},
            static_cast<std::uint64_t>(b.kind), static_cast<std::uint64_t>(b.tool), std::uint64_t{b.model},
            std::uint64_t{b.is_error}})
        text += ' ' + std::to_string(n);
    text += '\n';
  };
  add(outline.blocks);
  for (const Branch& branch : outline.branches) text += std::to_string(branch.after), add(branch.blocks);
  for (const Subagent& subagent : outline.subagents) text += subagent.description, add(subagent.outline.blocks);
  for (const Usage& usage : outline.usages) text += std::to_string(usage.output_tokens) + ' ';
  return text;
}

TEST(Notes, ThereAreSessionsOfEach) {
  std::map<std::string_view, int> counts;
  for (const Session& session : sessions()) ++counts[session.agent->id];
  EXPECT_GE(counts["copilot"], 1);
  EXPECT_GE(counts["pi"], 2);
  EXPECT_GE(counts["gemini"], 2);
}

TEST(Notes, DigestsAgreeWithOutlines) {
  for (const auto& [agent, path] : sessions()) {
    SCOPED_TRACE(path);
    const Source source = Source::open(path).value();
    DigestProgress progress;
    const Digest digest = agent->digest(source, path, progress).value();
    const Outline outline = agent->read(source, path, {}).value();
    EXPECT_EQ(shown(digest.facts), shown(outline.facts));
    std::uint32_t messages = 0;
    std::map<std::string, std::uint32_t> calls;
    std::vector<std::string> prompts;
    std::vector<std::string> answers;
    const auto count = [&](const std::vector<OutlineBlock>& blocks) {
      for (const OutlineBlock& entry : blocks) {
        const Block block = agent->load(source, entry, path).value();
        if (block.kind == BlockKind::user || block.kind == BlockKind::assistant) ++messages;
        if (block.kind == BlockKind::user) prompts.push_back(preview_line(block.text));
        if (block.kind == BlockKind::assistant) answers.push_back(preview_line(block.text));
        if (block.tool) ++calls[block.tool->name];
        if (block.tool) EXPECT_TRUE(kind_of(block.tool->action) == entry.tool || entry.tool != ToolKind::other);
        if (block.kind == BlockKind::assistant)
          EXPECT_TRUE(entry.model == OutlineBlock::kNoModel || entry.model < outline.facts.models.size());
      }
    };
    count(outline.blocks);
    for (const Branch& branch : outline.branches) count(branch.blocks);
    EXPECT_EQ(digest.messages, messages);
    EXPECT_EQ(digest.tools.size(), calls.size());
    for (const ToolCount& tool : digest.tools) EXPECT_EQ(tool.calls, calls[tool.name]) << tool.name;
    if (prompts.empty()) prompts.emplace_back();
    if (answers.empty()) answers.emplace_back();
    EXPECT_THAT(prompts, testing::Contains(digest.first_prompt));
    EXPECT_THAT(answers, testing::Contains(digest.last_answer));
  }
}

/// The ends of random steps through a file, the last is its size.
std::vector<std::uint64_t> steps(std::uint64_t size, std::mt19937& random) {
  std::vector<std::uint64_t> ends;
  for (std::uint64_t end = 0; end < size; ends.push_back(end))
    end = std::min<std::uint64_t>(size, end + 1 + random() % (1 + size / 3));
  return ends;
}

TEST(Notes, FollowingInStepsIsReadingAfresh) {
  std::mt19937 random(815);
  for (const auto& [agent, path] : sessions()) {
    SCOPED_TRACE(path);
    const Source source = Source::open(path).value();
    for (int round = 0; round < 3; ++round) {
      const auto reader = agent->follow(path);
      for (const std::uint64_t end : steps(source.size(), random)) {
        Source front = source;
        front.cut_at(end);
        ASSERT_EQ(shown(reader->read_on(front).value()), shown(agent->read(front, path, {}).value())) << end;
      }
    }
  }
}

TEST(Notes, DigestsInStepsAreThoseOfOnePass) {
  // Files under the size from which on state is kept are read from the front: what lies in front makes them larger.
  constexpr std::uint64_t kBlank = std::uint64_t{2} << 20;
  std::mt19937 random(4711);
  for (const auto& [agent, path] : sessions()) {
    if (agent == &kGemini) continue;  // always from the front
    SCOPED_TRACE(path);
    const Source original = Source::open(path).value();
    const std::string bytes = original.read({0, static_cast<std::uint32_t>(original.size())}).value();
    const Source source = Source::from_bytes(std::string(kBlank - 1, ' ') + '\n' + bytes).value();
    DigestProgress stepped;
    for (const std::uint64_t end : steps(original.size(), random)) {
      Source front = original;
      front.cut_at(end);
      Source part = source;
      part.cut_at(kBlank + end);
      DigestProgress whole;
      EXPECT_EQ(shown(agent->digest(part, path, stepped).value()), shown(agent->digest(front, path, whole).value()));
      EXPECT_EQ(stepped.read_to, kBlank + whole.read_to);
      EXPECT_FALSE(stepped.state.empty());
    }
  }
}

TEST(Notes, ADamagedStateIsNotGoneOnWith) {
  const fs::path path = test::project_file("tests/golden/copilot/conversation.jsonl");
  const Source original = Source::open(path).value();
  const Source source = Source::from_bytes(std::string((2 << 20) - 1, ' ') + '\n' +
                                           original.read({0, static_cast<std::uint32_t>(original.size())}).value())
                            .value();
  DigestProgress progress;
  const std::string expected = shown(kCopilot.digest(source, path, progress).value());
  for (std::size_t size = 0; size < progress.state.size(); size += 11) {
    DigestProgress damaged{.read_to = progress.read_to, .state = progress.state.substr(0, size)};
    EXPECT_EQ(shown(kCopilot.digest(source, path, damaged).value()), expected);
  }
}

TEST(Notes, AnchorsAreNamesOrOrdinals) {
  EXPECT_EQ(noted_anchor("22a2720e", 7, 0), "22a2720e");
  EXPECT_EQ(noted_anchor("22a2720e", 7, 2), "22a2720e.2");
  EXPECT_EQ(noted_anchor("", 7, 0), "r7");
  EXPECT_EQ(noted_anchor("a b<script>", 7, 1), "r7.1");
  EXPECT_EQ(noted_anchor("r12", 7, 0), "r7") << "it would be taken for the ordinal of another";
  EXPECT_EQ(noted_anchor("line12", 7, 0), "r7");
  EXPECT_EQ(noted_anchor("r12x", 7, 0), "r12x");
}

}  // namespace
}  // namespace panko
