#include "tunnel/process.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/spawn.hpp"

namespace panko {
namespace {

TEST(Process, IsDescribedByTheKernel) {
  EXPECT_EQ(boot_id().size(), 36);
  EXPECT_GT(start_time_of(::getpid()).value_or(0), 0);
  EXPECT_THAT(all_processes(), testing::Contains(::getpid()));
  EXPECT_TRUE(was_started_with(::getpid(), "PATH=" + std::string(std::getenv("PATH"))));
  EXPECT_FALSE(was_started_with(::getpid(), "PATH="));
}

TEST(Process, IsDescribedWhateverItsName) {
  // The name is the second field of /proc/PID/stat: spaces and parentheses in it must not shift the others.
  std::ofstream("/proc/self/comm") << "a) R 1 (";
  const auto start = start_time_of(::getpid());
  std::ofstream("/proc/self/comm") << "plain";
  EXPECT_EQ(start, start_time_of(::getpid()));
}

TEST(Process, ThatIsGoneHasNothing) {
  constexpr pid_t kNone = 0x7fff'fff0;
  EXPECT_EQ(start_time_of(kNone), std::nullopt);
  EXPECT_FALSE(was_started_with(kNone, "A=b"));
}

}  // namespace
}  // namespace panko
