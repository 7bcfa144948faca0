#include "base/wall_timer.hpp"

#include <gtest/gtest.h>
#include <poll.h>

namespace panko {
namespace {

using namespace std::chrono_literals;

bool fires_within(const WallTimer& timer, std::chrono::milliseconds time) {
  pollfd poll{.fd = timer.fd(), .events = POLLIN, .revents = 0};
  return ::poll(&poll, 1, static_cast<int>(time.count())) == 1;
}

TEST(WallTimerTest, FiresAtItsMomentAndNotBefore) {
  WallTimer timer;
  EXPECT_FALSE(fires_within(timer, 0ms));
  const WallTime moment = wall_now() + 50ms;
  timer.arm(moment);
  ASSERT_TRUE(fires_within(timer, 5000ms));
  EXPECT_GE(wall_now(), moment);
  timer.acknowledge();
  EXPECT_FALSE(fires_within(timer, 0ms));
}

TEST(WallTimerTest, FiresAtOnceForWhatHasPassed) {
  for (const WallTime moment : {wall_now() - 1h, WallTime{}, WallTime{} - 1h}) {
    WallTimer timer;
    timer.arm(moment);
    EXPECT_TRUE(fires_within(timer, 5000ms)) << to_iso8601(moment);
  }
}

TEST(WallTimerTest, TheLastSettingCounts) {
  WallTimer timer;
  timer.arm(wall_now() + 10ms);
  timer.arm(wall_now() + 1h);
  EXPECT_FALSE(fires_within(timer, 50ms));
  timer.arm(wall_now());
  timer.disarm();
  EXPECT_FALSE(fires_within(timer, 50ms));
}

}  // namespace
}  // namespace panko
