#include "tui/sharing_cards.hpp"

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

void start(SharingTest& test, std::string_view id, bool copied = true) {
  const auto info = share(id, "Fix the fern", 0s);
  test.apply(ShareStarted{info.session_path, info, copied});
  EXPECT_EQ(test.said.back(), "\"Fix the fern\" is shared through local.");
  test.said.clear();
}

TEST(SharingCards, TheLinkGoesAfterEightSeconds) {
  SharingTest test;
  start(test, "a");
  ASSERT_NE(shown_card(test.sharing), nullptr);
  EXPECT_EQ(next_change(test.sharing, test.now), test.now + 8s);
  test.pass(7999ms);
  EXPECT_NE(shown_card(test.sharing), nullptr);
  test.pass(1ms);
  EXPECT_EQ(shown_card(test.sharing), nullptr);
}

TEST(SharingCards, NoLaterWhenTheClockIsSetBack) {
  SharingTest test;
  start(test, "a");
  set_clock_back(test.sharing, 1h);
  test.now -= 1h;
  test.pass(7999ms);
  EXPECT_NE(shown_card(test.sharing), nullptr);
  test.pass(1ms);
  EXPECT_EQ(shown_card(test.sharing), nullptr);
}

TEST(SharingCards, NotWhileItsQrCodeIsShown) {
  SharingTest test;
  start(test, "a");
  test.type("Q");
  test.pass(10min);
  ASSERT_NE(shown_card(test.sharing), nullptr);
  test.type("Q");  // back to the link, for as long again
  test.pass(7999ms);
  EXPECT_NE(shown_card(test.sharing), nullptr);
  test.pass(1ms);
  EXPECT_EQ(shown_card(test.sharing), nullptr);
}

TEST(SharingCards, OtherKeysCloseItAndDoWhatTheyDo) {
  struct Case {
    KeyPress key;
    bool taken;
  };
  for (const auto& [key, taken] : std::vector<Case>{{{.key = Key::escape}, true},
                                                    {{.key = Key::enter}, true},
                                                    {{.character = ' '}, true},
                                                    {{.key = Key::down}, false},
                                                    {{.character = 'j'}, false},
                                                    {{.character = 'q'}, false},
                                                    {{.character = 'S'}, false}}) {
    SharingTest test;
    start(test, "a");
    test.pass(2s);
    test.take(handle_key(test.sharing, key, 80, 24, test.now));
    EXPECT_EQ(test.taken, taken);
    EXPECT_EQ(shown_card(test.sharing), nullptr);
    EXPECT_THAT(test.effects, IsEmpty());
    EXPECT_THAT(test.said, IsEmpty());
  }
}

TEST(SharingCards, CopiesAndOpensTheLink) {
  SharingTest test;
  start(test, "a");
  test.type("c");
  EXPECT_EQ(test.only_effect<CopyText>().text, share("a", "").public_url);
  start(test, "a");
  test.type("o");
  EXPECT_EQ(test.only_effect<OpenUrl>().url, share("a", "").public_url);
}

// A key that was on its way when the card came up has not lost the news.
TEST(SharingCards, WhatWasHardlySeenIsSaidOnceMore) {
  SharingTest test;
  start(test, "a");
  test.pass(300ms);
  test.type("j");
  EXPECT_THAT(test.said, ElementsAre("\"Fix the fern\" is shared, its link is on the clipboard; S shows it."));
  test.said.clear();
  test.apply(ShareFailed{"/x/session.jsonl", "cloudflare", "There is no network."});
  test.type("j");
  EXPECT_THAT(test.said,
              ElementsAre("! \"session\" was not shared.", "! Not shared through cloudflare: There is no network."));
}

