#include "daemon/daemon_lock.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/result.hpp"
#include "tests/daemon/serving.hpp"

namespace panko {
namespace {

using DaemonLockTest = test::Home;

TEST_F(DaemonLockTest, OneHoldsItAndTheOtherKnowsWho) {
  const auto path = places_.daemon_lock;
  EXPECT_EQ(DaemonLock::holder(path), 0) << "nobody ever did";
  {
    const auto lock = DaemonLock::take(path);
    ASSERT_TRUE(lock);
    EXPECT_FALSE(DaemonLock::take(path));
    EXPECT_EQ(DaemonLock::holder(path), ::getpid());
  }
  EXPECT_TRUE(DaemonLock::take(path)) << "released";
}

TEST_F(DaemonLockTest, FollowsNoLinkAndSaysWhatIsWrong) {
  std::filesystem::create_symlink(directory_ / "elsewhere", places_.daemon_lock);
  EXPECT_THROW((void)DaemonLock::take(places_.daemon_lock), Failure);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "elsewhere"));
  EXPECT_THROW((void)DaemonLock::take(directory_ / "missing" / "daemon.lock"), Failure);
}

TEST_F(DaemonLockTest, IsForTheOwnerAlone) {
  const auto lock = DaemonLock::take(places_.daemon_lock);
  struct stat status{};
  ASSERT_EQ(::stat(places_.daemon_lock.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600);
}

}  // namespace
}  // namespace panko
