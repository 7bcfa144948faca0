#include "tunnel/retry.hpp"

#include <gmock/gmock.h>

#include "tunnel/tunnel.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using enum FailureClass;

class RetryTest : public testing::Test {
 protected:
  /// The wait after a failure; -1: none follows. Time goes on by it.
  std::int64_t next(FailureClass kind, milliseconds served = 0ms) {
    const auto wait = retry.next(kind, served, now);
    if (!wait) return -1;
    now += *wait;
    return wait->count();
  }
  /// What ±20 % of these seconds allow.
  static auto about(double seconds) {
    return testing::AllOf(testing::Ge(static_cast<std::int64_t>(seconds * 800)),
                          testing::Le(static_cast<std::int64_t>(seconds * 1200)));
  }

  TunnelTimes times;
  Retry retry{times};
  Retry::TimePoint now{};
};

TEST_F(RetryTest, TransientIsTriedAtOnceThenLessAndLess) {
  EXPECT_EQ(next(transient), 0);
  for (const double seconds : {1, 2, 4, 8, 16, 32, 60, 60, 60}) EXPECT_THAT(next(transient), about(seconds));
}

TEST_F(RetryTest, GoodServiceBeginsTheWaitsAnew) {
  for (int i = 0; i < 6; ++i) next(transient);
  EXPECT_THAT(next(transient, 59999ms), about(32));  // not yet a minute of it
  EXPECT_EQ(next(transient, 60s), 0);
  EXPECT_THAT(next(transient), about(1));
}

TEST_F(RetryTest, RateLimitedWaitsLongAndKeepsItsOwnCount) {
  EXPECT_THAT(next(rate_limited), about(60));
  EXPECT_EQ(next(transient), 0);
  for (const double seconds : {120, 240, 480, 900, 900}) EXPECT_THAT(next(rate_limited), about(seconds));
  EXPECT_THAT(next(transient), about(1));
  EXPECT_THAT(next(rate_limited, 60s), about(60));
}

TEST_F(RetryTest, ABusyServiceIsAskedEveryFiveSecondsForAWhile) {
  const auto begin = now;
  int tries = 0;
  for (; now - begin < 90s; ++tries) ASSERT_THAT(next(remote_busy), about(5));
  EXPECT_GE(tries, 15);
  EXPECT_EQ(next(remote_busy), 0);  // from here on as transient
  EXPECT_THAT(next(remote_busy), about(1));
  EXPECT_THAT(next(remote_busy), about(2));
  // It was free meanwhile: that is another case.
  EXPECT_THAT(next(remote_busy, 100ms), about(5));
  EXPECT_THAT(next(transient), about(4));
  EXPECT_THAT(next(remote_busy), about(5));
}

TEST_F(RetryTest, WithoutNetworkFromFiveSecondsToAMinute) {
  for (const double seconds : {5, 10, 20, 40, 60, 60}) EXPECT_THAT(next(no_network), about(seconds));
  EXPECT_EQ(next(transient), 0);  // there is one
  EXPECT_THAT(next(no_network), about(5));
  EXPECT_THAT(next(no_network, 1ms), about(5));
}

TEST_F(RetryTest, PermanentIsNotTriedAgain) {
  EXPECT_EQ(next(permanent), -1);
}

}  // namespace
}  // namespace panko
