#include "catalog/order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "agents/claude.hpp"

namespace panko {
namespace {

using testing::ElementsAre;

SessionEntry session(const std::string& name, const std::string& cwd, int minute, std::uint32_t messages,
                     std::uint64_t size) {
  SessionEntry entry{.path = "/s/" + name,
                     .agent = &kClaude,
                     .size = size,
                     .modified_at = WallTime(std::chrono::minutes(minute)),
                     .digest = {},
                     .project = project_of(cwd),
                     .unreadable = {}};
  entry.digest.facts.cwd = cwd;
  entry.digest.messages = messages;
  return entry;
}

std::vector<std::string> ordered(SortOrder order) {
  std::vector<SessionEntry> sessions{session("a", "/src/moss", 1, 5, 100), session("b", "/src/Fern", 3, 9, 100),
                                     session("c", "/src/ivy", 2, 5, 900), session("d", "/old/fern", 9, 1, 1),
                                     session("e", "/src/Fern", 9, 1, 1)};
  std::ranges::sort(sessions, [order](const auto& a, const auto& b) { return stands_before(a, b, order); });
  std::vector<std::string> names;
  for (const auto& entry : sessions) names.push_back(entry.path.filename());
  return names;
}

TEST(Order, SortsByEach) {
  EXPECT_THAT(ordered(SortOrder::newest), ElementsAre("d", "e", "b", "c", "a"));
  EXPECT_THAT(ordered(SortOrder::oldest), ElementsAre("a", "c", "b", "e", "d"));
  EXPECT_THAT(ordered(SortOrder::messages), ElementsAre("b", "c", "a", "d", "e"));
  EXPECT_THAT(ordered(SortOrder::size), ElementsAre("c", "b", "a", "d", "e"));
  EXPECT_THAT(ordered(SortOrder::project), ElementsAre("d", "e", "b", "c", "a")) << "case does not count";
}

TEST(Order, IsTotal) {
  const auto a = session("a", "/x", 1, 1, 1);
  const auto b = session("b", "/x", 1, 1, 1);
  for (const SortOrder order : kSortOrders) {
    EXPECT_NE(stands_before(a, b, order), stands_before(b, a, order)) << name_of(order);
    EXPECT_FALSE(stands_before(a, a, order)) << name_of(order);
  }
}

TEST(Order, HasNames) {
  for (const SortOrder order : kSortOrders) EXPECT_EQ(sort_order_of(name_of(order)), order);
  EXPECT_EQ(name_of(SortOrder::messages), "messages");
  EXPECT_EQ(sort_order_of("Newest"), std::nullopt);
  EXPECT_EQ(sort_order_of(""), std::nullopt);
}

TEST(Filter, LetsThroughWhatFits) {
  const auto fern = session("a", "/src/garden/FernWatch", 10, 1, 1);
  EXPECT_TRUE(SessionFilter{}.lets_through(fern));
  const auto by_project = [&](const std::string& project) {
    SessionFilter filter;
    filter.project = project;
    return filter.lets_through(fern);
  };
  EXPECT_TRUE(by_project("fernw"));
  EXPECT_TRUE(by_project("/src/garden"));
  EXPECT_TRUE(by_project("GARDEN"));
  EXPECT_FALSE(by_project("moss"));

  SessionFilter filter;
  filter.changed_since = WallTime(std::chrono::minutes(10));
  EXPECT_TRUE(filter.lets_through(fern));
  filter.changed_since = WallTime(std::chrono::minutes(11));
  EXPECT_FALSE(filter.lets_through(fern));

  const Agent other{};
  filter = {};
  filter.agent = &other;
  EXPECT_FALSE(filter.lets_through(fern));
  filter.agent = &kClaude;
  EXPECT_TRUE(filter.lets_through(fern));
}

}  // namespace
}  // namespace panko