TEST(SharingCards, SeveralComeOneAfterTheOther) {
  SharingTest test;
  start(test, "a");
  start(test, "b");
  test.apply(ShareFailed{"/x/session.jsonl", "cloudflare", "There is no network."});
  const auto shown = [&] { return std::get<LinkCard>(shown_card(test.sharing)->what).share.id; };
  EXPECT_EQ(shown(), "a");
  test.pass(8s);
  EXPECT_EQ(shown(), "b");
  test.pass(7s);
  EXPECT_EQ(shown(), "b");  // a time of its own
  test.press(Key::escape);
  EXPECT_EQ(std::get<TroubleCard>(shown_card(test.sharing)->what).text, "There is no network.");
  test.pass(1h);
  EXPECT_NE(shown_card(test.sharing), nullptr);
  test.press(Key::escape);
  EXPECT_EQ(shown_card(test.sharing), nullptr);
}

// Enter is meant for the provider, not for a card that gets in between.
TEST(SharingCards, WaitWhileAProviderIsBeingChosen) {
  SharingTest test;
  test.open_choice();
  start(test, "a");
  EXPECT_EQ(shown_card(test.sharing), nullptr);
  test.pass(1h);
  test.press(Key::enter);
  (void)test.only_effect<StartShare>();
  ASSERT_NE(shown_card(test.sharing), nullptr);
  test.pass(7s);
  EXPECT_NE(shown_card(test.sharing), nullptr);
}

TEST(SharingCards, AFailureKnowsWhichSessionItWas) {
  SharingTest test;
  test.open_choice();
  test.type("j");
  test.press(Key::enter);
  const auto asked = test.only_effect<tui::StartShare>();
  test.apply(ShareFailed{asked.session_path, asked.provider, "There is no network: check the cable."});
  const auto& card = std::get<TroubleCard>(shown_card(test.sharing)->what);
  EXPECT_EQ(card.heading, "Not shared through cloudflare");
  EXPECT_EQ(card.title, "Fix the fern");
  EXPECT_EQ(card.text, "There is no network: check the cable.");
  EXPECT_EQ(mark_of(test.sharing, asked.session_path, test.now), ShareMark::none);
}

TEST(SharingCards, ThePanelOpensTheCardOfAShare) {
  SharingTest test({share("a", "A"), test::with_new_link(share("b", "B", 9min), "https://x.trycloudflare.com/s/b/")});
  open_panel(test.sharing);
  test.type("ji");
  const auto shown = [&] {
    const Card* card = shown_card(test.sharing);
    return card ? std::get<LinkCard>(card->what).share : protocol::ShareInfo();
  };
  EXPECT_EQ(shown().id, "b");
  EXPECT_EQ(count_new_links(test.sharing, test.now), 0U);  // now it was seen
  test.pass(1h);
  EXPECT_EQ(shown().id, "b");  // until a key
  test.type("i");
  EXPECT_EQ(shown().id, "");
  EXPECT_THAT(test.said, IsEmpty());
  test.type("ic");
  EXPECT_EQ(test.only_effect<CopyText>().text, "https://x.trycloudflare.com/s/b/");
  EXPECT_TRUE(test.sharing.panel);
}

// Never does a card show a dead link as one that works.
TEST(SharingCards, ACardFollowsItsShare) {
  SharingTest test;
  start(test, "a");
  const auto broken = test::with_tunnel(share("a", "Fix the fern", 0s), "backoff", "It has ended.");
  test.apply(ShareChanged{share("a", "Fix the fern", 0s)});
  test.apply(ShareChanged{broken});
  EXPECT_THAT(test::unwrapped(test.screen()),
              HasSubstr("Does not work now and is tried again by itself: It has ended."));
  test.said.clear();
  test.type("j");  // hardly seen
  EXPECT_THAT(test.said, ElementsAre(HasSubstr("! The link to \"Fix the fern\" does not work now")));
  start(test, "a");
  test.apply(ShareChanged{broken});
  test.type("c");
  EXPECT_THAT(test.only_effect<CopyText>().confirmation, HasSubstr("it does not work now"));
  // The answer to the start comes later than what has become of it.
  test.said.clear();
  start(test, "a");
  EXPECT_EQ(std::get<LinkCard>(shown_card(test.sharing)->what).share.status, "error");
  auto stopped = broken;
  stopped.status = "stopped";
  test.apply(ShareChanged{stopped});
  EXPECT_EQ(shown_card(test.sharing), nullptr);
}

}  // namespace
}  // namespace panko::tui
