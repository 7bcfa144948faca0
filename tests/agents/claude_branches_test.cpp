#include "agents/claude_branches.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace panko {
namespace {

constexpr auto kNone = ClaudeNode::kNone;
using Line = std::vector<std::uint32_t>;

constexpr ClaudeNode prompt(std::uint32_t parent) {
  return {.parent = parent, .prompt = true, .turn = true};
}
constexpr ClaudeNode turn(std::uint32_t parent) {
  return {.parent = parent, .prompt = false, .turn = true};
}
constexpr ClaudeNode other(std::uint32_t parent) {
  return {.parent = parent};
}

TEST(ClaudeBranches, ALineHasNone) {
  const auto found = find_claude_branches({prompt(kNone), turn(0), prompt(1), turn(2)});
  EXPECT_EQ(found.branch_of, (Line{0, 0, 0, 0}));
  EXPECT_TRUE(found.fork_of.empty());
  EXPECT_TRUE(find_claude_branches({}).branch_of.empty());
}

TEST(ClaudeBranches, ARewindLeavesTheEarlierPrompt) {
  const auto found = find_claude_branches({prompt(kNone), turn(0), prompt(1), turn(2), prompt(1), turn(4)});
  EXPECT_EQ(found.branch_of, (Line{0, 0, 1, 1, 0, 0}));
  EXPECT_EQ(found.fork_of, Line{1});
}

TEST(ClaudeBranches, TheLastTurnDecidesNotTheLastChild) {
  const auto found = find_claude_branches({prompt(kNone), turn(0), prompt(1), prompt(1), turn(3), turn(2)});
  EXPECT_EQ(found.branch_of, (Line{0, 0, 0, 1, 1, 0}));
}

TEST(ClaudeBranches, ParallelResultsAreNoFork) {
  // line1 -> {result, line2 -> result -> next prompt}
  const auto found = find_claude_branches({prompt(kNone), turn(0), turn(1), turn(1), turn(3), prompt(4)});
  EXPECT_EQ(found.branch_of, (Line{0, 0, 0, 0, 0, 0}));
}

TEST(ClaudeBranches, RootsAreContinuations) {
  const auto found = find_claude_branches({prompt(kNone), turn(0), prompt(kNone), turn(2)});
  EXPECT_EQ(found.branch_of, (Line{0, 0, 0, 0}));
}

TEST(ClaudeBranches, ForksInsideForks) {
  // 1 -> 2 -> {3, 4} abandoned as a whole (its own fork is a branch too), 1 -> 5
  const auto found = find_claude_branches({prompt(kNone), turn(0), prompt(1), prompt(2), prompt(2), prompt(1)});
  EXPECT_EQ(found.branch_of[5], 0u);
  EXPECT_EQ(found.fork_of.size(), 2u);
  EXPECT_NE(found.branch_of[2], 0u);
  EXPECT_EQ(found.branch_of[4], found.branch_of[2]);
  EXPECT_NE(found.branch_of[3], found.branch_of[2]);
}

TEST(ClaudeBranches, ChildrenBeforeParentsAndThreeWays) {
  const auto found = find_claude_branches({prompt(3), prompt(3), prompt(3), other(kNone)});
  EXPECT_EQ(found.branch_of, (Line{1, 2, 0, 0}));
  EXPECT_EQ(found.fork_of, (Line{3, 3}));
}

TEST(ClaudeBranches, CyclesEnd) {
  EXPECT_EQ(find_claude_branches({prompt(0)}).branch_of, Line{0});
  EXPECT_EQ(find_claude_branches({prompt(1), prompt(0)}).branch_of, (Line{0, 0}));
  const auto found = find_claude_branches({prompt(2), prompt(0), prompt(1), prompt(0), prompt(3)});
  EXPECT_EQ(found.branch_of.size(), 5u);
}

TEST(ClaudeBranches, DeepChainsNeedNoStack) {
  std::vector<ClaudeNode> nodes{prompt(kNone)};
  for (std::uint32_t i = 0; i < 1'000'000; ++i) nodes.push_back(i % 2 == 0 ? turn(i) : prompt(i));
  EXPECT_TRUE(find_claude_branches(nodes).fork_of.empty());
}

}  // namespace
}  // namespace panko
