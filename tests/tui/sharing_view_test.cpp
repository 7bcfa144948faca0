#include "tui/sharing_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "tests/tui/sharing_sample.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using test::expect_golden;
using test::share;
using test::SharingTest;
using test::text_of;
using test::with_new_link;
using test::with_tunnel;
using ::testing::HasSubstr;
using ::testing::Not;

/// One of each state, one of them with escapes in all that is foreign.
std::vector<protocol::ShareInfo> sample_shares() {
  std::vector<protocol::ShareInfo> shares{
      share("a", "Why the fern was overdue on Friday, and everything else about it that one could want to know", 4min),
      share("b", "植物の水やりを毎朝七時に確認する 🌿", 3h),
      share("c", "\x1b]0;owned\x07\x1b[31mred\x1b[0m \u202Etxt.exe\nnext", 26h),
      share("d", "Sort the tide tables", 10s)};
  shares[0].views = 1204;
  shares[0].max_views = 2000;
  shares[0].viewers = 2;
  shares[0].previews = 3;
  shares[0].last_viewed_at = to_iso8601(test::noon() - 5min);
  shares[0].secrets_masked = 12;
  shares[0].personal_masked = 30;
  shares[0].password = true;
  shares[1].expires_at.reset();
  shares[1].provider_name = "cloudflare";
  shares[1].public_url = "https://some-quick-tunnel-words-here.trycloudflare.com/s/tNB1mPRTkkr3GcZB5wGmMUCqHWI/";
  shares[1].live = true;
  shares[1].unmasked = true;
  shares[1].hidden = {"tools", "thinking"};
  shares[2].secrets_masked = 1;
  shares[2].personal_shown = true;
  shares[2].downloads = true;
  shares[2].status = "error";
  shares[2].error =
      "cloudflared said: \x1b[2Jcannot reach Cloudflare; check the network connection and its name "
      "resolution, then wait: it is tried again.";
  shares[3].status = "starting";
  shares[3].public_url.clear();
  return shares;
}

struct Size {
  int columns;
  int rows;
  const char* name;
};
const Size kSizes[] = {{60, 15, "smallest"}, {80, 24, "narrow"}, {200, 50, "wide"}};

TEST(SharingView, Choice) {
  for (const auto& [columns, rows, name] : kSizes) {
    SharingTest test;
    test.columns = columns;
    test.rows = rows;
    test.apply(ProvidersKnown{test::all_providers()});
    test.open_choice("\x1b[2JFix the fern that is overdue every Friday although it was watered on Thursday evening");
    test.type("j");
    expect_golden(std::string("choice_") + name, text_of(test.screen()));
    test.type("l");
    expect_golden(std::string("choice_live_") + name, text_of(test.screen()));
    test.type("lj");
    const std::string limits = test::unwrapped(test.screen());
    EXPECT_THAT(limits, HasSubstr("Limits: visitors see a page of the service first"));
    EXPECT_THAT(limits, HasSubstr("Public: anyone with the link can read it, from anywhere."));
    test.type("jjj");
    expect_golden(std::string("choice_missing_") + name, text_of(test.screen()));
  }
}

// Where one looks stays where it is while one chooses.
TEST(SharingView, TheChoiceKeepsItsSize) {
  for (const auto& [columns, rows, name] : kSizes) {
    SharingTest test;
    test.apply(ProvidersKnown{test::all_providers()});
    test.open_choice();
    const auto first = window_of(test.sharing, columns, rows, test.now).value_or(Window());
    for (int i = 0; i < 9; ++i) {
      test.type("j");
      const auto window = window_of(test.sharing, columns, rows, test.now).value_or(Window());
      EXPECT_EQ(std::tie(window.y, window.rows), std::tie(first.y, first.rows)) << name << i;
      test.type("l");
      const auto live = window_of(test.sharing, columns, rows, test.now).value_or(Window());
      EXPECT_EQ(std::tie(live.y, live.rows), std::tie(first.y, first.rows)) << name << i << " live";
      test.type("l");
    }
  }
}

