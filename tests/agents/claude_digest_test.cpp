// The digest against the outline, which it has to agree with, whole and in steps.
#include "agents/claude_digest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "agents/claude.hpp"
#include "agents/transcript.hpp"
#include "base/text.hpp"
#include "tests/support/project_files.hpp"

namespace panko {

// For GoogleTest's messages, and to compare all of a digest at once.
bool operator==(const SessionFacts& a, const SessionFacts& b) {
  return a.id == b.id && a.title == b.title && a.cwd == b.cwd && a.git_branch == b.git_branch &&
         a.started_at == b.started_at && a.ended_at == b.ended_at && a.models == b.models && a.usage == b.usage &&
         a.unreadable_lines == b.unreadable_lines;
}
bool operator==(const Digest& a, const Digest& b) {
  return a.facts == b.facts && a.messages == b.messages && a.tools == b.tools && a.first_prompt == b.first_prompt &&
         a.last_answer == b.last_answer;
}

namespace {

namespace fs = std::filesystem;

std::string user(std::string_view uuid, std::string_view text, std::string_view more = "") {
  return R"({"type":"user","sessionId":"s","uuid":")" + std::string(uuid) +
         R"(","timestamp":"2026-03-01T09:00:00Z","message":{"role":"user","content":")" + std::string(text) + "\"}" +
         std::string(more) + "}\n";
}

std::string assistant(std::string_view uuid, std::string_view message, std::string_view parts, std::uint64_t output = 1,
                      std::string_view more = "") {
  return R"({"type":"assistant","sessionId":"s","uuid":")" + std::string(uuid) +
         R"(","timestamp":"2026-03-01T09:00:05Z","message":{"id":")" + std::string(message) +
         R"(","model":"some-model","role":"assistant","content":[)" + std::string(parts) +
         R"(],"usage":{"input_tokens":3,"output_tokens":)" + std::to_string(output) + "}}" + std::string(more) + "}\n";
}

std::string text(std::string_view words) {
  return R"({"type":"text","text":")" + std::string(words) + "\"}";
}

std::string call(std::string_view id, std::string_view name) {
  return R"({"type":"tool_use","id":")" + std::string(id) + R"(","name":")" + std::string(name) + R"(","input":{}})";
}

Digest digest_of(const std::string& bytes, const fs::path& path = "/x/session.jsonl") {
  DigestProgress progress;
  return digest_claude(Source::from_bytes(bytes).value(), path, progress).value();
}

/// What the outline has of the same: the reader of all blocks is the measure.
void expect_agreement(const Source& source, const fs::path& path) {
  DigestProgress progress;
  const Digest digest = digest_claude(source, path, progress).value();
  const Outline outline = read_claude(source, path, {}).value();
  EXPECT_TRUE(digest.facts == outline.facts) << digest.facts.title << " / " << outline.facts.title;

  std::uint32_t messages = 0;
  std::map<std::string, std::uint32_t> calls;
  const auto count = [&](const std::vector<OutlineBlock>& blocks) {
    for (const OutlineBlock& block : blocks) {
      if (block.kind == BlockKind::user || block.kind == BlockKind::assistant) ++messages;
      if (block.part == 0xfffe) continue;  // stands for a sub-agent without a call
      const auto loaded = load_claude(source, block, path).value();
      if (loaded.tool) ++calls[loaded.tool->name];
    }
  };
  count(outline.blocks);
  for (const Branch& branch : outline.branches) count(branch.blocks);
  EXPECT_EQ(digest.messages, messages);
  std::map<std::string, std::uint32_t> counted;
  for (const ToolCount& tool : digest.tools) counted[tool.name] += tool.calls;
  EXPECT_EQ(counted, calls);
  EXPECT_TRUE(std::ranges::is_sorted(digest.tools, std::ranges::greater(), &ToolCount::calls));
  for (const std::string* shown : {&digest.first_prompt, &digest.last_answer}) {
    EXPECT_LE(shown->size(), Digest::kTextBytes);
    EXPECT_TRUE(is_valid_utf8(*shown));
    EXPECT_EQ(squeeze_white_space(*shown).size(), shown->size() - shown->ends_with(' '));
  }
}

/// Reads up to each of the ends, one after the other; every digest is what one pass up to there gives.
void expect_the_same_in_steps(const Source& source, const fs::path& path, std::vector<std::uint64_t> ends) {
  std::ranges::sort(ends);
  ends.push_back(source.size());
  DigestProgress progress;
  ClaudeDigester kept;  // the same through its state, whatever the size of the file
  std::uint64_t kept_to = 0;
  for (const std::uint64_t end : ends) {
    Source part = source;
    part.cut_at(end);
    DigestProgress whole;
    const Digest expected = digest_claude(part, path, whole).value();
    EXPECT_TRUE(digest_claude(part, path, progress).value() == expected) << "up to " << end;
    EXPECT_EQ(progress.read_to, whole.read_to);

    const std::string state = kept.save();
    ClaudeDigester next;
    ASSERT_TRUE(next.restore(state));
    Source lines = source;
    lines.cut_at(progress.read_to);
    ASSERT_TRUE(next.add_all(lines, kept_to));
    kept_to = progress.read_to;
    kept = next;
    if (progress.read_to == end) EXPECT_TRUE(kept.sum_up(path) == expected) << "up to " << end;
  }
}

std::vector<fs::path> sessions() {
  const fs::path corpus = test::corpus();
  std::vector<fs::path> found;
  for (const fs::path& folder : {test::project_file("tests/golden/claude"), corpus / "claude", corpus / "odd/claude"}) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
      if (entry->is_regular_file() && entry->path().extension() == ".jsonl") found.push_back(entry->path());
  }
  return found;
}

