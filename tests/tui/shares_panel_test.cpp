#include "tui/shares_panel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tui/sharing_sample.hpp"
#include "tui/sharing_view.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using test::share;
using test::SharingTest;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

protocol::ShareInfo stopped(protocol::ShareInfo share) {
  share.status = "stopped";
  return share;
}

struct Panel : SharingTest {
  Panel() : SharingTest({share("a", "A", 1min), share("b", "B", 2min), share("c", "C", 3min)}) { open_panel(sharing); }
  [[nodiscard]] std::string selected() const {
    const auto* found = selected_share(sharing);
    return found ? found->id : "";
  }
};

TEST(SharesPanel, KeysMoveTheSelection) {
  Panel panel;
  EXPECT_EQ(panel.selected(), "a");
  struct Case {
    const char* keys;
    const char* selected;
  };
  for (const auto& [keys, selected] :
       std::vector<Case>{{"k", "a"}, {"j", "b"}, {"jj", "c"}, {"j", "c"}, {"g", "a"}, {"G", "c"}, {"k", "b"}}) {
    panel.type(keys);
    EXPECT_EQ(panel.selected(), selected) << keys;
  }
  panel.press(Key::home);
  EXPECT_EQ(panel.selected(), "a");
  panel.press(Key::page_down);
  EXPECT_EQ(panel.selected(), "c");
}

TEST(SharesPanel, TheSelectionStaysWithItsShare) {
  Panel panel;
  panel.type("j");
  panel.apply(ShareChanged{share("new", "New", 0s)});
  EXPECT_EQ(panel.selected(), "b");
  panel.apply(ShareChanged{stopped(share("a", "A", 1min))});
  EXPECT_EQ(panel.selected(), "b");
  panel.apply(ShareChanged{stopped(share("b", "B", 2min))});
  EXPECT_EQ(panel.selected(), "c");  // what took its place
  panel.apply(ShareChanged{stopped(share("c", "C", 3min))});
  EXPECT_EQ(panel.selected(), "new");
  panel.apply(ShareChanged{stopped(share("new", "New", 0s))});
  EXPECT_EQ(panel.selected(), "");
}

TEST(SharesPanel, CopiesOpensAndShowsTheCode) {
  Panel panel;
  panel.type("jc");
  EXPECT_EQ(panel.only_effect<CopyText>().text, share("b", "").public_url);
  panel.press(Key::enter);
  EXPECT_EQ(panel.only_effect<CopyText>().text, share("b", "").public_url);
  panel.type("o");
  EXPECT_EQ(panel.only_effect<OpenUrl>().url, share("b", "").public_url);
  panel.type("Q");
  EXPECT_TRUE(panel.shows_qr());
  panel.type("j");  // closes the code and no more
  EXPECT_FALSE(panel.shows_qr());
  EXPECT_EQ(panel.selected(), "b");

  auto starting = share("s", "S", 0s);
  starting.status = "starting";
  starting.public_url.clear();
  panel.apply(ShareChanged{starting});
  panel.type("gc");
  EXPECT_THAT(panel.effects, IsEmpty());
  EXPECT_THAT(panel.said.back(), HasSubstr("no link yet"));
}

TEST(SharesPanel, StopsAtOnceAndUndoesForTenSeconds) {
  Panel panel;
  panel.type("jd");
  EXPECT_EQ(panel.only_effect<StopShare>().share_id, "b");
  panel.type("d");  // once is enough
  EXPECT_THAT(panel.effects, IsEmpty());
  panel.type("u");  // not stopped yet
  EXPECT_THAT(panel.effects, IsEmpty());
  panel.apply(ShareStopped{"b"});
  panel.apply(ShareChanged{stopped(share("b", "B", 2min))});
  EXPECT_EQ(panel.selected(), "c");
  panel.pass(9999ms);
  panel.type("u");
  EXPECT_EQ(panel.only_effect<RestoreShare>().share_id, "b");
  panel.apply(ShareChanged{share("b", "B", 2min)});
  panel.apply(ShareRestored{share("b", "B", 2min)});
  EXPECT_EQ(panel.said.back(), "\"B\" is shared again, with the same link.");
  EXPECT_EQ(panel.sharing.shares.size(), 3U);
  panel.type("u");
  EXPECT_THAT(panel.effects, IsEmpty());
}

