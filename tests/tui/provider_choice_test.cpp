#include "tui/provider_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tui/sharing_sample.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using test::share;
using test::SharingTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string selected(const SharingTest& test) {
  const auto& choice = test.sharing.choice;
  return choice && choice->selected ? choice->selected->name : "";
}

bool is_live(const SharingTest& test) {
  return test.sharing.choice && test.sharing.choice->live;
}

TEST(ProviderChoice, OpenAndEnterShares) {
  SharingTest test;
  test.take(open_choice(test.sharing, test::session("Fix the fern", "fernwatch", 5min), test.now));
  ASSERT_EQ(test.effects.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<RefreshProviders>(test.effects[0]));
  EXPECT_TRUE(std::holds_alternative<ScanSession>(test.effects[1]));
  test.effects.clear();
  test.press(Key::enter);
  const auto start = test.only_effect<StartShare>();
  EXPECT_EQ(start.session_path, test::session("Fix the fern", "fernwatch", 5min).path);
  EXPECT_EQ(start.provider, "local");
  EXPECT_EQ(start.expires, "7d");
  EXPECT_FALSE(test.sharing.has_window());  // the TUI goes on
  EXPECT_EQ(mark_of(test.sharing, start.session_path, test.now), ShareMark::starting);
}

TEST(ProviderChoice, LiveIsToggledWhereItsMeaningIsSeen) {
  SharingTest test;
  test.open_choice();
  test.type("G");
  ASSERT_EQ(selected(test), "ngrok");  // it is missing, so nothing is said of what would be published
  test.type("lg");
  EXPECT_FALSE(is_live(test));
  test.type("lll");
  EXPECT_TRUE(is_live(test));
  EXPECT_EQ(test.expires(), "7d");
  test.press(Key::enter);
  EXPECT_TRUE(test.only_effect<StartShare>().live);
  test.open_choice();
  EXPECT_FALSE(is_live(test)) << "it is chosen each time anew";
}

TEST(ProviderChoice, AShareThatIsBeingStartedDoesNotKeepTheOtherKindFromIt) {
  SharingTest test;
  test.open_choice();
  test.press(Key::enter);
  const auto snapshot = test.only_effect<StartShare>();
  EXPECT_FALSE(snapshot.live);
  test.open_choice();
  test.type("l");
  test.press(Key::enter);
  EXPECT_TRUE(test.only_effect<StartShare>().live);
  test.open_choice();
  test.type("l");
  test.press(Key::enter);
  EXPECT_THAT(test.effects, IsEmpty());
  EXPECT_THAT(test.said, ElementsAre("\"Fix the fern\" is being shared through local already."));
  test.apply(ShareFailed{snapshot.session_path, "local", "No.", true});
  ASSERT_EQ(test.sharing.starting.size(), 1U);
  EXPECT_FALSE(test.sharing.starting[0].live);
}

TEST(ProviderChoice, OfALinkThereIsNothingToToggle) {
  auto info = share("a", "Fix the fern");
  info.session_path = test::session("Fix the fern", "fernwatch", 5min).path;
  SharingTest test({info});
  test.open_choice();
  test.type("l");
  EXPECT_FALSE(is_live(test));
}

TEST(ProviderChoice, TheFirstOneIsConfiguredElseUsedBeforeElseLocal) {
  struct Case {
    const char* configured;
    const char* used;
    const char* selected;
  };
  for (const Case& expected : std::vector<Case>{{"", "", "local"},
                                                {"", "cloudflare", "cloudflare"},
                                                {"cloudflare", "", "cloudflare"},
                                                {"local", "cloudflare", "local"},
                                                {"ngrok", "", "local"},  // missing
                                                {"ngrok", "cloudflare", "cloudflare"},
                                                {"no-such", "", "local"}}) {
    SharingTest test;
    test.sharing.configured_provider = expected.configured;
    test.sharing.last_provider = expected.used;
    test.open_choice();
    EXPECT_EQ(selected(test), expected.selected) << expected.configured << "/" << expected.used;
  }
}

