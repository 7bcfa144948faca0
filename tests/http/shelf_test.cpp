#include "http/shelf.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

using std::chrono::milliseconds;

class ShelfTest : public ::testing::Test {
 protected:
  std::shared_ptr<Shelf> shelf(milliseconds idle) {
    return std::make_shared<Shelf>(loop_.get_executor(), std::make_shared<Workshop>(loop_, workers_, 8), idle);
  }
  /// Only its address matters here: a shelf never looks into an edition.
  static std::shared_ptr<const Edition> edition() {
    static std::vector<std::shared_ptr<int>> all;
    all.push_back(std::make_shared<int>(0));
    return {all.back(), reinterpret_cast<const Edition*>(all.back().get())};
  }
  static AnswerPtr page(std::size_t bytes) {
    auto answer = std::make_shared<Answer>();
    answer->content = std::string(bytes, 'x');
    return answer;
  }

  boost::asio::io_context loop_;
  boost::asio::thread_pool workers_{1};
};

TEST_F(ShelfTest, KeepsAnEditionAndItsPages) {
  const auto kept = shelf(std::chrono::hours(1));
  const auto owner = Shelf::new_owner();
  const auto first = edition();
  EXPECT_EQ(kept->edition(owner), nullptr);
  kept->keep(owner, first);
  EXPECT_EQ(kept->edition(owner), first);
  EXPECT_EQ(kept->page(owner, "a"), nullptr);
  const auto answer = page(10);
  kept->keep(owner, first, "a", answer);
  EXPECT_EQ(kept->page(owner, "a"), answer);
  EXPECT_EQ(kept->page(Shelf::new_owner(), "a"), nullptr);

  kept->keep(owner, edition());
  EXPECT_EQ(kept->page(owner, "a"), nullptr) << "a page of another edition";
  kept->keep(owner, first, "a", answer);
  EXPECT_EQ(kept->page(owner, "a"), nullptr) << "made of an edition that is no longer kept";
  EXPECT_EQ(kept->page_bytes(), 0U);
  kept->clear();
}

TEST_F(ShelfTest, GivesUpTheOldestPagesFirst) {
  const auto kept = shelf(std::chrono::hours(1));
  const auto owner = Shelf::new_owner();
  const auto made_of = edition();
  kept->keep(owner, made_of);
  for (std::size_t i = 0; i < Shelf::kPagesOfOwner; ++i) kept->keep(owner, made_of, std::to_string(i), page(1));
  EXPECT_NE(kept->page(owner, "0"), nullptr);
  kept->keep(owner, made_of, "new", page(1));
  EXPECT_NE(kept->page(owner, "0"), nullptr);
  EXPECT_EQ(kept->page(owner, "1"), nullptr);
  EXPECT_EQ(kept->page_bytes(), Shelf::kPagesOfOwner);

  kept->keep(owner, made_of, "huge", page(Shelf::kLargestPage + 1));
  EXPECT_EQ(kept->page(owner, "huge"), nullptr);
  kept->clear();
  EXPECT_EQ(kept->page_bytes(), 0U);
}

TEST_F(ShelfTest, StaysBelowItsLimitOverAllMounts) {
  const auto kept = shelf(std::chrono::hours(1));
  std::vector<Shelf::Owner> owners;
  for (std::size_t i = 0; i < Shelf::kAllPages / Shelf::kLargestPage + 2; ++i) {
    const auto made_of = edition();
    owners.push_back(Shelf::new_owner());
    kept->keep(owners.back(), made_of);
    kept->keep(owners.back(), made_of, "p", page(Shelf::kLargestPage));
    EXPECT_LE(kept->page_bytes(), Shelf::kAllPages);
  }
  EXPECT_EQ(kept->page(owners[0], "p"), nullptr);
  EXPECT_EQ(kept->page(owners[1], "p"), nullptr);
  EXPECT_NE(kept->page(owners[2], "p"), nullptr);
  EXPECT_NE(kept->edition(owners[0]), nullptr);
  kept->clear();
}

TEST_F(ShelfTest, IsEmptyAfterAWhileAndThenNeverWakesTheLoop) {
  const auto kept = shelf(milliseconds(5));
  const auto owner = Shelf::new_owner();
  auto made_of = edition();
  const std::weak_ptr<const Edition> watched = made_of;
  kept->keep(owner, made_of);
  kept->keep(owner, made_of, "a", page(10));
  made_of.reset();
  loop_.run();  // returns when nothing is waited for any more
  EXPECT_EQ(kept->edition(owner), nullptr);
  EXPECT_EQ(kept->page_bytes(), 0U);

  kept->keep(owner, edition());
  loop_.restart();
  loop_.run();
  EXPECT_EQ(kept->edition(owner), nullptr) << "it empties itself a second time";
}

TEST_F(ShelfTest, ClearedItLetsTheLoopEnd) {
  const auto kept = shelf(std::chrono::hours(1));
  kept->keep(Shelf::new_owner(), edition());
  loop_.poll();
  kept->clear();
  loop_.run();
  SUCCEED() << "the loop ended";
}

}  // namespace
}  // namespace panko
