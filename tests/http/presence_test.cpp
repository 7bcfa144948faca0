#include "http/presence.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <vector>

namespace panko {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PresenceTest : public ::testing::Test {
 protected:
  std::shared_ptr<Presence> presence(milliseconds patience) {
    auto made = std::make_shared<Presence>(loop_.get_executor(), patience);
    made->tell([this] { ++views_; }, [this](std::size_t count) { viewers_.push_back(count); });
    return made;
  }
  static Seen seen(int visitor, bool again = false) {
    return {.visit = fmt::format("visitor-{:08}", visitor), .is_again = again};
  }

  boost::asio::io_context loop_;
  std::size_t views_ = 0;
  std::vector<std::size_t> viewers_;
};

TEST_F(PresenceTest, CountsEachVisitOnce) {
  const auto looking = presence(std::chrono::hours(1));
  for (int i = 0; i < 3; ++i) looking->saw(seen(1));
  looking->saw(seen(2));
  looking->saw(seen(1));
  EXPECT_EQ(views_, 2U);
  EXPECT_THAT(viewers_, ElementsAre(1, 2));
  looking->end();
  loop_.run();
  EXPECT_THAT(viewers_, ElementsAre(1, 2)) << "nobody hears of the end";
}

TEST_F(PresenceTest, WhoIsSilentDoesNotLookAnyMore) {
  const auto looking = presence(milliseconds(20));
  looking->saw(seen(1));
  looking->saw(seen(2));
  loop_.run();  // comes back when no timer runs any more
  EXPECT_EQ(looking->viewers(), 0U);
  EXPECT_EQ(viewers_.front(), 1U);
  EXPECT_EQ(viewers_.back(), 0U);
  looking->saw(seen(1));
  EXPECT_EQ(views_, 2U) << "back from a break: not another view";
  EXPECT_EQ(looking->viewers(), 1U);
  loop_.restart();
  loop_.run();
  EXPECT_EQ(looking->viewers(), 0U);
}

TEST_F(PresenceTest, WhoWasThereBeforeIsNoNewView) {
  const auto looking = presence(std::chrono::hours(1));
  looking->saw(seen(1, true));
  EXPECT_EQ(views_, 0U);
  EXPECT_THAT(viewers_, ElementsAre(1));
}

TEST_F(PresenceTest, IsBounded) {
  const auto looking = presence(milliseconds(50));
  for (int i = 0; i < 5000; ++i) looking->saw(seen(i));
  EXPECT_EQ(looking->viewers(), Presence::kMostVisits);
  EXPECT_EQ(views_, 5000U);
  loop_.run();
  EXPECT_EQ(looking->viewers(), 0U);
  for (int i = 0; i < 2000; ++i) looking->saw(seen(i, true));
  EXPECT_EQ(looking->viewers(), Presence::kMostVisits);
  looking->end();
  loop_.restart();
  loop_.run();
}

TEST_F(PresenceTest, ANewListenerHearsHowManyLook) {
  const auto looking = presence(std::chrono::hours(1));
  looking->saw(seen(1));
  std::vector<std::size_t> heard;
  looking->tell({}, [&](std::size_t count) { heard.push_back(count); });
  EXPECT_THAT(heard, ElementsAre(1));
  looking->saw(seen(2));
  EXPECT_THAT(heard, ElementsAre(1, 2));
  EXPECT_THAT(viewers_, ElementsAre(1));
  looking->end();
  looking->tell({}, [&](std::size_t count) { heard.push_back(count); });
  EXPECT_THAT(heard, ElementsAre(1, 2));
}

}  // namespace
}  // namespace panko