TEST(SharesPanel, AStopSaysWhatTheLinkAnswersNow) {
  struct Case {
    const char* gone;
    const char* said;
  };
  for (const auto& [gone, said] : std::vector<Case>{{"checked", "Stopped; gone, checked"},
                                                    {"unreachable", "Stopped; no longer reachable"},
                                                    {"still there", "Stopped here, but its link still answers"},
                                                    {"", "Stopped  u brings it back"}}) {
    Panel panel;
    panel.type("jd");
    (void)panel.only_effect<StopShare>();
    panel.apply(ShareChanged{stopped(share("b", "B", 2min))});
    // What is stopped can be had back while its link is being asked.
    EXPECT_THAT(test::text_of(panel.screen()),
                AllOf(HasSubstr("its link is being asked"), HasSubstr("u brings it back")));
    panel.apply(ShareStopped{"b", gone});
    EXPECT_THAT(test::text_of(panel.screen()), HasSubstr(said));
    EXPECT_EQ(panel.said.empty(), std::string_view(gone) != "still there");
    panel.type("u");
    EXPECT_EQ(panel.only_effect<RestoreShare>().share_id, "b");
  }
}

TEST(SharesPanel, WhatTheLinkAnswersIsToldWithoutThePanelToo) {
  Panel panel;
  panel.type("jd");
  panel.apply(ShareChanged{stopped(share("b", "B", 2min))});
  panel.press(Key::escape);
  panel.pass(15s);
  panel.apply(ShareStopped{"b", "checked"});
  EXPECT_EQ(panel.said.back(), "Stopped; gone, checked: \"B\"");
  EXPECT_THAT(panel.sharing.stops, IsEmpty());
}

TEST(SharesPanel, AnAnswerThatComesAfterAnUndoIsNotTold) {
  Panel panel;
  panel.type("jd");
  panel.apply(ShareChanged{stopped(share("b", "B", 2min))});
  panel.type("u");
  panel.apply(ShareStopped{"b", "still there"});
  EXPECT_THAT(panel.said, IsEmpty());
}

TEST(SharesPanel, SaysWhoLooksAndWhatIsMasked) {
  auto info = share("a", "A");
  info.viewers = 2;
  info.views = 3;
  info.max_views = 10;
  info.last_viewed_at = to_iso8601(test::noon() - 5min);
  info.secrets_masked = 12;
  info.password = true;
  SharingTest test({info});
  test.columns = 120;
  open_panel(test.sharing);
  const std::string text = test::unwrapped(test.screen());
  EXPECT_THAT(text, HasSubstr("3 of 10"));
  EXPECT_THAT(text, HasSubstr("2 looking now · last seen 5 min ago · 12 secrets masked · password"));
  info.unmasked = true;
  test.apply(ShareChanged{info});
  EXPECT_THAT(test::unwrapped(test.screen()), HasSubstr("last seen 5 min ago · NOT MASKED"));
}

TEST(SharesPanel, FreezesALiveShareUnasked) {
  Panel panel;
  auto live = share("b", "B", 2min);
  live.live = true;
  panel.apply(ShareChanged{live});
  panel.type("gf");  // "a" is a snapshot
  EXPECT_THAT(panel.effects, IsEmpty());
  EXPECT_EQ(panel.said.back(), "This share is not live: its page does not follow the session.");
  EXPECT_THAT(test::text_of(panel.screen()), Not(HasSubstr("f freeze")));
  panel.type("j");
  EXPECT_THAT(test::text_of(panel.screen()), AllOf(HasSubstr("live B"), HasSubstr("f freeze")));
  panel.type("f");
  EXPECT_EQ(panel.only_effect<FreezeShare>().share_id, "b");
  live.live.reset();
  panel.apply(ShareFrozen{live});
  EXPECT_EQ(panel.said.back(), "Frozen: \"B\"; its page ends where the session ended just now.");
  panel.apply(ShareChanged{live});
  EXPECT_EQ(panel.selected(), "b");
  EXPECT_THAT(test::text_of(panel.screen()), Not(HasSubstr("live B")));
}

