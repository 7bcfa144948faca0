#include "catalog/index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "agents/claude.hpp"
#include "sqlite/database.hpp"
#include "tests/catalog/home.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

SessionEntry entry_of(const fs::path& path) {
  SessionEntry entry{.path = path,
                     .agent = &kClaude,
                     .size = 1234,
                     .modified_at = *from_iso8601("2026-01-02T03:04:05.678Z"),
                     .digest = {},
                     .project = "fern\xffwatch",
                     .unreadable = {}};
  entry.digest.facts = {.id = "5d0c6a1e",
                        .title = "Water the fern 🌿",
                        .cwd = "/src/fern\xffwatch",
                        .git_branch = "main",
                        .started_at = from_iso8601("1969-12-31T23:59:59.500Z"),
                        .ended_at = std::nullopt,
                        .models = {"claude-x", "claude-y"},
                        .usage = {.input_tokens = 1, .output_tokens = 1ULL << 40, .cache_read_tokens = 3},
                        .unreadable_lines = 4};
  entry.digest.messages = 7;
  entry.digest.tools = {{.name = "Bash", .calls = 300}, {.name = "Read", .calls = 1}};
  entry.digest.first_prompt = std::string("with a NUL \0 inside", 19);
  entry.digest.last_answer = std::string(600, 'x');
  return entry;
}

FileStamp stamp_for(const SessionEntry& entry) {
  return {.size = entry.size,
          .modified_ns = std::chrono::nanoseconds(entry.modified_at.time_since_epoch()).count() + 999,
          .inode = 42};
}

class IndexTest : public testing::Test {
 protected:
  void write(const SessionEntry& entry, const ReadingState& state = {}) const {
    const Index::Record record{.path = entry.path, .stamp = stamp_for(entry), .session = &entry, .state = state};
    Index index(cache_);
    index.write({&record, 1}, {});
    EXPECT_THAT(index.problem(), IsEmpty());
  }
  /// It takes what is written, and gives it back.
  void expect_good() const {
    write(entry_of("/a"));
    EXPECT_THAT(Index::load(cache_), SizeIs(1));
  }

  testing_support::Home home_;
  fs::path cache_ = home_.places().cache_dir;
  fs::path file_ = cache_ / "index.db";
};

TEST_F(IndexTest, GivesBackWhatWasWritten) {
  const SessionEntry entry = entry_of("/home/\xff/a.jsonl");
  write(entry);
  const auto loaded = Index::load(cache_);
  ASSERT_THAT(loaded, SizeIs(1));
  const SessionEntry& got = loaded[0];
  EXPECT_EQ(got.path, entry.path);
  EXPECT_EQ(got.agent, &kClaude);
  EXPECT_EQ(got.size, entry.size);
  EXPECT_EQ(got.modified_at, entry.modified_at);
  EXPECT_EQ(got.project, entry.project);
  EXPECT_THAT(got.unreadable, IsEmpty());
  const SessionFacts& facts = got.digest.facts;
  EXPECT_EQ(facts.id, entry.digest.facts.id);
  EXPECT_EQ(facts.title, entry.digest.facts.title);
  EXPECT_EQ(facts.cwd, entry.digest.facts.cwd);
  EXPECT_EQ(facts.git_branch, entry.digest.facts.git_branch);
  EXPECT_EQ(facts.started_at, entry.digest.facts.started_at);
  EXPECT_EQ(facts.ended_at, std::nullopt);
  EXPECT_EQ(facts.models, entry.digest.facts.models);
  EXPECT_EQ(facts.usage, entry.digest.facts.usage);
  EXPECT_EQ(facts.unreadable_lines, 4U);
  EXPECT_EQ(got.digest.messages, 7U);
  EXPECT_EQ(got.digest.tools, entry.digest.tools);
  EXPECT_EQ(got.digest.first_prompt, entry.digest.first_prompt);
  EXPECT_EQ(got.digest.last_answer, entry.digest.last_answer);
  EXPECT_EQ(Index(cache_).session(entry.path)->digest.first_prompt, entry.digest.first_prompt);
  EXPECT_FALSE(Index(cache_).session("/another"));
}

TEST_F(IndexTest, RemembersWhatIsNoSessionAndWhereReadingStood) {
  const SessionEntry session = entry_of("/a");
  const Index::Record records[] = {
      {.path = "/a",
       .stamp = stamp_for(session),
       .session = &session,
       .state = {.progress = {.read_to = 99, .state = std::string("\0state", 6)}, .tail_hash = "hash"}},
      {.path = "/none", .stamp = {.size = 1, .modified_ns = -2, .inode = 3}, .session = nullptr, .state = {}}};
  Index index(cache_);
  index.write(records, {});
  auto files = index.files();
  std::ranges::sort(files, {}, &IndexedFile::path);
  ASSERT_THAT(files, SizeIs(2));
  EXPECT_EQ(files[0].agent, &kClaude);
  EXPECT_EQ(files[0].stamp, stamp_for(session));
  EXPECT_EQ(files[1].agent, nullptr);
  EXPECT_EQ(files[1].stamp.modified_ns, -2);
  const auto state = index.reading_state("/a");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->progress.read_to, 99U);
  EXPECT_EQ(state->progress.state, std::string("\0state", 6));
  EXPECT_EQ(state->tail_hash, "hash");
  EXPECT_FALSE(index.reading_state("/none"));
  EXPECT_THAT(Index::load(cache_), SizeIs(1));

  const fs::path gone = "/a";
  index.write({}, {&gone, 1});
  EXPECT_FALSE(index.reading_state("/a"));
  EXPECT_THAT(Index::load(cache_), IsEmpty());
}

