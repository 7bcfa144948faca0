#include "client/held_view.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/eventfd.h>

#include "tests/client/test_daemon.hpp"

namespace panko {
namespace {

using HeldViewTest = test::Home;

TEST_F(HeldViewTest, LastsUntilSomebodyWantsItNoMore) {
  const HeldView view(DaemonClient::connect_or_start(places_), places_, "/s", 4711);
  EXPECT_EQ(view.url(), "/s:4711");
  EXPECT_FALSE(view.is_over());
  const Fd interrupt{::eventfd(1, EFD_CLOEXEC)};
  EXPECT_EQ(view.wait_until_over(interrupt.get()), std::nullopt);
  EXPECT_FALSE(view.is_over());
}

TEST_F(HeldViewTest, SaysThatTheDaemonEndedIt) {
  behave("closes views");
  const HeldView view(DaemonClient::connect_or_start(places_), places_, "/s");
  EXPECT_EQ(view.wait_until_over(-1), "The view has ended: nobody has looked at it for a while.");
  EXPECT_TRUE(view.is_over());
}

TEST_F(HeldViewTest, SaysThatTheDaemonIsGone) {
  const HeldView view(DaemonClient::connect_or_start(places_), places_, "/s");
  ::kill(listening().peer(), SIGKILL);
  EXPECT_EQ(view.wait_until_over(-1), "The view has ended: the daemon is gone.");
}

TEST_F(HeldViewTest, AnotherDaemonIsNotTheOneThatHadIt) {
  const HeldView view(DaemonClient::connect_or_start(places_), places_, "/s");
  running().shutdown();
  (void)DaemonClient::connect_or_start(places_);
  EXPECT_EQ(view.wait_until_over(-1), "The view has ended: the daemon is gone.");
}

TEST_F(HeldViewTest, WhatCannotBeOpenedIsSaid) {
  auto daemon = DaemonClient::connect_or_start(places_);
  running().shutdown();
  EXPECT_EQ(test::failure_of([&] { const HeldView view(std::move(daemon), places_, "/s"); }),
            "The daemon ended before it answered; the next command starts it again.");
}

}  // namespace
}  // namespace panko