TEST(ProviderChoice, AProviderThatFailedIsNotTheNextOnesDefault) {
  SharingTest test;
  test.open_choice();
  test.type("j");
  test.press(Key::enter);
  const auto start = test.only_effect<StartShare>();
  EXPECT_EQ(start.provider, "cloudflare");
  EXPECT_THAT(test.said, ElementsAre("Sharing \"Fix the fern\" through cloudflare; the link comes when it is up."));
  test.apply(ShareFailed{start.session_path, "cloudflare", "No network."});
  test.press(Key::escape);
  test.open_choice();
  EXPECT_EQ(selected(test), "local");
}

TEST(ProviderChoice, WhatCanBeUsedComesFirst) {
  SharingTest test;
  test.open_choice();
  std::vector<std::string> seen;
  for (int i = 0; i < 4; ++i) {
    seen.push_back(selected(test));
    test.type("j");
  }
  EXPECT_THAT(seen, ElementsAre("local", "cloudflare", "ngrok", "ngrok"));
  test.type("g");
  EXPECT_EQ(selected(test), "local");
  // Never is a missing one the first choice, if there is another.
  auto providers = test::sample_providers();
  providers[0].available = false;
  test.sharing.choice.reset();
  test.apply(ProvidersKnown{providers});
  test.open_choice();
  EXPECT_EQ(selected(test), "cloudflare");
}

TEST(ProviderChoice, WhatIsMissingIsNotSharedThroughButMended) {
  SharingTest test;
  test.open_choice();
  test.type("c");  // nothing to mend
  EXPECT_THAT(test.effects, IsEmpty());
  test.type("G");
  ASSERT_EQ(selected(test), "ngrok");
  test.type("c");
  EXPECT_EQ(test.only_effect<CopyText>().text, "sudo apt install ngrok");
  test.press(Key::enter);  // it may have been mended
  (void)test.only_effect<RefreshProviders>();
  EXPECT_THAT(test.said, ElementsAre("Looking whether ngrok can be used now."));
  EXPECT_TRUE(test.sharing.choice);
  auto providers = test::sample_providers();
  providers[1].available = true;
  test.apply(ProvidersKnown{providers});
  EXPECT_EQ(selected(test), "ngrok");
  test.press(Key::enter);
  EXPECT_EQ(test.only_effect<StartShare>().provider, "ngrok");
}

TEST(ProviderChoice, OnlyWhatIsSeenIsCopied) {
  SharingTest test;
  auto providers = test::sample_providers();
  providers[1].mend = "apt install ngrok\nrm -rf x \x1b[2J";
  test.apply(ProvidersKnown{providers});
  test.open_choice();
  test.type("Gc");
  EXPECT_EQ(test.only_effect<CopyText>().text, "apt install ngrok rm -rf x ␛[2J");
  providers[1].mend.reset();
  test.apply(ProvidersKnown{providers});
  test.type("c");
  EXPECT_THAT(test.effects, IsEmpty());
}

TEST(ProviderChoice, WhereNothingCanBeUsedNothingIsShared) {
  SharingTest test;
  test.open_choice();
  test.apply(ProvidersKnown{});
  test.press(Key::enter);
  EXPECT_THAT(test.effects, IsEmpty());
  EXPECT_THAT(test.said, ElementsAre(HasSubstr("! No provider can be used")));
}

TEST(ProviderChoice, ALinkThatDoesNotWorkIsNotTheFirstChoice) {
  auto info = share("a", "Fix the fern");
  info.session_path = test::session("Fix the fern", "fernwatch", 5min).path;
  info.status = "error";
  info.error = "cloudflared has ended.";
  SharingTest test({info});
  test.open_choice();
  EXPECT_EQ(selected(test), "local");
  test.type("g");
  ASSERT_EQ(selected(test), "a");
  test.press(Key::enter);
  EXPECT_THAT(test.only_effect<CopyText>().confirmation, HasSubstr("it does not work now"));
}

