#include "base/file_time.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

std::int64_t modified_ns_at(std::int64_t seconds, long nanoseconds) {
  struct stat status{};
  status.st_mtim = {.tv_sec = seconds, .tv_nsec = nanoseconds};
  return modified_ns(status);
}

TEST(FileTime, IsInNanoseconds) {
  EXPECT_EQ(modified_ns_at(1'790'000'000, 999), 1'790'000'000'000'000'999);
  EXPECT_EQ(modified_ns_at(-1, 5), -999'999'995);
}

TEST(FileTime, WhatIsBeyondIsTheLastOneThatFits) {
  const std::int64_t last = modified_ns_at(INT64_MAX, 999'999'999);
  EXPECT_GT(last, modified_ns_at(9'000'000'000, 0));
  EXPECT_EQ(last, modified_ns_at(32'500'000'000, 999'999'999));
  EXPECT_LT(modified_ns_at(INT64_MIN, 0), modified_ns_at(-9'000'000'000, 0));
}

}  // namespace
}  // namespace panko
