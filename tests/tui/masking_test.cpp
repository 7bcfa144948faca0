#include "tui/masking.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tui/sharing_sample.hpp"
#include "tui/links.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using test::sample_scan;
using test::SharingTest;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string screen_of(const SharingTest& test) {
  return test::unwrapped(test.screen());
}

const Scan& scan_of(const SharingTest& test) {
  static const Scan kNone;
  return test.sharing.choice ? test.sharing.choice->scan : kNone;
}

const protocol::ScanInfo& found_by(const SharingTest& test) {
  static const protocol::ScanInfo kNothing{.findings = std::vector<protocol::FindingInfo>(8)};
  const auto& found = scan_of(test).found;
  return found ? *found : kNothing;
}

TEST(Masking, TheCountComesWhileOneChooses) {
  SharingTest test;
  test.open_choice();
  EXPECT_THAT(screen_of(test), HasSubstr("Will be masked looking for secrets…"));
  test.type("j");  // nothing waits for it
  test.apply(SessionScanned{test.sharing.scans, sample_scan(12, 29)});
  EXPECT_THAT(screen_of(test), HasSubstr("Will be masked 12 secrets and 30 personal values · r review"));
}

TEST(Masking, NothingFoundIsSaid) {
  SharingTest test;
  test.open_choice();
  test.apply(SessionScanned{test.sharing.scans, {}});
  EXPECT_THAT(screen_of(test), HasSubstr("Will be masked nothing · r review"));
}

TEST(Masking, AFailureSaysWhyAndHowToGoOn) {
  SharingTest test;
  test.open_choice();
  test.apply(ScanFailed{test.sharing.scans, "The session is damaged."});
  EXPECT_THAT(screen_of(test), HasSubstr("not known · r look again The session is damaged."));
  test.type("r");
  EXPECT_EQ(test.only_effect<ScanSession>().number, test.sharing.scans);
  EXPECT_THAT(screen_of(test), HasSubstr("Looking for secrets…"));
  test.apply(ScanFailed{test.sharing.scans, "The session is damaged."});
  EXPECT_THAT(screen_of(test),
              HasSubstr("The session is damaged. Without that nothing of it is shared. r looks again"));
  test.type("r");
  EXPECT_EQ(test.only_effect<ScanSession>().number, test.sharing.scans);
}

TEST(Masking, AnAnswerToAnEarlierQuestionIsIgnored) {
  SharingTest test;
  test.open_choice("One");
  const auto first = test.sharing.scans;
  test.press(Key::escape);
  test.apply(SessionScanned{first, sample_scan()});
  test.open_choice("Another");
  test.apply(SessionScanned{first, sample_scan()});
  EXPECT_FALSE(scan_of(test).found);
  test.apply(ScanFailed{first, "No."});
  EXPECT_THAT(scan_of(test).failure, IsEmpty());
  test.apply(SessionScanned{test.sharing.scans, sample_scan()});
  EXPECT_TRUE(scan_of(test).found);
}

TEST(Masking, AnotherDaemonIsAskedAgainAfterAFailure) {
  SharingTest test;
  test.open_choice();
  test.apply(ScanFailed{test.sharing.scans, "The daemon went away."});
  test.apply(DaemonDown{"Gone."});
  DaemonUp up;
  up.providers = test::sample_providers();
  test.apply(up);
  (void)test.only_effect<ScanSession>();
}

TEST(Masking, FineIsShownAtOnceToldToTheDaemonAndTakenBack) {
  SharingTest test;
  test.open_review();
  test.type("f");
  const auto allow = test.only_effect<AllowValue>();
  EXPECT_EQ(allow.hash, sample_scan().findings[0].hash);
  EXPECT_TRUE(allow.allow);
  const auto& found = found_by(test);
  EXPECT_EQ(found.secrets, 3U);
  EXPECT_TRUE(found.findings[0].allowed);
  EXPECT_TRUE(found.findings[1].allowed);  // the same value elsewhere
  EXPECT_FALSE(found.findings[2].allowed);
  test.apply(ValueAllowed{});
  test.type(" ");
  EXPECT_FALSE(test.only_effect<AllowValue>().allow);
  EXPECT_EQ(found.secrets, 4U);
}

TEST(Masking, TheDaemonIsToldOneAfterTheOther) {
  SharingTest test;
  test.open_review();
  test.type("f");
  (void)test.only_effect<AllowValue>();
  test.type("fjjf");  // not after all; and another one
  EXPECT_THAT(test.effects, IsEmpty());
  test.apply(ValueAllowed{});
  EXPECT_FALSE(test.only_effect<AllowValue>().allow);
  test.apply(ValueAllowed{});
  EXPECT_EQ(test.only_effect<AllowValue>().hash, sample_scan().findings[2].hash);
  test.apply(ValueAllowed{});
  EXPECT_THAT(test.effects, IsEmpty());
}

// Else the page would show what the review said would be masked.
TEST(Masking, AShareWaitsUntilTheDaemonKnows) {
  SharingTest test;
  test.open_review();
  test.type("f");
  (void)test.only_effect<AllowValue>();
  test.type("f");
  test.press(Key::enter);
  EXPECT_THAT(test.effects, IsEmpty());
  EXPECT_FALSE(test.sharing.has_window());
  EXPECT_EQ(test.sharing.starting.size(), 1U);
  test.apply(ValueAllowed{});
  (void)test.only_effect<AllowValue>();
  test.apply(ValueAllowed{});
  EXPECT_EQ(test.only_effect<StartShare>().provider, "local");
  EXPECT_THAT(test.sharing.held, IsEmpty());
}

TEST(Masking, AShareIsNotStartedWhenTheDaemonCouldNotBeTold) {
  SharingTest test;
  test.open_review();
  test.type("f");
  (void)test.only_effect<AllowValue>();
  test.press(Key::enter);
  test.apply(ValueNotAllowed{"The disk is full."});
  EXPECT_THAT(test.effects, IsEmpty());
  EXPECT_THAT(test.sharing.starting, IsEmpty());
  EXPECT_EQ(test.said.back(), "! The disk is full.");
  EXPECT_THAT(screen_of(test), HasSubstr("The disk is full."));
}

TEST(Masking, WhatWasRefusedIsMaskedStill) {
  SharingTest test;
  test.open_review();
  test.type("f");
  (void)test.only_effect<AllowValue>();
  test.apply(ValueNotAllowed{"The disk is full."});
  EXPECT_FALSE(found_by(test).findings[0].allowed);
  EXPECT_EQ(found_by(test).secrets, 4U);
}

// It would say what was fine before.
TEST(Masking, ANewScanWaitsForWhatIsBeingTold) {
  SharingTest test;
  test.open_review();
  test.type("f");
  (void)test.only_effect<AllowValue>();
  test.press(Key::escape);
  test.press(Key::escape);
  test.take(open_choice(test.sharing, test::session("Fix the fern", "fernwatch", 5min), test.now));
  (void)test.only_effect<RefreshProviders>();
  test.apply(ValueAllowed{});
  (void)test.only_effect<ScanSession>();
}

TEST(Masking, NothingIsRememberedWithoutADaemon) {
  SharingTest test;
  test.open_review();
  test.apply(DaemonDown{"Gone."});
  test.type("f");
  EXPECT_THAT(test.effects, IsEmpty());
  EXPECT_THAT(test.said.back(), HasSubstr("while the daemon is away"));
  EXPECT_FALSE(found_by(test).findings[0].allowed);
}

}  // namespace
}  // namespace panko::tui
