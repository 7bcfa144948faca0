#include "http/masked_shelf.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

using std::chrono::milliseconds;

class MaskedShelfTest : public ::testing::Test {
 protected:
  std::shared_ptr<MaskedShelf> shelf(std::uint64_t budget, milliseconds idle = std::chrono::hours(1)) {
    return std::make_shared<MaskedShelf>(loop_.get_executor(), std::make_shared<Workshop>(loop_, workers_, 8), budget,
                                         idle);
  }
  /// Nothing is read before it is asked for its next step.
  static std::shared_ptr<MaskedSession> masked() {
    return std::make_shared<MaskedSession>("/nowhere", std::nullopt, "", RedactionSettings());
  }

  boost::asio::io_context loop_;
  boost::asio::thread_pool workers_{1};
};

TEST_F(MaskedShelfTest, TheLeastRecentlyVisitedGoesWhenThereIsTooMuch) {
  const auto kept = shelf(100);
  const auto first = masked();
  kept->keep(1, first, 40);
  kept->keep(2, masked(), 40);
  EXPECT_EQ(kept->find(1), first);
  kept->keep(3, masked(), 40);
  EXPECT_EQ(kept->find(2), nullptr);
  EXPECT_EQ(kept->find(1), first);
  EXPECT_NE(kept->find(3), nullptr);
  EXPECT_EQ(kept->bytes(), 80U);
  kept->clear();
  EXPECT_EQ(kept->bytes(), 0U);
}

TEST_F(MaskedShelfTest, OneThatIsLargerThanAllStaysAlone) {
  const auto kept = shelf(100);
  kept->keep(1, masked(), 40);
  kept->keep(2, masked(), 400);
  EXPECT_EQ(kept->find(1), nullptr);
  EXPECT_NE(kept->find(2), nullptr);
  kept->keep(3, masked(), 1);
  EXPECT_EQ(kept->find(2), nullptr);
  kept->clear();
}

TEST_F(MaskedShelfTest, GrowsWithItsSession) {
  const auto kept = shelf(100);
  const auto growing = masked();
  kept->keep(1, masked(), 40);
  kept->keep(2, growing, 40);
  kept->keep(2, growing, 80);
  EXPECT_EQ(kept->find(1), nullptr);
  EXPECT_EQ(kept->find(2), growing);
  EXPECT_EQ(kept->bytes(), 80U);
  kept->drop(2);
  kept->drop(7);
  EXPECT_EQ(kept->find(2), nullptr);
}

TEST_F(MaskedShelfTest, GoesAfterAWhileWithoutAVisit) {
  const auto kept = shelf(100, milliseconds(20));
  std::weak_ptr<MaskedSession> alive;
  {
    auto gone = masked();
    alive = gone;
    kept->keep(1, std::move(gone), 10);
  }
  loop_.run();  // comes back when nothing is kept
  EXPECT_EQ(kept->find(1), nullptr);
  workers_.join();
  EXPECT_TRUE(alive.expired());
}

}  // namespace
}  // namespace panko
