#include "tui/color_depth.hpp"

#include <gtest/gtest.h>

namespace panko::tui {
namespace {

TEST(ColorDepth, IsWhatTheEnvironmentSays) {
  EXPECT_EQ(color_depth("truecolor", "xterm-256color", ""), ColorDepth::truecolor);
  EXPECT_EQ(color_depth("24bit", "tmux-256color", ""), ColorDepth::truecolor);
  EXPECT_EQ(color_depth("", "xterm-kitty", ""), ColorDepth::truecolor);
  EXPECT_EQ(color_depth("", "xterm-direct", ""), ColorDepth::truecolor);
  EXPECT_EQ(color_depth("", "tmux-256color", ""), ColorDepth::palette);
  EXPECT_EQ(color_depth("yes", "xterm-256color", ""), ColorDepth::palette);
  EXPECT_EQ(color_depth("", "xterm", ""), ColorDepth::sixteen);
  EXPECT_EQ(color_depth("", "linux", ""), ColorDepth::sixteen);
}

TEST(ColorDepth, IsNoneWhereThereAreNoColoursOrNobodyWantsThem) {
  EXPECT_EQ(color_depth("truecolor", "xterm-kitty", "1"), ColorDepth::none);
  EXPECT_EQ(color_depth("truecolor", "dumb", ""), ColorDepth::none);
  EXPECT_EQ(color_depth("", "vt100", ""), ColorDepth::none);
  EXPECT_EQ(color_depth("", "", ""), ColorDepth::none);
}

}  // namespace
}  // namespace panko::tui