TEST(SharingView, ChoiceOfASessionWhoseLinkDoesNotWork) {
  auto info = with_new_link(with_tunnel(share("a", "Fix the fern"), "backoff", "cloudflared has ended."),
                            "https://other-words.trycloudflare.com/s/tNB1mPRTkkr3GcZB5wGma/");
  info.session_path = test::session("Fix the fern", "fernwatch", 5min).path;
  SharingTest test({info});
  test.open_choice();
  EXPECT_THAT(text_of(test.screen()), HasSubstr("its link    does not work now; shared, through cloudflare"));
  test.type("g");
  const std::string text = test::unwrapped(test.screen());
  EXPECT_THAT(text, HasSubstr("Does not work now and is tried again by itself: cloudflared has ended."));
  EXPECT_THAT(text, HasSubstr("Link changed 3 min ago, the old one is dead."));
}

TEST(SharingView, ChoiceOfASessionThatIsSharedLive) {
  auto info = share("a", "Fix the fern");
  info.live = true;
  info.session_path = test::session("Fix the fern", "fernwatch", 5min).path;
  SharingTest test({info});
  test.open_choice();
  EXPECT_THAT(text_of(test.screen()), HasSubstr("its link    shared already live, through local;"));
}

TEST(SharingView, ChoiceOfASharedSession) {
  auto info = share("a", "Fix the fern");
  info.session_path = test::session("Fix the fern", "fernwatch", 5min).path;
  SharingTest test({info});
  test.open_choice();
  expect_golden("choice_shared", text_of(test.screen()));
  expect_golden("choice_shared_attributes", test::attributes_of(test.screen()));
}

TEST(SharingView, ChoiceWithoutADaemon) {
  SharingTest test;
  test.sharing = Sharing();
  test.open_choice();
  EXPECT_THAT(text_of(test.screen()), HasSubstr("Waiting for the daemon"));
  test.apply(DaemonDown{"The daemon is gone."});
  EXPECT_THAT(text_of(test.screen()), HasSubstr("R starts it again"));
}

// However many there are, the selected one is seen, and so is what sharing means.
TEST(SharingView, ChoiceAmongMany) {
  SharingTest test;
  std::vector<protocol::ProviderInfo> providers;
  providers.reserve(30);
  for (int i = 0; i < 30; ++i)
    providers.push_back({.name = "provider" + std::to_string(i),
                         .description = "the Internet",
                         .available = true,
                         .missing = {},
                         .is_public = true});
  test.apply(ProvidersKnown{providers});
  test.columns = 60;
  test.rows = 15;
  test.open_choice();
  for (const auto& provider : providers) {
    const std::string text = text_of(test.screen());
    EXPECT_THAT(text, HasSubstr("› " + provider.name));
    EXPECT_THAT(text, HasSubstr("Will be masked looking for secrets…"));
    EXPECT_THAT(text, HasSubstr("from anywhere"));
    test.type("j");
  }
}

TEST(SharingView, Panel) {
  for (const auto& [columns, rows, name] : kSizes) {
    SharingTest test(sample_shares());
    test.columns = columns;
    test.rows = rows;
    open_panel(test.sharing);
    test.type("j");
    expect_golden(std::string("panel_") + name, text_of(test.screen()));
  }
}

/// As tunnels leave them, one of each.
std::vector<protocol::ShareInfo> tunnelled_shares() {
  const std::string reason =
      "cloudflared has ended, and what it said last was: failed to dial to edge with quic: timeout: no recent network "
      "activity; it is started again in 8 s, and if that goes on, look into the network's firewall: UDP port 7844 must "
      "be open, or set [provider.cloudflare] protocol.";
  return {with_tunnel(share("a", "Back off", 1min), "backoff", reason),
          with_tunnel(share("b", "Degraded", 2min), "degraded", "The tunnel has no connection."),
          with_tunnel(share("c", "Failed", 3min), "failed", "ngrok does not take this token: get one, then set it."),
          with_tunnel(share("d", "Comes up", 4min), "starting", "The tunnel is being started."),
          with_new_link(with_tunnel(share("e", "Has another link", 5min), "ready"),
                        "https://some-other-words.trycloudflare.com/s/tNB1mPRTkkr3GcZB5wGme/"),
          share("f", "Works", 6min)};
}

