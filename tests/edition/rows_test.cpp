#include "edition/rows.hpp"

#include <gmock/gmock.h>

namespace panko {
namespace {

OutlineBlock block(std::uint64_t key, std::uint32_t subagent = OutlineBlock::kNoSubagent) {
  OutlineBlock out;
  out.anchor_key = key;
  out.subagent = subagent;
  return out;
}

std::vector<std::uint64_t> keys(const Rows& rows) {
  std::vector<std::uint64_t> out;
  out.reserve(rows.size());
  for (std::uint32_t row = 0; row < rows.size(); ++row) out.push_back(rows.at(row).block->anchor_key);
  return out;
}

TEST(Rows, SubagentsStandBehindTheirCall) {
  Outline inner;
  inner.blocks = {block(10), block(11)};
  Outline outline;
  outline.blocks = {block(1), block(2, 0), block(3)};
  outline.subagents.push_back({.source = std::nullopt, .type = "Explore", .description = "", .outline = inner});
  const Rows rows(outline);
  EXPECT_THAT(keys(rows), testing::ElementsAre(1, 2, 10, 11, 3));
  EXPECT_EQ(rows.group_of(2).kind, RowGroup::Kind::subagent);
  EXPECT_EQ(rows.group_of(2).first, 2U);
  EXPECT_EQ(rows.group_of(2).end, 4U);
  EXPECT_EQ(rows.at(4).group, RowGroup::kMain);
}

TEST(Rows, BranchesStandWhereTheyLeftAndNoneIsLost) {
  Outline outline;
  outline.blocks = {block(1), block(2)};
  outline.branches = {{.after = 2, .blocks = {block(30)}},
                      {.after = 0, .blocks = {block(10)}},
                      {.after = 1, .blocks = {block(20), block(21)}},
                      {.after = 1, .blocks = {}},
                      {.after = 99, .blocks = {block(40)}}};
  EXPECT_THAT(keys(Rows(outline)), testing::ElementsAre(10, 1, 20, 21, 2, 30, 40));
}

TEST(Rows, SubagentOfABranchBelongsToIt) {
  Outline inner;
  inner.blocks = {block(10)};
  Outline outline;
  outline.blocks = {block(1)};
  outline.branches = {{.after = 1, .blocks = {block(2, 0)}}};
  outline.subagents.push_back({.source = std::nullopt, .type = "", .description = "", .outline = inner});
  const Rows rows(outline);
  EXPECT_THAT(keys(rows), testing::ElementsAre(1, 2, 10));
  EXPECT_EQ(rows.group(rows.group_of(2).parent).kind, RowGroup::Kind::branch);
}

TEST(Rows, FindsTheFirstOfAnAnchor) {
  Outline outline;
  outline.blocks = {block(5), block(7), block(5), block(1)};
  const Rows rows(outline);
  EXPECT_EQ(rows.find(5), 0U);
  EXPECT_EQ(rows.find(1), 3U);
  EXPECT_EQ(rows.find(6), std::nullopt);
  EXPECT_EQ(Rows(Outline{}).find(5), std::nullopt);
}

}  // namespace
}  // namespace panko
