#include "tunnel/journal.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/files.hpp"
#include "base/random.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

using test::TempDir;

class JournalTest : public testing::Test {
 protected:
  [[nodiscard]] std::string text(const std::string& extension = {}) const {
    return read_file(path.native() + extension).value_or("");
  }

  TempDir dir;
  std::filesystem::path path = dir.path() / "gateway.log";
  Journal journal{path};
  std::string run = random_uuid();
};

TEST_F(JournalTest, EachLineHasItsTimeAndItsRun) {
  journal.say(run, "started, pid 1");
  journal.quote(run, "2026-05-29T09:25:34Z INF hello");
  EXPECT_THAT(text(), MatchesRegex("(20..-..-..T..:..:..\\....Z " + run.substr(0, 8) + " [a-z0-9, ]+\n){2}"));
  EXPECT_THAT(text(), HasSubstr(" hello\n"));
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600);
}

TEST_F(JournalTest, NothingInItDrivesATerminalOrNamesAShare) {
  journal.quote(run, "\x1b[31mred\x1b]0;title\x07 https://x.example/s/SECRET-token_1/live?x \xff");
  journal.quote(run, R"({"msg":"GET /s/SECRET-token_1/ 200"})");
  EXPECT_THAT(text(), Not(HasSubstr("SECRET")));
  EXPECT_THAT(text(), HasSubstr("/s/.../live?x"));
  EXPECT_TRUE(std::ranges::none_of(text(), [](char c) { return c == '\x1b' || c == '\x07' || c == '\xff'; }));
}

TEST_F(JournalTest, LongLinesAreCut) {
  journal.quote(run, "x" + std::string(60000, 'y'));
  EXPECT_THAT(text().size(), testing::AllOf(testing::Gt(1000U), testing::Lt(1100U)));
}

TEST_F(JournalTest, OfATalkativeProgramSoManyLinesASecond) {
  for (int i = 0; i < 5000; ++i) journal.quote(run, "line " + std::to_string(i));
  journal.say(run, "ended");
  const auto lines = std::ranges::count(text(), '\n');
  EXPECT_GE(lines, Journal::kLinesPerSecond + 2);
  EXPECT_LE(lines, 5 * Journal::kLinesPerSecond);  // whatever a slow machine needs for them
  EXPECT_THAT(text(), HasSubstr(" more lines left out)\n"));
  EXPECT_THAT(text(), HasSubstr(" ended\n"));
}

TEST_F(JournalTest, IsRotated) {
  const std::string line(1000, 'x');
  for (int i = 0; i < 1500; ++i) journal.say(run, line);
  EXPECT_GE(text(".1").size(), Journal::kLargest);
  EXPECT_LE(text(".1").size(), Journal::kLargest + 2000);
  EXPECT_LT(text().size(), Journal::kLargest);
  for (int i = 0; i < 1500; ++i) journal.say(run, line);
  EXPECT_LE(text(".1").size(), Journal::kLargest + 2000);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 2);
}

TEST_F(JournalTest, GoesOnWhereAnEarlierDaemonStopped) {
  journal.say(run, "first");
  Journal(path).say(run, "second");
  EXPECT_EQ(std::ranges::count(text(), '\n'), 2);
}

TEST_F(JournalTest, WhatCannotBeWrittenIsLost) {
  Journal full("/dev/full");
  full.say(run, "nobody reads this");
  Journal nowhere(dir.path() / "none" / "x.log");
  nowhere.say(run, "nor this");
  Journal none({});
  none.say(run, "nor this");
  none.quote(run, "nor this");
  std::filesystem::create_symlink(dir.path() / "target", dir.path() / "link");
  Journal link(dir.path() / "link");
  link.say(run, "not through a link");
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "target"));
}

}  // namespace
}  // namespace panko