TEST_F(IndexTest, IsClosedToOthers) {
  expect_good();
  EXPECT_EQ(fs::status(cache_).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(IndexTest, LoadingCreatesNothing) {
  EXPECT_THAT(Index::load(cache_), IsEmpty());
  EXPECT_FALSE(fs::exists(cache_));
}

TEST_F(IndexTest, WhatIsNoIndexIsReplaced) {
  fs::create_directories(cache_);
  fs::permissions(cache_, fs::perms::owner_all);
  std::ofstream(file_) << std::string(40'000, 'x');
  EXPECT_THAT(Index::load(cache_), IsEmpty());
  expect_good();
}

TEST_F(IndexTest, AnotherDatabaseOrVersionIsReplaced) {
  for (const char* sql : {"PRAGMA user_version = 99", "PRAGMA application_id = 7", "DROP TABLE files",
                          "PRAGMA application_id = 7; CREATE TABLE foreign_one (a)"}) {
    expect_good();
    Database(file_).execute(sql);
    EXPECT_THAT(Index::load(cache_), IsEmpty()) << sql;
    (void)Index(cache_).files();
    expect_good();
  }
}

TEST_F(IndexTest, DamageIsOvercomeWhereverItIs) {
  const SessionEntry entry = entry_of("/a");
  for (int i = 0; i < 60; ++i) write(entry_of("/session/" + std::to_string(i)));
  std::ifstream in(file_, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  for (std::size_t at = 0; at < whole.size(); at += whole.size() / 64) {
    std::string damaged = whole;
    for (std::size_t i = at; i < std::min(at + 600, whole.size()); ++i) damaged[i] = '\x5a';
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << damaged;
    (void)Index::load(cache_);
    {
      Index index(cache_);
      (void)index.files();
      (void)index.session("/session/1");
      const Index::Record record{.path = "/a", .stamp = stamp_for(entry), .session = &entry, .state = {}};
      index.write({&record, 1}, {});
      index.write({&record, 1}, {});
      EXPECT_THAT(index.problem(), IsEmpty()) << at;
    }
  }
}

TEST_F(IndexTest, ARowThatCannotBeUnderstoodIsLeftOut) {
  write(entry_of("/good"));
  write(entry_of("/bad"));
  Database(file_).execute("UPDATE files SET digest = substr(digest, 1, 100) WHERE path = '/bad'");
  EXPECT_THAT(Index::load(cache_), SizeIs(1));
  EXPECT_FALSE(Index(cache_).session("/bad"));
}

TEST_F(IndexTest, TwoMayWriteAtOnce) {
  Index one(cache_);
  Index two(cache_);
  const SessionEntry a = entry_of("/a");
  const SessionEntry b = entry_of("/b");
  const Index::Record of_a{.path = "/a", .stamp = stamp_for(a), .session = &a, .state = {}};
  const Index::Record of_b{.path = "/b", .stamp = stamp_for(b), .session = &b, .state = {}};
  one.write({&of_a, 1}, {});
  two.write({&of_b, 1}, {});
  two.write({&of_a, 1}, {});
  EXPECT_THAT(Index::load(cache_), SizeIs(2));
  EXPECT_THAT(one.problem() + two.problem(), IsEmpty());
}

TEST_F(IndexTest, WhileAnotherOneIsWritingItIsDoneWithoutThisOnce) {
  expect_good();
  Index index(cache_);
  const SessionEntry entry = entry_of("/b");
  const Index::Record record{.path = "/b", .stamp = stamp_for(entry), .session = &entry, .state = {}};
  {
    Database other(file_);
    const Transaction transaction(other);
    index.write({&record, 1}, {});
  }
  EXPECT_THAT(index.problem(), IsEmpty());
  EXPECT_THAT(Index::load(cache_), SizeIs(1));
  index.write({&record, 1}, {});
  EXPECT_THAT(Index::load(cache_), SizeIs(2));
}

TEST_F(IndexTest, AnIndexThatAnotherVersionHasReplacedIsLeftAlone) {
  Index index(cache_);
  Database(file_).execute("PRAGMA user_version = 99");
  const SessionEntry entry = entry_of("/a");
  const Index::Record record{.path = "/a", .stamp = stamp_for(entry), .session = &entry, .state = {}};
  index.write({&record, 1}, {});
  EXPECT_THAT(index.problem(), HasSubstr("another version of panko"));
  Database other(file_);
  EXPECT_EQ(other.query_integer("PRAGMA user_version"), 99);
  EXPECT_EQ(other.query_integer("SELECT count(*) FROM files"), 0);
}

TEST_F(IndexTest, SaysWhyItIsNotKept) {
  fs::create_directories(cache_.parent_path());
  std::ofstream(cache_) << "a file where the directory should be";
  Index index(cache_);
  EXPECT_THAT(index.problem(), HasSubstr("not kept for the next start"));
  EXPECT_THAT(index.problem(), HasSubstr(cache_.native()));
  const SessionEntry entry = entry_of("/a");
  const Index::Record record{.path = "/a", .stamp = stamp_for(entry), .session = &entry, .state = {}};
  index.write({&record, 1}, {});
  EXPECT_THAT(index.files(), IsEmpty());
  EXPECT_FALSE(index.session("/a"));
}

TEST_F(IndexTest, AFullDiskIsSaid) {
  expect_good();
  Index index(cache_);
  Database(file_).execute("CREATE TRIGGER full BEFORE INSERT ON files BEGIN SELECT RAISE(ABORT, 'no space'); END");
  const SessionEntry entry = entry_of("/b");
  const Index::Record record{.path = "/b", .stamp = stamp_for(entry), .session = &entry, .state = {}};
  index.write({&record, 1}, {});
  EXPECT_THAT(index.problem(), HasSubstr("no space"));
  EXPECT_TRUE(index.session("/a")) << "what it holds can still be read";
}

}  // namespace
}  // namespace panko