TEST(ClaudeDigest, AgreesWithTheOutlineOfEverySession) {
  const auto files = sessions();
  ASSERT_GT(files.size(), 5u);
  for (const fs::path& file : files) {
    SCOPED_TRACE(file);
    expect_agreement(Source::open(file).value(), file);
  }
}

TEST(ClaudeDigest, StepsGiveWhatOnePassGives) {
  std::mt19937 random(1);
  for (const fs::path& file : sessions()) {
    SCOPED_TRACE(file);
    const Source source = Source::open(file).value();
    std::vector<std::uint64_t> ends;
    for (int i = 0; i < 8; ++i) ends.push_back(std::uniform_int_distribution<std::uint64_t>(0, source.size())(random));
    expect_the_same_in_steps(source, file, ends);
  }
}

TEST(ClaudeDigest, CountsMessagesAndTools) {
  const Digest digest =
      digest_of(user("u1", "  The\\n prompt ") + assistant("a1", "m1", text("One"), 1) +
                assistant("a2", "m1", call("c1", "Bash"), 7) + assistant("a2", "m1", call("c1", "Bash"), 9) +
                assistant("a3", "m2", call("c2", "Read"), 2) + assistant("a4", "m3", call("c3", "Bash"), 2) +
                user("u2", "Another") + user("u3", "Not said", R"(,"isMeta":true)") +
                assistant("a5", "m4", text("The \\u00e9nd\\n."), 5) + assistant("a6", "m5", text(" \\n"), 1));
  EXPECT_EQ(digest.messages, 4u);
  EXPECT_EQ(digest.tools, (std::vector<ToolCount>{{"Bash", 2}, {"Read", 1}}));
  EXPECT_EQ(digest.first_prompt, "The prompt");
  EXPECT_EQ(digest.last_answer, "The énd .");
  EXPECT_EQ(digest.facts.usage.output_tokens, 7u + 2 + 2 + 5 + 1);  // a record that comes again does not count
  EXPECT_EQ(digest.facts.models, std::vector<std::string>{"some-model"});
}

TEST(ClaudeDigest, SubAgentsDoNotCount) {
  const std::string side = R"(,"isSidechain":true)";
  const std::string aside = user("u2", "Aside", side) + assistant("a2", "m2", call("c2", "Grep"), 1, side) +
                            assistant("a3", "m3", text("Found"), 1, side);
  const Digest digest = digest_of(user("u1", "Main") + aside + assistant("a1", "m1", text("Done"), 1));
  EXPECT_EQ(digest.messages, 2u);
  EXPECT_TRUE(digest.tools.empty());
  EXPECT_EQ(digest.last_answer, "Done");
  // A sub-agent's own file has no other line.
  const Digest own = digest_of(aside);
  EXPECT_EQ(own.messages, 2u);
  EXPECT_EQ(own.tools, (std::vector<ToolCount>{{"Grep", 1}}));
  EXPECT_EQ(own.first_prompt, "Aside");
  EXPECT_EQ(own.last_answer, "Found");
}

TEST(ClaudeDigest, LongTextsAreCut) {
  std::string escapes;
  for (int i = 0; i < 3000; ++i) escapes += R"(\ud83d\ude00)";
  const Digest digest = digest_of(user("u1", std::string(5000, 'x')) + assistant("a1", "m1", text(escapes), 1));
  EXPECT_EQ(digest.first_prompt, std::string(600, 'x'));
  EXPECT_EQ(digest.last_answer.size(), 600u);
  EXPECT_TRUE(digest.last_answer.starts_with("😀😀"));
  EXPECT_TRUE(is_valid_utf8(digest.last_answer));
}