TEST(SharingView, PanelOfTunnels) {
  for (const auto& [columns, rows, name] : kSizes) {
    SharingTest test(tunnelled_shares());
    test.columns = columns;
    test.rows = rows;
    open_panel(test.sharing);
    expect_golden(std::string("panel_tunnels_") + name, text_of(test.screen()));
    test.type("G");
    expect_golden(std::string("panel_changed_") + name, text_of(test.screen()));
  }
  SharingTest test(tunnelled_shares());
  open_panel(test.sharing);
  expect_golden("panel_tunnels_attributes", test::attributes_of(test.screen()));
}

TEST(SharingView, TheCardHasAllOfAShare) {
  for (const auto& [columns, rows, name] : kSizes) {
    auto broken = with_new_link(tunnelled_shares()[0],
                                "https://some-other-words-that-are-long.trycloudflare.com/s/tNB1mPRTkkr3GcZB5wGme/");
    broken.views = 3;
    SharingTest test({broken});
    test.columns = columns;
    test.rows = rows;
    open_panel(test.sharing);
    test.type("i");
    expect_golden(std::string("card_broken_") + name, text_of(test.screen()));
  }
}

TEST(SharingView, ABrokenLinkSaysSoAsACodeToo) {
  SharingTest test(tunnelled_shares());
  open_panel(test.sharing);
  test.type("Q");
  EXPECT_THAT(text_of(test.screen()), HasSubstr("does not work now: Back off"));
}

TEST(SharingView, PanelTellsWhatKeysHaveDone) {
  SharingTest test(sample_shares());
  open_panel(test.sharing);
  test.type("jd");
  EXPECT_THAT(text_of(test.screen()), HasSubstr("stopping…"));
  test.apply(ShareStopped{"a"});
  test.pass(2500ms);
  EXPECT_THAT(text_of(test.screen()), HasSubstr("u brings it back (8 s)"));
  test.type("D");
  EXPECT_THAT(text_of(test.screen()), HasSubstr("Stop all 4 shares?"));
}

TEST(SharingView, PanelWithoutADaemon) {
  SharingTest test(sample_shares());
  open_panel(test.sharing);
  test.apply(DaemonDown{"The daemon is gone."});
  const std::string text = text_of(test.screen());
  EXPECT_THAT(text, HasSubstr("? "));
  EXPECT_THAT(text, Not(HasSubstr("●")));
  EXPECT_THAT(text, HasSubstr("may not work"));
  expect_golden("panel_unknown", text);
}

TEST(SharingView, EmptyPanel) {
  SharingTest test;
  open_panel(test.sharing);
  EXPECT_THAT(text_of(test.screen()), HasSubstr("Nothing is shared."));
  test.apply(DaemonDown{"Gone."});
  EXPECT_THAT(text_of(test.screen()), HasSubstr("not known"));
}

TEST(SharingView, UpCard) {
  for (const auto& [columns, rows, name] : kSizes) {
    SharingTest test;
    test.columns = columns;
    test.rows = rows;
    auto info = sample_shares()[1];
    test.apply(ShareStarted{info.session_path, info, true});
    expect_golden(std::string("card_") + name, text_of(test.screen()));
  }
}

