#include "session/block.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(Block, KindsHaveTheNamesOfTheContract) {
  EXPECT_EQ(name_of(BlockKind::user), "user");
  EXPECT_EQ(name_of(BlockKind::assistant), "assistant");
  EXPECT_EQ(name_of(BlockKind::thinking), "thinking");
  EXPECT_EQ(name_of(BlockKind::tool), "tool");
  EXPECT_EQ(name_of(BlockKind::subagent), "subagent");
  EXPECT_EQ(name_of(BlockKind::command), "command");
  EXPECT_EQ(name_of(BlockKind::compaction), "compaction");
  EXPECT_EQ(name_of(BlockKind::notice), "notice");
  EXPECT_EQ(name_of(BlockKind::image), "image");
}

}  // namespace
}  // namespace panko
