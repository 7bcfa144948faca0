// A session that is followed comes out as one that is read afresh, wherever the writer stood when it was looked at.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>

#include "agents/claude.hpp"
#include "base/files.hpp"
#include "tests/support/outline_difference.hpp"
#include "tests/support/project_files.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

constexpr const char* kId = "99999999-2222-4333-8444-555555555555";
const fs::path kGolden = test::project_file("tests/golden/claude");

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator(stream), {}};
}

/// Follows the bytes to their end, in steps of any length; line ends are met exactly now and then.
void follow(const std::string& bytes, const fs::path& path, unsigned steps, std::minstd_rand& random) {
  std::vector<std::size_t> ends{bytes.size()};
  for (unsigned i = 0; i < steps; ++i) {
    std::size_t end = std::uniform_int_distribution<std::size_t>(0, bytes.size())(random);
    if (i % 3 == 0) end = std::min(bytes.find('\n', end), bytes.size() - 1) + 1;
    if (i % 3 == 1) end = std::min(bytes.find('\n', end), bytes.size());
    ends.push_back(end);
  }
  std::ranges::sort(ends);
  const auto reader = follow_claude(path);
  for (const std::size_t end : ends) {
    const Source source = Source::from_bytes(std::string_view(bytes).substr(0, end)).value();
    const auto followed = reader->read_on(source);
    const auto read = read_claude(source, path, {});
    ASSERT_TRUE(followed && read);
    ASSERT_EQ(test::difference(*followed, *read), "") << path << " up to " << end;
  }
}

std::vector<fs::path> sessions_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".jsonl") files.push_back(entry->path());
  std::ranges::sort(files);
  return files;
}

TEST(ClaudeFollow, GoldenSessionsInManySteps) {
  std::minstd_rand random(1);
  const auto files = sessions_below(kGolden);
  ASSERT_GT(files.size(), 5u);
  for (const fs::path& file : files)
    for (int round = 0; round < 10; ++round) follow(bytes_of(file), file, 30, random);
}

TEST(ClaudeFollow, TheCorpusInSteps) {
  const fs::path corpus = test::corpus();
  auto files = sessions_below(corpus / "claude");
  for (const fs::path& file : sessions_below(corpus / "odd" / "claude")) files.push_back(file);
  if (files.empty()) GTEST_SKIP() << "no corpus at " << corpus;
  std::minstd_rand random(2);
  for (const fs::path& file : files) follow(bytes_of(file), file, 6, random);
}

/// A session in a folder of its own, with its side files.
class ClaudeFollowed : public testing::Test {
 protected:
  ClaudeFollowed() : path_(dir_.write(std::string(kId) + ".jsonl", "")), reader_(follow_claude(path_)) {}

  void append(const fs::path& file, std::string_view bytes) const {
    fs::create_directories((dir_.path() / file).parent_path());
    std::ofstream(dir_.path() / file, std::ios::binary | std::ios::app) << bytes;
  }
  void append(std::string_view bytes) const { append(path_.filename(), bytes); }
  static fs::path side(const std::string& agent) { return fs::path(kId) / "subagents" / ("agent-" + agent + ".jsonl"); }

  /// As it is now; the same as read afresh.
  Outline look() {
    const Source source = Source::open(path_).value();
    Outline followed = reader_->read_on(source).value();
    EXPECT_EQ(test::difference(followed, read_claude(source, path_, {}).value()), "");
    return followed;
  }

  static std::string record(const std::string& type, const std::string& uuid, const std::string& parent,
                            const std::string& content, const std::string& more = "") {
    return R"({"type":")" + type + R"(","sessionId":")" + kId + R"(","uuid":")" + uuid + R"(","parentUuid":")" +
           parent + R"(","message":{"content":)" + content + "}" + more + "}\n";
  }
  static std::string call(const std::string& uuid, const std::string& id, const std::string& prompt,
                          const std::string& more = "") {
    return record("assistant", uuid, "",
                  R"([{"type":"tool_use","id":")" + id + R"(","name":"Task","input":{"prompt":")" + prompt + R"("}}])",
                  more);
  }
  static std::string result(const std::string& uuid, const std::string& id, const std::string& more = "") {
    return record("user", uuid, "", R"([{"type":"tool_result","tool_use_id":")" + id + R"(","content":"ok"}])", more);
  }
  static std::string aside(const std::string& uuid, const std::string& text) {
    return record("user", uuid, "", '"' + text + '"', R"(,"isSidechain":true)");
  }

  test::TempDir dir_;
  fs::path path_;
  std::unique_ptr<SessionReader> reader_;
};

