#include "tui/sharing_update.hpp"

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

std::vector<std::string> ids(const Sharing& sharing) {
  std::vector<std::string> ids;
  ids.reserve(sharing.shares.size());
  for (const auto& share : sharing.shares) ids.push_back(share.id);
  return ids;
}

protocol::ShareInfo with_status(protocol::ShareInfo share, std::string status, std::optional<std::string> error = {}) {
  share.status = std::move(status);
  share.error = std::move(error);
  return share;
}

DaemonUp daemon(std::vector<protocol::ShareInfo> shares) {
  DaemonUp up;
  up.shares = std::move(shares);
  up.providers = test::sample_providers();
  return up;
}

TEST(Sharing, SaysWhatIsStillUpWhenItStarts) {
  struct Case {
    std::vector<protocol::ShareInfo> shares;
    std::vector<std::string> said;
  };
  const std::vector<Case> cases{
      {{}, {}},
      {{with_status(share("a", "A"), "stopped")}, {}},
      {{share("a", "A")}, {"1 share still up; S shows it."}},
      {{share("a", "A"), share("b", "B"), with_status(share("c", "C"), "stopped")},
       {"2 shares still up; S shows them."}},
      {{share("a", "A"), with_status(share("b", "B"), "error", "The file is gone.")},
       {"2 shares (1 with an error) still up; S shows them."}},
  };
  for (const Case& expected : cases) {
    SharingTest test;
    test.sharing = Sharing();
    test.apply(daemon(expected.shares));
    EXPECT_EQ(test.said, expected.said);
  }
}

TEST(Sharing, KeepsTheNewestShareFirst) {
  SharingTest test({share("old", "Old", 3h), share("new", "New", 1min), share("mid", "Mid", 1h)});
  EXPECT_THAT(ids(test.sharing), ElementsAre("new", "mid", "old"));
  test.apply(ShareChanged{share("now", "Now", 0s)});
  EXPECT_THAT(ids(test.sharing), ElementsAre("now", "new", "mid", "old"));
  test.apply(ShareChanged{with_status(share("new", "New", 1min), "stopped")});
  EXPECT_THAT(ids(test.sharing), ElementsAre("now", "mid", "old"));
}

TEST(Sharing, TellsWhenALinkBreaksAndWhenItWorksAgain) {
  SharingTest test({share("a", "Fix the fern")});
  test.apply(ShareChanged{with_status(share("a", "Fix the fern"), "error", "The tunnel has ended.")});
  EXPECT_THAT(test.said, ElementsAre("! The link to \"Fix the fern\" does not work now: The tunnel has ended."));
  test.apply(ShareChanged{with_status(share("a", "Fix the fern"), "error", "The tunnel has ended.")});
  test.apply(ShareChanged{share("a", "Fix the fern")});
  EXPECT_THAT(test.said, ElementsAre(HasSubstr("does not work"), "The link to \"Fix the fern\" works again."));
}

TEST(Sharing, TellsWhenALinkNeedsItsUser) {
  using test::with_tunnel;
  SharingTest test({with_tunnel(share("a", "Fix the fern"), "ready")});
  test.apply(ShareChanged{with_tunnel(share("a", "Fix the fern"), "backoff", "It has ended.")});
  test.apply(ShareChanged{with_tunnel(share("a", "Fix the fern"), "starting", "It is being started.")});
  test.apply(ShareChanged{with_tunnel(share("a", "Fix the fern"), "failed", "Log in: tailscale up.")});
  EXPECT_THAT(
      test.said,
      ElementsAre("! The link to \"Fix the fern\" does not work now and is tried again by itself: It has ended.",
                  "! The link to \"Fix the fern\" needs you: Log in: tailscale up."));
}

TEST(Sharing, TellsALinkThatHasChanged) {
  using test::with_new_link;
  using test::with_tunnel;
  SharingTest test({share("a", "Fix the fern"), share("b", "B")});
  test.apply(ShareChanged{with_tunnel(share("a", "Fix the fern"), "backoff", "It has ended.")});
  test.said.clear();
  // Known before it works; told once it does.
  const auto changed = with_new_link(share("a", "Fix the fern"), "https://other.trycloudflare.com/s/a/");
  test.apply(ShareChanged{with_tunnel(changed, "starting", "It is being started.")});
  EXPECT_THAT(test.said, IsEmpty());
  test.apply(ShareChanged{changed});
  test.apply(ShareChanged{changed});
  EXPECT_THAT(test.said, ElementsAre("! A link has changed, y copies the new one: \"Fix the fern\""));
  open_panel(test.sharing);
  test.type("y");
  EXPECT_EQ(test.only_effect<CopyText>().text, changed.public_url);
  test.type("Dy");  // an answer is an answer
  EXPECT_EQ(test.effects.size(), 2U);
}

// The daemon has been replaced: nothing is said of what is as it was.
TEST(Sharing, ADaemonThatIsReplacedIsNotGreeted) {
  SharingTest test({share("a", "A"), share("b", "B")});
  test.apply(daemon({share("a", "A"), share("b", "B")}));
  EXPECT_THAT(test.said, IsEmpty());
  test.apply(daemon({share("a", "A"), with_status(share("b", "B"), "error", "The port is taken.")}));
  EXPECT_THAT(test.said, ElementsAre("! The link to \"B\" does not work now: The port is taken."));
}

