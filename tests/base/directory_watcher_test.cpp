#include "base/directory_watcher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <cstdlib>
#include <fstream>

namespace panko {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class DirectoryWatcherTest : public testing::Test {
 public:
  DirectoryWatcherTest() {
    std::string name = (fs::temp_directory_path() / "panko-test-XXXXXX").native();
    root_ = ::mkdtemp(name.data());
  }
  ~DirectoryWatcherTest() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

 protected:
  static void write(const fs::path& file) { std::ofstream(file, std::ios::app) << "x"; }
  /// Events of this process's own calls are there when the call returns.
  DirectoryWatcher::Changes changes() { return watcher_.changes(); }
  bool is_quiet() {
    pollfd poll{.fd = watcher_.fd(), .events = POLLIN, .revents = 0};
    if (::poll(&poll, 1, 0) == 0) return true;
    const auto found = changes();
    return found.written.empty() && !found.names;
  }

  fs::path root_;
  DirectoryWatcher watcher_ = DirectoryWatcher::open().value();
};

TEST_F(DirectoryWatcherTest, TellsNamesFromWriting) {
  watcher_.add(root_, 0);
  EXPECT_TRUE(is_quiet());
  write(root_ / "a");
  EXPECT_TRUE(changes().names);
  write(root_ / "a");
  const auto written = changes();
  EXPECT_FALSE(written.names);
  EXPECT_THAT(written.written, ElementsAre(root_ / "a"));
  EXPECT_TRUE(is_quiet());
  fs::rename(root_ / "a", root_ / "b");
  EXPECT_TRUE(changes().names);
  fs::remove(root_ / "b");
  EXPECT_TRUE(changes().names);
}

TEST_F(DirectoryWatcherTest, AFileThatStaysOpenIsHeardOf) {
  std::ofstream file(root_ / "a");
  watcher_.add(root_, 0);
  file << "x" << std::flush;
  EXPECT_THAT(changes().written, ElementsAre(root_ / "a"));
}

TEST_F(DirectoryWatcherTest, WatchesAsDeepAsItIsTold) {
  fs::create_directories(root_ / "one/two/three");
  watcher_.add(root_, 1);
  write(root_ / "one/a");
  EXPECT_TRUE(changes().names);
  fs::create_directory(root_ / "one/another");
  EXPECT_TRUE(is_quiet()) << "no directory of that level is watched";
  write(root_ / "one/two/a");
  EXPECT_TRUE(is_quiet());
  fs::create_directory(root_ / "new");
  EXPECT_TRUE(changes().names);
  write(root_ / "new/a");
  EXPECT_TRUE(changes().names);
  write(root_ / "new/a");
  EXPECT_THAT(changes().written, ElementsAre(root_ / "new/a"));
}

TEST_F(DirectoryWatcherTest, DirectoriesMadeInOneGoAreFound) {
  watcher_.add(root_, 3);
  fs::create_directories(root_ / "2026/11/22");
  EXPECT_TRUE(changes().names);
  write(root_ / "2026/11/22/a");
  EXPECT_TRUE(changes().names);
}

TEST_F(DirectoryWatcherTest, WaitsForADirectoryThatIsNotThere) {
  watcher_.add(root_ / "one/two", 1);
  write(root_ / "noise");
  EXPECT_TRUE(is_quiet());
  fs::create_directory(root_ / "one");
  EXPECT_TRUE(is_quiet());
  fs::create_directories(root_ / "one/two/three");
  EXPECT_TRUE(changes().names);
  write(root_ / "one/two/three/a");
  EXPECT_TRUE(changes().names);
}

TEST_F(DirectoryWatcherTest, FollowsADirectoryThatGoesAndComesBack) {
  fs::create_directory(root_ / "sessions");
  watcher_.add(root_ / "sessions", 1);
  fs::rename(root_ / "sessions", root_ / "away");
  EXPECT_TRUE(changes().names);
  write(root_ / "away/a");
  EXPECT_TRUE(is_quiet()) << "that is another directory now";
  fs::rename(root_ / "away", root_ / "sessions");
  EXPECT_TRUE(changes().names);
  write(root_ / "sessions/a");
  EXPECT_THAT(changes().written, ElementsAre(root_ / "sessions/a"));
  fs::remove_all(root_ / "sessions");
  EXPECT_TRUE(changes().names);
  fs::create_directory(root_ / "sessions");
  EXPECT_TRUE(changes().names);
}

TEST_F(DirectoryWatcherTest, ADirectoryThatWasRenamedIsWatchedUnderItsNewName) {
  fs::create_directories(root_ / "sessions/old/below");
  watcher_.add(root_ / "sessions", 2);
  fs::rename(root_ / "sessions/old", root_ / "sessions/new");
  EXPECT_TRUE(changes().names);
  write(root_ / "sessions/new/a");
  write(root_ / "sessions/new/below/a");
  EXPECT_TRUE(changes().names);
  write(root_ / "sessions/new/a");
  write(root_ / "sessions/new/below/a");
  EXPECT_THAT(changes().written, ElementsAre(root_ / "sessions/new/a", root_ / "sessions/new/below/a"));
}

TEST_F(DirectoryWatcherTest, LinksThatLeadInCirclesEnd) {
  fs::create_directory_symlink(root_, root_ / "circle");
  fs::create_directory_symlink(root_ / "nowhere", root_ / "dangling");
  watcher_.add(root_, 3);
  watcher_.add(root_ / "dangling", 1);
  write(root_ / "a");
  EXPECT_TRUE(changes().names);
  fs::create_directory(root_ / "nowhere");
  EXPECT_TRUE(changes().names);
  EXPECT_FALSE(watcher_.problem());
}

TEST_F(DirectoryWatcherTest, TwoThatWaitAtTheSameDirectoryDoNotDisturbEachOther) {
  watcher_.add(root_ / "one", 0);
  watcher_.add(root_ / "two", 0);
  fs::create_directory(root_ / "two");
  EXPECT_TRUE(changes().names);
  fs::create_directory(root_ / "one");
  EXPECT_TRUE(changes().names);
  write(root_ / "two/a");
  EXPECT_TRUE(changes().names);
  EXPECT_FALSE(watcher_.problem());
}

TEST_F(DirectoryWatcherTest, MoreEventsThanTheQueueHoldsMayHaveBeenAnything) {
  watcher_.add(root_, 0);
  write(root_ / "x");
  write(root_ / "y");
  (void)changes();
  std::size_t limit = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> limit;
  if (limit == 0 || limit > 100'000) GTEST_SKIP() << "the queue is too long to fill";
  for (std::size_t i = 0; i < limit; ++i) write(root_ / (i % 2 == 0 ? "x" : "y"));
  EXPECT_TRUE(changes().names);
}

}  // namespace
}  // namespace panko