TEST(ClaudeDigest, NamesAndPathsAreBounded) {
  const std::string huge(1 << 20, 'n');
  std::string bytes;
  for (int i = 0; i < 3; ++i) {
    const std::string name = std::to_string(i) + huge;
    bytes += R"({"type":"assistant","sessionId":")" + name + R"(","cwd":"/)" + name + R"(","gitBranch":")" + name +
             R"(","slug":")" + name + R"(","uuid":"u)" + name +
             R"(","timestamp":"2026-03-01T09:00:05Z","message":{"id":")" + name + R"(","model":")" + name +
             R"(","content":[)" + call("c" + name, name) + "]}}\n";
  }
  for (int i = 0; i < 3000; ++i)
    bytes += R"({"type":"summary","summary":"Of another session","leafUuid":")" + std::to_string(i) + "\"}\n";
  const Source source = Source::from_bytes(bytes).value();
  DigestProgress progress;
  const Digest digest = digest_claude(source, "/x/session.jsonl", progress).value();
  EXPECT_EQ(digest.facts.models.size(), 3u);
  ASSERT_EQ(digest.tools.size(), 3u);
  for (const std::string& name :
       {digest.facts.id, digest.facts.git_branch, digest.facts.models[0], digest.tools[0].name})
    EXPECT_EQ(name.size(), 256u);
  EXPECT_EQ(digest.facts.cwd.size(), 4096u);
  EXPECT_LT(progress.state.size(), 50'000u);
  EXPECT_TRUE(digest.facts == read_claude(source, "/x/session.jsonl", {}).value().facts);
}

TEST(ClaudeDigest, ATornLastLineIsReadWhenItHasItsEnd) {
  const std::string first = user("u1", "One");
  const std::string second = user("u2", "Two");
  DigestProgress progress;
  const auto step = [&](const std::string& bytes) {
    return digest_claude(Source::from_bytes(bytes).value(), "s.jsonl", progress).value();
  };
  EXPECT_EQ(step(first + second.substr(0, 20)).messages, 1u);
  EXPECT_EQ(progress.read_to, first.size());
  // Whole, but the agent may still write behind it.
  EXPECT_EQ(step(first + second.substr(0, second.size() - 1)).messages, 2u);
  EXPECT_EQ(progress.read_to, first.size());
  const Digest digest = step(first + second);
  EXPECT_EQ(digest.messages, 2u);
  EXPECT_EQ(digest.facts.unreadable_lines, 0u);
  EXPECT_EQ(progress.read_to, first.size() + second.size());
}

TEST(ClaudeDigest, LargeFilesKeepAStateAndSmallOnesNone) {
  DigestProgress progress;
  std::string bytes = user("u1", "Small");
  ASSERT_TRUE(digest_claude(Source::from_bytes(bytes).value(), "s.jsonl", progress));
  EXPECT_TRUE(progress.state.empty());
  for (int i = 0; i < 3000; ++i) bytes += user("m" + std::to_string(i), std::string(1000, 'x'));
  const Digest before = digest_claude(Source::from_bytes(bytes).value(), "s.jsonl", progress).value();
  EXPECT_FALSE(progress.state.empty());
  EXPECT_LT(progress.state.size(), bytes.size() / 50);

  // What lies in front is not read again: it is gone here.
  const std::string last = assistant("a1", "m1", text("Last"), 4) + user("m7", "Once more");
  const std::string blank = std::string(bytes.size() - 1, ' ') + "\n";
  const Digest after = digest_claude(Source::from_bytes(blank + last).value(), "s.jsonl", progress).value();
  EXPECT_EQ(after.messages, before.messages + 1);
  EXPECT_EQ(after.first_prompt, "Small");
  EXPECT_EQ(after.last_answer, "Last");
  EXPECT_TRUE(after == digest_of(bytes + last, "s.jsonl"));
}

TEST(ClaudeDigest, AStateThatIsNotUnderstoodMeansReadingFromTheFront) {
  std::string bytes;
  for (int i = 0; i < 3000; ++i) bytes += user("m" + std::to_string(i), std::string(1000, 'x'));
  const Source source = Source::from_bytes(bytes).value();
  DigestProgress good;
  const Digest expected = digest_claude(source, "s.jsonl", good).value();
  std::vector<DigestProgress> odd{{good.read_to, ""}, {good.read_to, "nonsense"}, {good.read_to + 1, good.state}};
  odd.push_back({good.read_to, good.state + "x"});
  for (const std::size_t size : {std::size_t{1}, std::size_t{9}, good.state.size() / 2, good.state.size() - 1})
    odd.push_back({good.read_to, good.state.substr(0, size)});
  std::string inflated = good.state.substr(0, 12);  // counts of what is not there
  odd.push_back({good.read_to, inflated + std::string(200, '\xff')});
  for (DigestProgress& progress : odd) {
    EXPECT_TRUE(digest_claude(source, "s.jsonl", progress).value() == expected);
    EXPECT_EQ(progress.read_to, good.read_to);
  }
}

}  // namespace
}  // namespace panko
