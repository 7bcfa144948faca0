#include "base/file_watcher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <cstdlib>
#include <fstream>

namespace panko {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class FileWatcherTest : public testing::Test {
 public:
  FileWatcherTest() {
    std::string name = (fs::temp_directory_path() / "panko-test-XXXXXX").native();
    root_ = ::mkdtemp(name.data());
  }
  ~FileWatcherTest() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

 protected:
  static void write(const fs::path& file, std::string_view text = "x") { std::ofstream(file, std::ios::app) << text; }
  /// Events of this process's own calls are there when the call returns.
  std::vector<fs::path> changed() { return watcher_.changed(); }
  bool readable() {
    pollfd poll{.fd = watcher_.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&poll, 1, 0) == 1;
  }

  fs::path root_;
  FileWatcher watcher_ = FileWatcher::open().value();
};

TEST_F(FileWatcherTest, TellsOfEachWriteWhereThatIsWanted) {
  const auto file = root_ / "a.jsonl";
  std::ofstream agent(file);
  auto each = FileWatcher::open(true).value();
  ASSERT_TRUE(each.add(file));
  ASSERT_TRUE(watcher_.add(file));
  agent << "a line\n" << std::flush;
  EXPECT_THAT(each.changed(), ElementsAre(file)) << "although it stays open";
  EXPECT_THAT(changed(), IsEmpty());
  agent.close();
  EXPECT_THAT(changed(), ElementsAre(file));
}

TEST_F(FileWatcherTest, TellsWhatHappensToAFile) {
  const auto file = root_ / "a.jsonl";
  ASSERT_TRUE(watcher_.add(file));
  EXPECT_FALSE(readable());
  EXPECT_THAT(changed(), IsEmpty());
  write(file);
  EXPECT_TRUE(readable());
  EXPECT_THAT(changed(), ElementsAre(file)) << "it appeared";
  EXPECT_FALSE(readable());
  write(file);
  EXPECT_THAT(changed(), ElementsAre(file)) << "it was written";
  write(root_ / "b");
  EXPECT_THAT(changed(), IsEmpty()) << "another file";
  fs::rename(root_ / "b", file);
  EXPECT_THAT(changed(), ElementsAre(file)) << "it was replaced";
  fs::remove(file);
  EXPECT_THAT(changed(), ElementsAre(file)) << "it is gone";
}

TEST_F(FileWatcherTest, CountsHowOftenAFileWasAdded) {
  const auto file = root_ / "a";
  ASSERT_TRUE(watcher_.add(file));
  ASSERT_TRUE(watcher_.add(file));
  watcher_.remove(file);
  write(file);
  EXPECT_THAT(changed(), ElementsAre(file));
  watcher_.remove(file);
  write(file);
  EXPECT_THAT(changed(), IsEmpty());
  watcher_.remove(file);
  watcher_.remove("/never/added");
}

TEST_F(FileWatcherTest, WaitsForADirectoryThatIsNotThere) {
  const auto file = root_ / "one/two/a";
  ASSERT_TRUE(watcher_.add(file));
  fs::create_directory(root_ / "one");
  (void)changed();
  fs::create_directory(root_ / "one/two");
  (void)changed();
  write(file);
  EXPECT_THAT(changed(), ElementsAre(file));
}

TEST_F(FileWatcherTest, ADirectoryMadeInOneGoIsFound) {
  const auto file = root_ / "one/two/a";
  ASSERT_TRUE(watcher_.add(file));
  fs::create_directories(root_ / "one/two");
  write(file);
  EXPECT_THAT(changed(), ElementsAre(file));
}

TEST_F(FileWatcherTest, FollowsADirectoryThatGoesAndComesBack) {
  fs::create_directory(root_ / "project");
  const auto file = root_ / "project/a";
  const auto other = root_ / "project/b";
  write(file);
  ASSERT_TRUE(watcher_.add(file));
  ASSERT_TRUE(watcher_.add(other));
  fs::rename(root_ / "project", root_ / "away");
  EXPECT_THAT(changed(), UnorderedElementsAre(file, other));
  write(root_ / "away/a");
  EXPECT_THAT(changed(), IsEmpty()) << "that is another file now";
  fs::rename(root_ / "away", root_ / "project");
  EXPECT_THAT(changed(), UnorderedElementsAre(file, other));
  fs::remove_all(root_ / "project");
  EXPECT_THAT(changed(), UnorderedElementsAre(file, other));
  fs::create_directory(root_ / "project");
  write(file);
  EXPECT_THAT(changed(), Contains(file));
}

TEST_F(FileWatcherTest, TwoThatWaitAtTheSameDirectoryDoNotDisturbEachOther) {
  const auto a = root_ / "one/a";
  const auto b = root_ / "two/b";
  ASSERT_TRUE(watcher_.add(a));
  ASSERT_TRUE(watcher_.add(b));
  watcher_.remove(a);
  fs::create_directory(root_ / "two");
  write(b);
  EXPECT_THAT(changed(), ElementsAre(b));
}

TEST_F(FileWatcherTest, ADirectoryThatCannotBeWatchedIsSaid) {
  const auto added = watcher_.add(fs::path("relative-to-nothing"));
  ASSERT_FALSE(added);
  EXPECT_THAT(added.error().message, testing::HasSubstr("Cannot watch"));
}

TEST_F(FileWatcherTest, MoreEventsThanTheQueueHoldsReportEverything) {
  const auto quiet = root_ / "quiet/a";
  fs::create_directories(root_ / "quiet");
  ASSERT_TRUE(watcher_.add(quiet));
  ASSERT_TRUE(watcher_.add(root_ / "busy"));
  std::size_t limit = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> limit;
  if (limit == 0 || limit > 100'000) GTEST_SKIP() << "the queue is too long to fill";
  // Names alternate: the kernel merges an event with the same one before it.
  for (std::size_t i = 0; i < limit; ++i) write(root_ / (i % 2 == 0 ? "x" : "y"));
  EXPECT_THAT(changed(), Contains(quiet));
}

}  // namespace
}  // namespace panko