TEST(SharesPanel, NothingIsFrozenWithoutADaemonNorWhileItStops) {
  Panel panel;
  auto live = share("a", "A", 1min);
  live.live = true;
  panel.apply(ShareChanged{live});
  panel.type("d");
  (void)panel.only_effect<StopShare>();
  panel.type("f");
  EXPECT_THAT(panel.effects, IsEmpty());
  panel.apply(ShareRequestFailed{"a", "No."});
  panel.apply(DaemonDown{"Gone."});
  panel.type("f");
  EXPECT_THAT(panel.effects, IsEmpty());
  EXPECT_THAT(panel.said.back(), HasSubstr("R starts it again"));
}

TEST(SharesPanel, TheEventsMayComeInAnyOrder) {
  Panel panel;
  panel.type("d");
  (void)panel.only_effect<StopShare>();
  panel.apply(ShareChanged{stopped(share("a", "A", 1min))});
  panel.apply(ShareStopped{"a"});
  panel.type("u");
  EXPECT_EQ(panel.only_effect<RestoreShare>().share_id, "a");
  panel.apply(ShareRestored{share("a", "A", 1min)});
  EXPECT_EQ(panel.sharing.shares.size(), 2U);  // until the daemon says so
  panel.apply(ShareChanged{share("a", "A", 1min)});
  EXPECT_EQ(panel.sharing.shares.size(), 3U);
  panel.type("gd");  // and can be stopped once more
  EXPECT_EQ(panel.only_effect<StopShare>().share_id, "a");
}

TEST(SharesPanel, UndoEndsAfterTenSeconds) {
  Panel panel;
  panel.type("d");
  (void)panel.only_effect<StopShare>();
  panel.apply(ShareStopped{"a"});
  EXPECT_EQ(next_change(panel.sharing, panel.now), panel.now + 1s);  // it counts down
  panel.pass(10s);
  panel.type("u");
  EXPECT_THAT(panel.effects, IsEmpty());
  EXPECT_THAT(panel.said, ElementsAre(HasSubstr("no stop to undo")));
}

TEST(SharesPanel, UndoesTheLastStopFirst) {
  Panel panel;
  panel.type("dGd");
  panel.effects.clear();
  panel.apply(ShareStopped{"a"});
  panel.apply(ShareStopped{"c"});
  panel.type("uu");
  ASSERT_EQ(panel.effects.size(), 2U);
  EXPECT_EQ(std::get<RestoreShare>(panel.effects[0]).share_id, "c");
  EXPECT_EQ(std::get<RestoreShare>(panel.effects[1]).share_id, "a");
}

TEST(SharesPanel, StopsAllAfterAYes) {
  Panel panel;
  panel.type("Dn");
  EXPECT_THAT(panel.effects, IsEmpty());
  panel.type("y");
  EXPECT_THAT(panel.effects, IsEmpty());
  panel.type("dDy");  // the first one is being stopped already
  ASSERT_EQ(panel.effects.size(), 3U);
  EXPECT_EQ(std::get<StopShare>(panel.effects[1]).share_id, "b");
  EXPECT_EQ(std::get<StopShare>(panel.effects[2]).share_id, "c");
  panel.apply(ShareStopped{"b"});
  panel.apply(ShareStopped{"c"});
  EXPECT_EQ(undoable_stop(panel.sharing, panel.now), nullptr);
}