// What one copies off the screen by hand is the whole link.
TEST(SharingView, TheLinkIsNeverCut) {
  auto info = share("a", "Fix the fern");
  info.public_url = "https://" + std::string(300, 'w') + ".example/s/END/";
  for (const int columns : {60, 80, 200}) {
    SharingTest test({info});
    test.columns = columns;
    test.apply(ShareStarted{info.session_path, info, false});
    for (const bool panel : {false, true}) {
      if (panel) {
        test.press(Key::escape);
        open_panel(test.sharing);
      }
      std::string joined = text_of(test.screen());
      std::erase_if(joined,
                    [](char c) { return c == ' ' || c == '\n' || (static_cast<unsigned char>(c) & 0x80) != 0; });
      EXPECT_THAT(joined, HasSubstr(info.public_url));
    }
  }
}

TEST(SharingView, TroubleCard) {
  SharingTest test;
  test.apply(ShareFailed{"/x/Fix the fern.jsonl", "cloudflare",
                         "Cloudflare limits how many quick tunnels it gives out, and refused this one: try again in "
                         "some minutes, or use another provider.\nThe last lines of its log:\n\x1b[31mERR\x1b[0m 429"});
  expect_golden("card_trouble", text_of(test.screen()));
  test.columns = 60;
  test.rows = 15;
  test.press(Key::escape);
  test.apply(ShareFailed{"/x/y.jsonl", "cloudflare", std::string(20'000, 'w')});
  EXPECT_THAT(text_of(test.screen()), HasSubstr("…"));
  test.press(Key::escape);
  test.apply(ShareFailed{"/x/y.jsonl", "cloudflare", "exit status\t1"});
  EXPECT_THAT(text_of(test.screen()), HasSubstr("exit status 1"));
}

TEST(SharingView, Banner) {
  Sharing sharing;
  EXPECT_EQ(banner(sharing), "");
  (void)apply(sharing, DaemonUp{}, test::noon());
  EXPECT_EQ(banner(sharing), "");
  (void)apply(sharing, DaemonDown{"The daemon is gone.\nlog\nlines"}, test::noon());
  EXPECT_EQ(banner(sharing), "The daemon is gone. R starts it again.");
  (void)reconnect(sharing);
  EXPECT_EQ(banner(sharing), "The daemon is being started…");
}

// Nothing foreign reaches a cell as a control character, wherever it stands.
TEST(SharingView, NothingForeignDrivesTheTerminal) {
  const std::string evil = "\x1b[2J\x9b\x07\u202E\u200B\r\n\t\xff";
  auto info = share("a", evil);
  info.provider_name = info.public_url = evil;
  info.error = evil;
  info.status = "error";
  info.expires_at = evil;
  info.started_at = evil;
  SharingTest test({info});
  const auto check = [&] {
    for (const bool qr : {false, true}) {
      if (qr) test.type("Q");
      const auto screen = test.screen();
      for (int y = 0; y < screen.dimy(); ++y) {
        for (int x = 0; x < screen.dimx(); ++x) {
          for (const char c : screen.PixelAt(x, y).character) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
        }
      }
    }
  };
  open_panel(test.sharing);
  check();
  test.press(Key::escape);
  test.press(Key::escape);
  test.apply(ShareStarted{info.session_path, info, true});
  check();
  test.press(Key::escape);
  test.apply(ShareFailed{evil, evil, evil});
  check();
  test.press(Key::escape);
  test.apply(
      ProvidersKnown{{{.name = evil, .description = evil, .available = true, .missing = evil, .is_public = true}}});
  test.open_choice(evil);
  check();
  for (const bool available : {true, false}) {
    test.apply(ProvidersKnown{{{.name = evil,
                                .description = evil,
                                .available = available,
                                .missing = evil,
                                .is_public = true,
                                .mend = evil,
                                .audience = evil,
                                .limits = evil}}});
    check();
  }
  test.press(Key::escape);
  info.previous_url = evil;
  info.url_changed_at = to_iso8601(test.now);
  info.tunnel = evil;
  test.apply(ShareChanged{info});
  open_panel(test.sharing);
  check();
  test.press(Key::escape);
  open_panel(test.sharing);
  test.type("i");
  check();
}

}  // namespace
}  // namespace panko::tui
