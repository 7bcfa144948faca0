#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

using namespace std::chrono_literals;

TEST(Clock, WritesWhatItReads) {
  for (const char* text :
       {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678Z", "1969-12-31T23:59:59.999Z", "2024-02-29T00:00:00.001Z"}) {
    const auto time = from_iso8601(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(to_iso8601(*time), text);
  }
}

TEST(Clock, ReadsOffsetsAndLongFractions) {
  EXPECT_EQ(from_iso8601("2026-01-02T03:04:05+02:00"), from_iso8601("2026-01-02T01:04:05Z"));
  EXPECT_EQ(from_iso8601("2026-01-02T03:04:05-0130"), from_iso8601("2026-01-02T04:34:05Z"));
  EXPECT_EQ(from_iso8601("2026-01-02T03:04:05.123456789Z"), from_iso8601("2026-01-02T03:04:05.123Z"));
}

TEST(Clock, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-02T24:00:00Z", "2026-01-02 03:04:05Z",
        "2026-01-02T03:04:05", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05Zx", "+026-01-02T03:04:05Z", "1767322800"})
    EXPECT_FALSE(from_iso8601(text)) << text;
}

TEST(Clock, Durations) {
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("7d"), 7 * 24h);
  EXPECT_EQ(parse_duration("2w"), 14 * 24h);
  for (const char* text : {"", "7", "d", "-1d", "1.5h", "7 d", "7days", "99999999999999999999d"})
    EXPECT_FALSE(parse_duration(text)) << text;
  EXPECT_EQ(format_duration(7 * 24h), "7d");
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_duration(0s), "0s");
  EXPECT_EQ(describe_duration(59s), "59 s");
  EXPECT_EQ(describe_duration(2h + 5min), "2 h 5 min");
  EXPECT_EQ(describe_duration(24h), "1 day");
  EXPECT_EQ(describe_duration(6 * 24h + 3h), "6 days");
  EXPECT_EQ(describe_time_left(7 * 24h - 1s), "7 days");
  EXPECT_EQ(describe_time_left(2h - 1s), "2 h");
  EXPECT_EQ(describe_time_left(24h - 1s), "1 day");
  EXPECT_EQ(describe_time_left(90s), "1 min");
}

}  // namespace
}  // namespace panko