TEST_F(ClaudeFollowed, LateResultsAndUsage) {
  EXPECT_TRUE(look().blocks.empty());
  append(record("user", "p", "", R"("Go")"));
  append(R"({"type":"assistant","uuid":"a","message":{"id":"m","model":"one","usage":{"output_tokens":3},)"
         R"("content":[{"type":"tool_use","id":"t","name":"Bash","input":{}}]}})"
         "\n");
  Outline outline = look();
  ASSERT_EQ(outline.blocks.size(), 2u);
  EXPECT_TRUE(outline.blocks[1].result.empty());
  EXPECT_EQ(outline.usages.at(outline.blocks[1].usage).output_tokens, 3u);
  EXPECT_EQ(outline.facts.models.at(outline.blocks[1].model), "one");
  append(result("r", "t"));
  EXPECT_FALSE(look().blocks[1].result.empty());
  append(R"({"type":"assistant","uuid":"b","message":{"id":"m","model":"one","usage":{"output_tokens":7},)"
         R"("content":[{"type":"text","text":"Behind"}]}})"
         "\n");
  outline = look();
  ASSERT_EQ(outline.blocks.size(), 3u);
  ASSERT_EQ(outline.usages.size(), 1u);
  EXPECT_EQ(outline.usages[0].output_tokens, 7u);
  EXPECT_EQ(outline.blocks[2].usage, OutlineBlock::kNoUsage);
}

TEST_F(ClaudeFollowed, APromptElsewhereMakesABranch) {
  append(record("user", "p1", "", R"("First")") + record("user", "p2", "p1", R"("Second")"));
  EXPECT_TRUE(look().branches.empty());
  append(record("user", "p3", "p1", R"("Another second")"));
  const Outline outline = look();
  EXPECT_EQ(outline.blocks.size(), 2u);
  ASSERT_EQ(outline.branches.size(), 1u);
  EXPECT_EQ(outline.branches[0].after, 1u);
}

TEST_F(ClaudeFollowed, AnUnfinishedLineThatIsARecordCounts) {
  const std::string line = record("user", "p1", "", R"("First")");
  append(line.substr(0, line.size() - 3));
  EXPECT_EQ(look().facts.unreadable_lines, 1u);
  append(line.substr(line.size() - 3, 2));
  EXPECT_EQ(look().blocks.size(), 1u);
  append(line);  // two on one line
  EXPECT_EQ(look().blocks.size(), 1u);
  append(record("user", "p2", "p1", R"("Second")"));
  EXPECT_EQ(look().blocks.size(), 2u);
  EXPECT_EQ(look().facts.unreadable_lines, 0u);
}

TEST_F(ClaudeFollowed, SubagentsAppearGrowAndAreReplaced) {
  append(record("user", "p", "", R"("Go")") + call("a", "t1", "Look") + call("b", "t2", "Look too"));
  EXPECT_TRUE(look().subagents.empty());
  append(side("one"), aside("s1", "Look").substr(0, 20));
  look();
  append(side("one"), aside("s1", "Look").substr(20));
  Outline outline = look();
  ASSERT_EQ(outline.subagents.size(), 1u);  // by its prompt
  EXPECT_EQ(outline.blocks[1].kind, BlockKind::subagent);
  append(side("one"), aside("s2", "More"));
  EXPECT_EQ(look().subagents[0].outline.blocks.size(), 2u);
  append(result("r", "t2", R"(,"toolUseResult":{"agentId":"two"})"));
  append(side("two"), aside("s3", "Look too") + call("s4", "t3", "Deeper", R"(,"isSidechain":true)"));
  ASSERT_EQ(look().subagents.size(), 2u);
  append(side("three"), aside("s5", "Deeper"));
  look();
  append(side("three"), aside("s6", "And on"));
  outline = look();
  ASSERT_EQ(outline.subagents.at(0).outline.subagents.size(), 1u);
  EXPECT_EQ(outline.subagents[0].outline.subagents[0].outline.blocks.size(), 2u);

  dir_.write(side("two"), aside("s3", "Other words") + aside("s7", "and more of them, and more of them, and more") +
                              aside("s8", "and more of them, and more of them, and more"));
  EXPECT_EQ(look().subagents.at(0).outline.blocks.size(), 3u);
  fs::remove(dir_.path() / side("two"));
  EXPECT_EQ(look().subagents.size(), 1u);
  append(side("one"), "{\"torn");
  EXPECT_EQ(look().subagents.at(0).outline.facts.unreadable_lines, 1u);
}

TEST_F(ClaudeFollowed, TheOnlySubagentIsThatOfACallThatSaysNothing) {
  append(record("user", "p", "", R"("Go")"));
  append(record("assistant", "a", "p", R"([{"type":"tool_use","id":"t","name":"Task","input":{}}])"));
  EXPECT_TRUE(look().subagents.empty());
  append(side("x"), aside("s1", "Look"));
  EXPECT_EQ(look().subagents.at(0).outline.blocks.size(), 1u);
  append(side("x"), aside("s2", "And on"));
  EXPECT_EQ(look().subagents.at(0).outline.blocks.size(), 2u);
}

TEST_F(ClaudeFollowed, AFileOfItsOwnSideLineBecomesASession) {
  append(aside("s1", "Aside"));
  EXPECT_EQ(look().blocks.at(0).kind, BlockKind::user);
  append(record("user", "p", "", R"("Main")"));
  EXPECT_EQ(look().blocks.at(0).kind, BlockKind::subagent);
}

}  // namespace
}  // namespace panko
