#include "shares/ledger.hpp"

#include <gtest/gtest.h>

#include "tests/store/scratch.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;

const WallTime kNoon = *from_iso8601("2026-01-02T12:00:00Z");

class LedgerTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    ledger_ = std::make_unique<Ledger>(loop_, workers_, scratch_ / "state.db", [this] { return wall_; });
  }
  void add(const std::string& id, WallTime started = kNoon) {
    Share share;
    share.id = id;
    share.token = "token-" + id;
    share.started_at = started;
    ledger_->add(std::move(share));
  }

  test::ScratchDirectory scratch_;
  WallTime wall_ = kNoon;
  boost::asio::io_context loop_;
  boost::asio::thread_pool workers_{1};
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(LedgerTest, ListsInTheOrderOfStarting) {
  add("b", kNoon + 2s);
  add("a", kNoon + 3s);
  add("c", kNoon + 1s);
  std::string order;
  for (const Share& share : ledger_->list()) order += share.id;
  EXPECT_EQ(order, "cba");
}

TEST_F(LedgerTest, WhatIsSavedIsThereAgain) {
  add("a");
  ledger_->find("a")->status = ShareStatus::active;
  EXPECT_FALSE(ledger_->save({"a"}));
  open();
  EXPECT_EQ(ledger_->find("a")->status, ShareStatus::active);
  EXPECT_EQ(ledger_->find("b"), nullptr);
}

TEST_F(LedgerTest, ListenersHearUntilTheyLeave) {
  std::vector<std::string> heard;
  auto listener = ledger_->subscribe([&](const Share& share) { heard.push_back(share.id); });
  add("a");
  EXPECT_FALSE(ledger_->save({"a"}));
  EXPECT_EQ(heard.size(), 2U);
  listener.reset();
  EXPECT_FALSE(ledger_->save({"a"}));
  EXPECT_EQ(heard.size(), 2U);
}

TEST_F(LedgerTest, AListenerMayComeAndGoWhileItIsTold) {
  std::shared_ptr<void> second;
  std::shared_ptr<void> first = ledger_->subscribe([&](const Share&) {
    second = ledger_->subscribe([](const Share&) {});
    first.reset();
  });
  add("a");
  EXPECT_FALSE(first);
  EXPECT_TRUE(second);
}

TEST_F(LedgerTest, OnlyOldStoppedSharesAreForgotten) {
  for (const char* id : {"old", "new", "running"}) add(id);
  for (const char* id : {"old", "new"}) ledger_->find(id)->status = ShareStatus::stopped;
  ledger_->find("old")->stopped_at = kNoon - 31 * 24h;
  ledger_->find("new")->stopped_at = kNoon;
  EXPECT_FALSE(ledger_->save({"old", "new"}));
  const auto forgotten = ledger_->forget_stopped_before(kNoon - 30 * 24h);
  ASSERT_EQ(forgotten.size(), 1U);
  EXPECT_EQ(forgotten[0].id, "old");
  EXPECT_EQ(ledger_->list().size(), 2U);
  open();
  EXPECT_EQ(ledger_->list().size(), 2U);
  EXPECT_EQ(ledger_->ended_tokens().size(), 2U) << "the link of what is forgotten still answers";
}

TEST_F(LedgerTest, TimeDoesNotRunBackFromOneDaemonToTheNext) {
  add("a");
  wall_ = kNoon - 240h;
  open();
  EXPECT_GE(ledger_->now(), kNoon);
}

}  // namespace
}  // namespace panko