TEST(SharesPanel, AFailedStopIsToldAndTheShareStays) {
  Panel panel;
  panel.type("d");
  (void)panel.only_effect<StopShare>();
  panel.apply(ShareRequestFailed{"a", "The daemon is gone."});
  EXPECT_EQ(panel.said.back(), "! The daemon is gone.");
  EXPECT_EQ(panel.selected(), "a");
  panel.type("d");
  EXPECT_EQ(panel.only_effect<StopShare>().share_id, "a");
}

TEST(SharesPanel, NothingIsAskedOfADaemonThatIsGone) {
  Panel panel;
  panel.apply(DaemonDown{"Killed."});
  panel.type("dDyu");
  EXPECT_THAT(panel.effects, IsEmpty());
  EXPECT_THAT(panel.said.front(), HasSubstr("! Shares cannot be changed"));
  panel.type("c");  // the link itself is known
  (void)panel.only_effect<CopyText>();
  panel.type("R");
  (void)panel.only_effect<ReconnectDaemon>();
}

TEST(SharesPanel, EscOnlyCloses) {
  Panel panel;
  panel.press(Key::escape);
  EXPECT_TRUE(panel.taken);
  EXPECT_FALSE(panel.sharing.has_window());
  EXPECT_EQ(panel.sharing.shares.size(), 3U);
  EXPECT_THAT(panel.effects, IsEmpty());
}

TEST(SharesPanel, TheMouseSelectsAndScrolls) {
  Panel panel;
  const auto opened = window_of(panel.sharing, 80, 24, panel.now);
  ASSERT_TRUE(opened);
  const Window window = opened.value_or(Window());
  const auto mouse = [&](MouseAction::Kind kind, int column, int row) {
    panel.take(handle_mouse(panel.sharing, {.kind = kind, .column = column, .row = row}, 80, 24, panel.now));
  };
  mouse(MouseAction::Kind::press, window.x + 5, window.y + 2 + 6);  // the third share: three lines each
  EXPECT_EQ(panel.selected(), "c");
  mouse(MouseAction::Kind::wheel_up, 1, 1);
  EXPECT_EQ(panel.selected(), "b");
  mouse(MouseAction::Kind::press, window.x + 5, window.y);
  EXPECT_EQ(panel.selected(), "b");
  ASSERT_TRUE(panel.sharing.panel);
  mouse(MouseAction::Kind::press, 0, 0);
  EXPECT_FALSE(panel.sharing.panel);
}

// What was asked of shares that are gone is not asked any more, and takes no key.
TEST(SharesPanel, TheLastShareGoesWhileItIsLookedAt) {
  for (const char* key : {"Q", "D"}) {
    Panel panel;
    panel.type(key);
    for (const char* id : {"a", "b", "c"}) panel.apply(ShareChanged{stopped(share(id, "A", 1min))});
    EXPECT_THAT(test::text_of(panel.screen()), Not(HasSubstr("Stop"))) << key;
    panel.press(Key::escape);
    EXPECT_FALSE(panel.sharing.panel) << key;
  }
}

// With more shares than fit, the selected one is always seen, and nothing moves without need.
TEST(SharesPanel, Scrolls) {
  std::vector<protocol::ShareInfo> shares;
  shares.reserve(40);
  for (int i = 0; i < 40; ++i) shares.push_back(share("share" + std::to_string(i), "Share", std::chrono::minutes(i)));
  SharingTest test(shares);
  test.rows = 15;
  open_panel(test.sharing);
  std::size_t top = 0;
  for (std::size_t i = 0; i < shares.size(); ++i, test.type("j")) {
    EXPECT_THAT(test::text_of(test.screen()), HasSubstr(shares[i].public_url));
    EXPECT_LE(test.top(), top + 1);
    top = test.top();
  }
  test.type("k");
  EXPECT_EQ(test.top(), top);
  test.type("g");
  EXPECT_EQ(test.top(), 0U);
}

}  // namespace
}  // namespace panko::tui
