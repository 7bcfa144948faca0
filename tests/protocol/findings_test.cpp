#include "protocol/findings.hpp"

#include <gtest/gtest.h>

namespace panko::protocol {
namespace {

TEST(Findings, AreCalledAsTheirMarkerSays) {
  EXPECT_EQ(finding_name({.marker = "[redacted: github-token #3]", .kind = "github-token"}), "github-token #3");
  EXPECT_EQ(finding_name({.marker = "~", .kind = "home"}), "home");
  EXPECT_EQ(name_in_marker("[redacted: jwt #1]"), "jwt #1");
  EXPECT_EQ(name_in_marker("jwt #1"), "jwt #1");
}

TEST(Findings, AreCounted) {
  EXPECT_EQ(masked_values(0, 0), "");
  EXPECT_EQ(masked_values(1, 0), "1 secret");
  EXPECT_EQ(masked_values(0, 1), "1 personal value");
  EXPECT_EQ(masked_values(12, 30), "12 secrets and 30 personal values");
}

}  // namespace
}  // namespace panko::protocol
