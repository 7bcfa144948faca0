#include "tui/when.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "tests/tui/sample.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using test::noon;

TEST(When, NearByDistanceFarByDate) {
  struct Case {
    std::chrono::seconds ago;
    std::string age;
  };
  for (const auto& [ago, expected] : std::vector<Case>{{-5s, "now"},
                                                       {59s, "now"},
                                                       {60s, "1 min"},
                                                       {59min, "59 min"},
                                                       {1h, "1 h"},
                                                       {23h, "23 h"},
                                                       {24h, "1 d"},
                                                       {7 * 24h - 1s, "6 d"},
                                                       {7 * 24h, "5 Mar"},
                                                       {100 * 24h, "Dec 2025"}}) {
    EXPECT_EQ(age(noon() - ago, noon()), expected);
    EXPECT_LE(terminal_width(expected), 8u);
  }
  EXPECT_EQ(ago(noon() - 59s, noon()), "just now");
  EXPECT_EQ(ago(noon() - 60s, noon()), "1 min ago");
  EXPECT_EQ(ago(noon() - 8 * 24h, noon()), "4 Mar");
  EXPECT_EQ(local_moment(noon()), "12 Mar 2026, 12:00");
}

TEST(When, SaysWhenItChanges) {
  for (const auto ago : std::vector<std::chrono::milliseconds>{-5s, 0s, 59'999ms, 60s, 61s, 59min, 1h, 23h + 5min, 24h,
                                                               6 * 24h + 1ms, 50 * 24h}) {
    const WallTime then = noon() - ago;
    const WallTime next = age_changes_at(then, noon());
    EXPECT_GT(next, noon());
    EXPECT_EQ(age(then, next - 1ms), age(then, noon()));
    if (ago < 7 * 24h) {
      EXPECT_NE(age(then, next), age(then, noon()));
    }
  }
}

}  // namespace
}  // namespace panko::tui
