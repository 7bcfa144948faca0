#include "agents/transcript.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

std::string user(std::string_view session, std::string_view uuid, std::string_view text,
                 std::string_view time = "2026-03-01T09:00:00Z") {
  return R"({"type":"user","sessionId":")" + std::string(session) + R"(","uuid":")" + std::string(uuid) +
         R"(","timestamp":")" + std::string(time) + R"(","message":{"role":"user","content":")" + std::string(text) +
         "\"}}\n";
}

std::vector<std::string> texts_of(const Transcript& transcript) {
  std::vector<std::string> texts;
  for (const OutlineBlock& block : transcript.outline().blocks)
    texts.push_back(transcript.load(transcript.source(), block).value().text);
  return texts;
}

using Texts = std::vector<std::string>;

class TranscriptTest : public testing::Test {
 protected:
  test::TempDir dir_;
  fs::path path_ = dir_.write("s.jsonl", user("s", "1", "one") + user("s", "2", "two"));
  void append(std::string_view bytes) { std::ofstream(path_, std::ios::app) << bytes; }
};

TEST_F(TranscriptTest, ReadsBlocks) {
  const auto transcript = Transcript::open(path_);
  ASSERT_TRUE(transcript);
  EXPECT_EQ(texts_of(*transcript), (Texts{"one", "two"}));
  EXPECT_EQ(transcript->agent().id, "claude");
  EXPECT_EQ(transcript->facts().title, "one");
}

TEST_F(TranscriptTest, ACallWithoutPromptOrResultSpawnedTheOnlySubagent) {
  append(R"({"type":"assistant","uuid":"3","sessionId":"s","message":{"id":"m","role":"assistant","content":[)"
         R"({"type":"tool_use","id":"t","name":"Task","input":{"subagent_type":"Explore"}}]}})"
         "\n");
  dir_.write("s/subagents/agent-x.jsonl", user("s", "x1", "go"));
  const auto transcript = Transcript::open(path_).value();
  EXPECT_EQ(transcript.outline().blocks.back().kind, BlockKind::subagent);
  ASSERT_EQ(transcript.outline().subagents.size(), 1u);

  dir_.write("s/subagents/agent-y.jsonl", user("s", "y1", "come"));
  EXPECT_TRUE(Transcript::open(path_)->outline().subagents.empty()) << "of two, none is proven";
}

TEST_F(TranscriptTest, SaysWhyItCannot) {
  EXPECT_TRUE(Transcript::open(dir_.path() / "none.jsonl").error().message.starts_with("There is no file "));
  EXPECT_TRUE(peek_session(dir_.path()).error().message.ends_with("is a directory, not a session file."));
  const auto notes = dir_.write("notes.jsonl", "{\"id\":1}\n");
  EXPECT_TRUE(take_snapshot(notes).error().message.ends_with("is no session of an agent that panko knows."));
}

TEST_F(TranscriptTest, ASnapshotEndsWhereItWasTaken) {
  const auto snapshot = take_snapshot(path_).value();
  EXPECT_EQ(snapshot.session_id, "s");
  EXPECT_EQ(snapshot.end, fs::file_size(path_));
  append(user("s", "3", "three"));
  EXPECT_EQ(texts_of(Transcript::open(path_, snapshot).value()), (Texts{"one", "two"}));
  EXPECT_EQ(texts_of(Transcript::open(path_).value()), (Texts{"one", "two", "three"}));
}

TEST_F(TranscriptTest, ATornLineIsNotInTheSnapshotAnUnendedWholeOneIs) {
  const auto size = fs::file_size(path_);
  append("{\"type\":\"user\",\"mess");
  EXPECT_EQ(take_snapshot(path_)->end, size);
  dir_.write("s.jsonl", user("s", "1", "one"));
  std::string line = user("s", "2", "two");
  line.pop_back();
  append(line);
  EXPECT_EQ(take_snapshot(path_)->end, fs::file_size(path_));
  // A torn line longer than the tail that is looked at.
  dir_.write("s.jsonl", user("s", "1", "one"));
  append("{\"type\":\"user\",\"x\":\"" + std::string(1 << 20, 'x'));
  EXPECT_EQ(take_snapshot(path_)->end, user("s", "1", "one").size());
}

TEST_F(TranscriptTest, ARewrittenSessionShowsRecordsUpToTheTime) {
  auto snapshot = take_snapshot(path_).value();
  snapshot.taken_at = from_iso8601("2026-03-01T10:00:00Z").value();
  dir_.write("s.jsonl", user("s", "0", "compacted", "2026-03-01T08:00:00Z") + user("s", "2", "two") +
                            user("s", "9", "later", "2026-03-01T11:00:00Z"));
  EXPECT_EQ(texts_of(Transcript::open(path_, snapshot).value()), (Texts{"compacted", "two"}));
  dir_.write("s.jsonl", user("s", "0", "short", "2026-03-01T08:00:00Z"));
  EXPECT_EQ(texts_of(Transcript::open(path_, snapshot).value()), Texts{"short"});
}

TEST_F(TranscriptTest, AnotherSessionIsNeverShown) {
  const auto snapshot = take_snapshot(path_).value();
  dir_.write("s.jsonl", user("other", "1", "one") + user("other", "2", "two"));
  const auto opened = Transcript::open(path_, snapshot);
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().message.ends_with("now holds another session than the one that was shared."));
}

TEST_F(TranscriptTest, SubAgentsOfASnapshotEndWithIt) {
  const std::string call = R"({"type":"assistant","sessionId":"s","uuid":"a","timestamp":"2026-03-01T09:00:00Z",)"
                           R"("message":{"id":"m","content":[{"type":"tool_use","id":"t","name":"Task",)"
                           R"("input":{"prompt":"go"}}]}})"
                           "\n";
  append(call);
  dir_.write("s/subagents/agent-x.jsonl", user("s", "x1", "go") + user("s", "x2", "later", "2999-01-01T00:00:00Z"));
  const auto snapshot = take_snapshot(path_).value();
  const auto whole = Transcript::open(path_).value();
  const auto shown = Transcript::open(path_, snapshot).value();
  EXPECT_EQ(whole.outline().subagents.at(0).outline.blocks.size(), 2u);
  EXPECT_EQ(shown.outline().subagents.at(0).outline.blocks.size(), 1u);
}

TEST_F(TranscriptTest, PeekSaysWhatAListShows) {
  const auto peek = peek_session(path_).value();
  EXPECT_EQ(peek.agent->id, "claude");
  EXPECT_EQ(peek.summary.id, "s");
  EXPECT_EQ(peek.summary.title, "one");
  EXPECT_EQ(peek.identity, identify_file(path_).value());
}

}  // namespace
}  // namespace panko
