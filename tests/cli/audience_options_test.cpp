#include "cli/audience_options.hpp"

#include <gtest/gtest.h>

namespace panko::cli {
namespace {

using Parts = std::vector<std::string>;

TEST(AudienceOptions, WhatIsHidden) {
  EXPECT_EQ(hidden_parts("tools"), (Parts{"tools"}));
  EXPECT_EQ(hidden_parts("thinking,tools,thinking"), (Parts{"thinking", "tools"}));
  EXPECT_EQ(hidden_parts("none"), Parts{});
  for (const char* wrong : {"", "tools,", ",", "Tools", "tools thinking", "none,tools"})
    EXPECT_FALSE(hidden_parts(wrong)) << wrong;
  EXPECT_EQ(hidden_parts("tools,thinkin").error().message,
            "--hide takes tools, thinking and steps with commas between, or none, not \"thinkin\"; did you mean "
            "thinking?");
}

TEST(AudienceOptions, HowOftenItCanBeOpened) {
  EXPECT_EQ(view_limit("1"), 1U);
  EXPECT_EQ(view_limit("none"), 0U);
  for (const char* wrong : {"", "0", "-1", "1.5", "99999999999", "many"}) EXPECT_FALSE(view_limit(wrong)) << wrong;
}

}  // namespace
}  // namespace panko::cli