TEST(Sharing, AWarningIsShownOnce) {
  SharingTest test;
  auto up = daemon({});
  up.warnings = {"state.db was damaged and is set aside."};
  test.apply(up);
  ASSERT_EQ(test.sharing.cards.size(), 1U);
  test.pass(1h);
  ASSERT_EQ(test.sharing.cards.size(), 1U);  // until a key
  test.press(Key::escape);
  EXPECT_TRUE(test.sharing.cards.empty());
  test.apply(DaemonDown{"Killed."});
  test.apply(up);
  EXPECT_TRUE(test.sharing.cards.empty());
}

TEST(Sharing, ReconnectsOnceAndGreetsTheDaemonThatIsBack) {
  SharingTest test({share("a", "A")});
  test.take(reconnect(test.sharing));
  EXPECT_THAT(test.said, ElementsAre("The daemon is there."));
  test.apply(DaemonDown{"The daemon is gone."});
  EXPECT_THAT(test.effects, IsEmpty());
  test.take(reconnect(test.sharing));
  (void)test.only_effect<ReconnectDaemon>();
  test.take(reconnect(test.sharing));
  EXPECT_THAT(test.effects, IsEmpty());
  test.said.clear();
  test.apply(daemon({share("a", "A")}));
  EXPECT_THAT(test.said, ElementsAre("The daemon is back: 1 share up."));
  test.apply(DaemonDown{"The daemon is gone."});
  test.apply(daemon({}));
  EXPECT_EQ(test.said.back(), "The daemon is back.");
}

TEST(Sharing, TakesTheConfigurationOver) {
  Sharing sharing;
  configure(sharing, Config{});
  EXPECT_EQ(sharing.default_expires, "7d");
  EXPECT_EQ(sharing.configured_provider, "");
  Config config;
  config.default_provider = "cloudflare";
  config.default_expiry = std::nullopt;
  configure(sharing, config);
  EXPECT_EQ(sharing.default_expires, "never");
  EXPECT_EQ(sharing.configured_provider, "cloudflare");
}

TEST(Sharing, WithoutAWindowNothingIsTaken) {
  SharingTest test;
  test.type("sSdq");
  EXPECT_FALSE(test.taken);
  test.take(handle_mouse(test.sharing, {.column = 3, .row = 3}, 80, 24, test.now));
  EXPECT_FALSE(test.taken);
  EXPECT_EQ(next_change(test.sharing, test.now), std::nullopt);
}

// Any keys, clicks and events in any order: nothing breaks, and what is selected is there.
TEST(Sharing, AnythingMayHappen) {
  std::uint32_t seed = 1;
  const auto random = [&](std::uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
  };
  SharingTest test;
  const std::string_view keys = "jkgGhleqcofQdDuyRx ?";
  for (int i = 0; i < 20'000; ++i) {
    const std::string id(1, static_cast<char>('a' + random(8)));
    auto about = share(id, "Session " + id, std::chrono::minutes(random(100)));
    if (random(2) == 0) about.live = true;
    switch (random(16)) {
      case 0: test.apply(ShareChanged{with_status(about, "stopped")}); break;
      case 1: test.apply(ShareChanged{with_status(about, "error", "It broke.")}); break;
      case 2: test.apply(ShareChanged{with_status(about, "starting")}); break;
      case 3: test.apply(ShareChanged{about}); break;
      case 4: test.apply(ShareStarted{about.session_path, about, random(2) == 0}); break;
      case 5: test.apply(ShareFailed{about.session_path, "cloudflare", "No network."}); break;
      case 6: test.apply(ShareStopped{id}); break;
      case 7:
        if (random(2) == 0) test.apply(ShareRestored{about});
        if (random(2) == 0) test.apply(ShareFrozen{about});
        break;
      case 8: test.apply(ShareRequestFailed{id, "The daemon is gone."}); break;
      case 9:
        if (random(4) == 0) test.apply(DaemonDown{"Killed."});
        if (random(2) == 0) test.apply(daemon({about}));
        break;
      case 10:
        test.apply(ProvidersKnown{random(2) == 0 ? test::sample_providers() : decltype(test::sample_providers()){}});
        break;
      case 11:
        if (random(2) == 0 && !test.sharing.has_window()) open_panel(test.sharing);
        if (random(2) == 0 && !test.sharing.has_window()) test.open_choice();
        break;
      case 12: test.press(static_cast<Key>(1 + random(14))); break;
      case 13:
        test.take(handle_mouse(test.sharing,
                               {.kind = static_cast<MouseAction::Kind>(random(4)),
                                .column = static_cast<int>(random(80)),
                                .row = static_cast<int>(random(24))},
                               test.columns, test.rows, test.now));
        break;
      default: test.type(keys.substr(random(static_cast<std::uint32_t>(keys.size())), 1)); break;
    }
    test.pass(std::chrono::milliseconds(random(2000)));
    test.columns = 60 + static_cast<int>(random(140));
    test.rows = 15 + static_cast<int>(random(35));
    if (i % 16 == 0) (void)test.screen();
    if (const auto next = next_change(test.sharing, test.now)) EXPECT_GT(*next, test.now);
  }
}

}  // namespace
}  // namespace panko::tui
