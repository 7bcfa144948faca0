#include "base/numbers.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(Numbers, Times) {
  const WallTime time = from_iso8601("2026-01-02T03:04:05.678Z").value_or(WallTime{});
  EXPECT_EQ(format_clock(time), "03:04");
  EXPECT_EQ(format_day(time), "2 Jan 2026");
  EXPECT_EQ(format_moment(time), "2 Jan 2026, 03:04:05 UTC");
}

TEST(Numbers, BytesAndCounts) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1234), "1.2 KB");
  EXPECT_EQ(format_bytes(999'900), "1.0 MB");
  EXPECT_EQ(format_bytes(123'456'789), "123 MB");
  EXPECT_EQ(format_number(7), "7");
  EXPECT_EQ(format_number(1234567), "1,234,567");
  EXPECT_EQ(format_number(123456), "123,456");
  EXPECT_EQ(format_roughly(999), "999");
  EXPECT_EQ(format_roughly(12345), "12.3k");
  EXPECT_EQ(format_roughly(3'400'000), "3.4M");
  EXPECT_EQ(format_count(1, "line", "lines"), "1 line");
  EXPECT_EQ(format_count(2000, "line", "lines"), "2,000 lines");
}

}  // namespace
}  // namespace panko
