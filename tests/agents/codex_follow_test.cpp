// A rollout that grows, read on in steps, against the same bytes read at once.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "agents/codex.hpp"
#include "tests/support/project_files.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

/// All of a block, and of an outline, to be compared and printed at once.
std::string shown(const OutlineBlock& block) {
  return fmt::format("{}+{} {}+{} {} {:x} {} {} {} {} {} {} {} {} {}\n", block.record.offset, block.record.length,
                     block.result.offset, block.result.length, block.time_ms, block.anchor_key, block.subagent,
                     block.usage, block.ordinal, block.part, block.result_part, name_of(block.kind),
                     name_of(block.tool), block.model, block.is_error);
}

std::string shown(const Outline& outline) {
  const SessionFacts& facts = outline.facts;
  std::string text = fmt::format("{}|{}|{}|{}|{}|{}\n", facts.id, facts.title, facts.cwd, facts.git_branch,
                                 facts.unreadable_lines, facts.is_child);
  for (const auto& time : {facts.started_at, facts.ended_at}) text += time ? to_iso8601(*time) : "-";
  for (const std::string& model : facts.models) text += "|" + model;
  const auto add_usage = [&](const Usage& usage) {
    text += fmt::format("|{},{},{},{}", usage.input_tokens, usage.output_tokens, usage.cache_read_tokens,
                        usage.cache_write_tokens);
  };
  add_usage(facts.usage);
  for (const Usage& usage : outline.usages) add_usage(usage);
  for (const OutlineBlock& block : outline.blocks) text += "\n" + shown(block);
  for (const Branch& branch : outline.branches) {
    text += fmt::format("\nbehind {}", branch.after);
    for (const OutlineBlock& block : branch.blocks) text += "\n" + shown(block);
  }
  return text;
}

std::vector<fs::path> rollouts() {
  const fs::path corpus = test::corpus();
  std::vector<fs::path> files;
  for (const fs::path& folder : {test::project_file("tests/golden/codex"), corpus / "codex", corpus / "odd"}) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      const bool is_session = name.contains(".jsonl") || name.ends_with(".rollout.json");
      if (entry->is_regular_file() && is_session) files.push_back(entry->path());
    }
  }
  return files;
}

TEST(CodexFollow, StepsGiveWhatOnePassGives) {
  std::mt19937 random(42);
  const auto files = rollouts();
  EXPECT_FALSE(files.empty());
  for (const fs::path& file : files) {
    SCOPED_TRACE(file);
    const Source whole = Source::open(file).value();
    const auto reader = follow_codex("/x/session.jsonl");
    for (std::uint64_t end = 0;;) {
      Source front = whole;
      front.cut_at(end);
      const auto followed = reader->read_on(front);
      ASSERT_TRUE(followed) << followed.error().message;
      ASSERT_EQ(shown(*followed), shown(read_codex(front, "/x/session.jsonl", {}).value())) << "up to " << end;
      if (end == whole.size()) break;
      // Small steps now and then: a line that grows.
      const std::uint64_t step = random() % 4 == 0 ? 1 + random() % 40 : 1 + random() % (1 + whole.size() / 3);
      end = std::min(whole.size(), end + step);
    }
    EXPECT_EQ(shown(reader->read_on(whole).value()), shown(reader->read_on(whole).value()));
  }
}

}  // namespace
}  // namespace panko
