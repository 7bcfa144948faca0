#include "agents/transcript_follower.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/project_files.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

std::string user(std::string_view session, std::string_view uuid, std::string_view text) {
  return R"({"type":"user","sessionId":")" + std::string(session) + R"(","uuid":")" + std::string(uuid) +
         R"(","timestamp":"2026-03-01T09:00:00Z","message":{"role":"user","content":")" + std::string(text) + "\"}}\n";
}

class TranscriptFollowerTest : public testing::Test {
 protected:
  test::TempDir dir_;
  fs::path path_ = dir_.write("s.jsonl", user("s", "1", "one"));
  TranscriptFollower follower_{path_, "s"};

  void append(std::string_view bytes) { std::ofstream(path_, std::ios::app) << bytes; }

  Texts next(bool is_continued) {
    const auto step = follower_.next();
    if (!step) return {step.error().message};
    EXPECT_EQ(step->is_continued, is_continued);
    Texts texts;
    for (const OutlineBlock& block : step->transcript.outline().blocks)
      texts.push_back(step->transcript.load(step->transcript.source(), block).value().text);
    return texts;
  }
};

TEST_F(TranscriptFollowerTest, GoesOnWhereTheFileHasGrown) {
  EXPECT_EQ(next(false), Texts{"one"});
  EXPECT_EQ(next(true), Texts{"one"}) << "nothing happened";
  append(user("s", "2", "two"));
  EXPECT_EQ(next(true), (Texts{"one", "two"}));
}

TEST_F(TranscriptFollowerTest, ALineInTwoPiecesIsReadOnce) {
  EXPECT_EQ(next(false), Texts{"one"});
  const auto line = user("s", "2", "two");
  append(line.substr(0, 30));
  EXPECT_EQ(next(true).front(), "one");
  append(line.substr(30));
  EXPECT_EQ(next(true), (Texts{"one", "two"}));
}

TEST_F(TranscriptFollowerTest, ReadsAfreshWhatWasRewritten) {
  EXPECT_EQ(next(false), Texts{"one"});
  dir_.write("s.jsonl", user("s", "1", "uno") + user("s", "2", "due"));
  EXPECT_EQ(next(false), (Texts{"uno", "due"})) << "longer, and not the same";
  dir_.write("s.jsonl", user("s", "1", "eins"));
  EXPECT_EQ(next(false), Texts{"eins"}) << "shorter";
  const auto saved = dir_.write("saved", user("s", "1", "eins") + user("s", "2", "zwei"));
  fs::rename(saved, path_);
  EXPECT_EQ(next(false), (Texts{"eins", "zwei"})) << "another file";
}

TEST_F(TranscriptFollowerTest, NeverShowsAnotherSession) {
  EXPECT_EQ(next(false), Texts{"one"});
  const auto other = dir_.write("other", user("t", "1", "secret"));
  fs::rename(path_, dir_.path() / "away");
  fs::rename(other, path_);
  EXPECT_TRUE(next(false).front().contains("another session"));
  fs::rename(dir_.path() / "away", path_);
  EXPECT_EQ(next(false), Texts{"one"});

  TranscriptFollower any(path_, "");
  EXPECT_TRUE(any.next());
  dir_.write("s.jsonl", user("t", "1", "another"));
  EXPECT_EQ(any.next()->transcript.facts().id, "t");
}

TEST_F(TranscriptFollowerTest, SaysWhatIsMissingAndGoesOnWhenItIsBack) {
  EXPECT_EQ(next(false), Texts{"one"});
  fs::rename(path_, dir_.path() / "away");
  EXPECT_TRUE(next(false).front().starts_with("There is no file "));
  fs::rename(dir_.path() / "away", path_);
  EXPECT_EQ(next(true), Texts{"one"});
}

/// What it gives is what reading afresh gives, wherever the file was cut when it was looked at.
TEST_F(TranscriptFollowerTest, GoingOnGivesWhatReadingAfreshGives) {
  for (const auto& entry : fs::recursive_directory_iterator(test::project_file("tests/golden"))) {
    if (entry.path().extension() != ".jsonl" || entry.path().parent_path().filename() == "subagents") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const auto path = dir_.write("grows.jsonl", "");
    TranscriptFollower follower(path, "");
    std::size_t end = 0;
    for (std::size_t step = 1; end < bytes.size(); ++step) {
      const auto more = std::min(bytes.size() - end, 1 + (step * 7919) % 3000);
      std::ofstream(path, std::ios::app | std::ios::binary).write(bytes.data() + end, static_cast<long>(more));
      end += more;
      const auto followed = follower.next();
      const auto opened = Transcript::open(path);
      ASSERT_EQ(followed.has_value(), opened.has_value()) << entry.path() << " at " << end;
      if (!opened) continue;
      const auto& left = followed->transcript.outline();
      const auto& right = opened->outline();
      ASSERT_EQ(left.blocks.size(), right.blocks.size()) << entry.path() << " at " << end;
      EXPECT_EQ(left.branches.size(), right.branches.size()) << entry.path() << " at " << end;
      EXPECT_EQ(left.facts.title, right.facts.title) << entry.path() << " at " << end;
      EXPECT_EQ(left.facts.usage, right.facts.usage) << entry.path() << " at " << end;
      for (std::size_t i = 0; i < left.blocks.size(); ++i) {
        EXPECT_EQ(left.blocks[i].record, right.blocks[i].record) << entry.path() << " at " << end;
        EXPECT_EQ(left.blocks[i].result, right.blocks[i].result) << entry.path() << " at " << end;
        EXPECT_EQ(left.blocks[i].kind, right.blocks[i].kind) << entry.path() << " at " << end;
      }
    }
  }
}

}  // namespace
}  // namespace panko
