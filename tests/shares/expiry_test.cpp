#include "shares/expiry.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

using namespace std::chrono_literals;

const WallTime kNoon = *from_iso8601("2026-01-02T12:00:00Z");

TEST(ForwardClockTest, FollowsTheWallClock) {
  WallTime wall = kNoon;
  ForwardClock clock([&] { return wall; }, WallTime{});
  EXPECT_EQ(clock.now(), kNoon);
  wall += 1h;
  EXPECT_EQ(clock.now(), kNoon + 1h);
}

TEST(ForwardClockTest, AClockThatIsSetBackGoesOnFromWhereItWas) {
  WallTime wall = kNoon;
  ForwardClock clock([&] { return wall; }, WallTime{});
  (void)clock.now();
  wall -= 24h;
  const WallTime before = clock.now();
  EXPECT_GE(before, kNoon);
  while (clock.now() == before) {
  }
  EXPECT_GT(clock.now(), before) << "time passes although the wall clock stands";
  EXPECT_LT(clock.now(), kNoon + 1h);
}

TEST(ForwardClockTest, IsNeverBeforeWhatAnEarlierRunSaw) {
  ForwardClock clock([] { return kNoon; }, kNoon + 48h);
  EXPECT_GE(clock.now(), kNoon + 48h);
}

TEST(ForwardClockTest, ManyCallsInARowLoseNoTime) {
  ForwardClock clock([] { return WallTime{}; }, kNoon);
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < 50ms) (void)clock.now();
  EXPECT_GE(clock.now(), kNoon + 49ms);
}

TEST(ExpiryTimerTest, WakesOnceWhenTheTimeIsOver) {
  boost::asio::io_context loop;
  int calls = 0;
  ExpiryTimer timer(loop, [&] { ++calls; });
  timer.arm(1h);
  timer.arm(20ms);
  loop.run();  // nothing else is waited for
  EXPECT_EQ(calls, 1);
}

TEST(ExpiryTimerTest, CanBeArmedFromItsOwnCall) {
  boost::asio::io_context loop;
  int calls = 0;
  std::optional<ExpiryTimer> timer;
  timer.emplace(loop, [&] {
    if (++calls < 3) timer->arm(1ms);
  });
  timer->arm(0ms);
  loop.run();
  EXPECT_EQ(calls, 3);
}

TEST(ExpiryTimerTest, DisarmedItLetsTheLoopEnd) {
  boost::asio::io_context loop;
  int calls = 0;
  ExpiryTimer timer(loop, [&] { ++calls; });
  timer.arm(1h);
  timer.disarm();
  loop.run();
  timer.arm(0ms);
  loop.restart();
  loop.run();
  EXPECT_EQ(calls, 1);
}

TEST(ExpiryTimerTest, MayGoWhileItWaits) {
  boost::asio::io_context loop;
  int calls = 0;
  {
    ExpiryTimer timer(loop, [&] { ++calls; });
    timer.arm(0ms);
    loop.poll();
    timer.arm(0ms);
  }
  loop.run();
  EXPECT_LE(calls, 1);
}

}  // namespace
}  // namespace panko
