#include "client/start_daemon.hpp"

#include <gtest/gtest.h>

#include "tests/client/test_daemon.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using test::failure_of;

using StartDaemonTest = test::Home;

TEST_F(StartDaemonTest, ReturnsWhenTheDaemonListens) {
  start_daemon(places_, deadline_in(20s));
  EXPECT_TRUE(LineSocket::connect(places_.socket));
  start_daemon(places_, deadline_in(20s));  // "running"
}

TEST_F(StartDaemonTest, PassesTheDaemonsOwnSentenceOn) {
  behave("refuses");
  EXPECT_EQ(failure_of([&] { start_daemon(places_, deadline_in(20s)); }), "The disk is full.");
}

TEST_F(StartDaemonTest, ShowsTheEndOfTheLogOfADaemonThatCrashed) {
  behave("crashes");
  std::string expected = "The daemon ended while it started. The end of " + places_.log_file.native() + ":";
  for (int i = 3; i <= 12; ++i) expected += "\n  line " + std::to_string(i) + "␛[31m";
  EXPECT_EQ(failure_of([&] { start_daemon(places_, deadline_in(20s)); }), expected);
}

TEST_F(StartDaemonTest, DoesNotWaitForEver) {
  behave("silent");
  EXPECT_EQ(failure_of([&] { start_daemon(places_, deadline_in(50ms)); }),
            "The daemon was not ready in time. It wrote no log at " + places_.log_file.native() + ".");
}

TEST_F(StartDaemonTest, OnlyOneHoldsTheStartLock) {
  StartLock first(places_);
  {
    StartLock second(places_);
    EXPECT_TRUE(second.try_take());
    EXPECT_FALSE(first.try_take());
  }
  EXPECT_TRUE(first.try_take());
}

}  // namespace
}  // namespace panko