TEST(ProviderChoice, ExpiryGoesRound) {
  SharingTest test;
  test.open_choice();
  std::vector<std::string> seen;
  for (int i = 0; i < 6; ++i) {
    seen.push_back(test.expires());
    test.press(Key::right);
  }
  EXPECT_THAT(seen, ElementsAre("7d", "30d", "never", "1h", "12h", "1d"));
  EXPECT_EQ(test.expires(), "7d");
  test.press(Key::left);
  EXPECT_EQ(test.expires(), "1d");
  test.press(Key::enter);
  EXPECT_EQ(test.only_effect<StartShare>().expires, "1d");
}

TEST(ProviderChoice, TheConfiguredExpiryIsOfferedInItsPlace) {
  struct Case {
    const char* configured;
    std::vector<std::string> offered;
  };
  for (const auto& [configured, offered] :
       std::vector<Case>{{"7d", {"1h", "12h", "1d", "7d", "30d", "never"}},
                         {"never", {"1h", "12h", "1d", "7d", "30d", "never"}},
                         {"2d", {"1h", "12h", "1d", "2d", "7d", "30d", "never"}},
                         {"90s", {"90s", "1h", "12h", "1d", "7d", "30d", "never"}},
                         {"52w", {"1h", "12h", "1d", "7d", "30d", "52w", "never"}}}) {
    SharingTest test;
    test.sharing.default_expires = configured;
    test.open_choice();
    EXPECT_EQ(offered_expiries(test.sharing), offered);
    EXPECT_EQ(test.expires(), configured);
  }
}

TEST(ProviderChoice, ASharedSessionOffersItsLinkFirst) {
  auto info = share("a", "Fix the fern");
  info.session_path = test::session("Fix the fern", "fernwatch", 5min).path;
  SharingTest test({info});
  test.open_choice();
  EXPECT_EQ(selected(test), "a");
  test.press(Key::enter);
  EXPECT_EQ(test.only_effect<CopyText>().text, info.public_url);
  EXPECT_FALSE(test.sharing.has_window());

  test.open_choice();
  test.type("jj");
  test.press(Key::enter);
  EXPECT_EQ(test.only_effect<StartShare>().provider, "cloudflare");

  // Stopped from elsewhere while the window is open.
  test.open_choice();
  info.status = "stopped";
  test.apply(ShareChanged{info});
  EXPECT_EQ(selected(test), "local");
}

TEST(ProviderChoice, TheSameIsNotAskedForTwice) {
  SharingTest test;
  for (int i = 0; i < 2; ++i) {
    test.open_choice();
    test.press(Key::enter);
  }
  (void)test.only_effect<StartShare>();
  test.open_choice();  // another provider is another share
  test.type("j");
  test.press(Key::enter);
  EXPECT_EQ(test.only_effect<StartShare>().provider, "cloudflare");
  test.open_choice("Another session");
  test.press(Key::enter);
  (void)test.only_effect<StartShare>();
  EXPECT_EQ(test.sharing.starting.size(), 3U);
}

TEST(ProviderChoice, WaitsForTheDaemon) {
  SharingTest test;
  test.sharing = Sharing();
  test.open_choice();
  test.press(Key::enter);
  EXPECT_THAT(test.effects, IsEmpty());
  ASSERT_TRUE(test.sharing.choice);
  DaemonUp up;
  up.providers = test::sample_providers();
  test.apply(up);
  (void)test.only_effect<ScanSession>();
  test.press(Key::enter);
  (void)test.only_effect<StartShare>();

  test.open_choice("Another one");
  test.apply(DaemonDown{"Killed."});
  test.press(Key::enter);
  EXPECT_THAT(test.effects, IsEmpty());
  EXPECT_THAT(test.said.back(), HasSubstr("R starts it again"));
  test.type("R");
  (void)test.only_effect<ReconnectDaemon>();
}

TEST(ProviderChoice, EscClosesAndSharesNothing) {
  for (const char key : {'q', '\x1b'}) {
    SharingTest test;
    test.open_choice();
    if (key == 'q')
      test.type("q");
    else
      test.press(Key::escape);
    EXPECT_TRUE(test.taken);
    EXPECT_FALSE(test.sharing.has_window());
    EXPECT_THAT(test.effects, IsEmpty());
  }
}

}  // namespace
}  // namespace panko::tui
