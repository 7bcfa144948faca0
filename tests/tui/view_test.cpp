#include "tui/view.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "tests/tui/sample.hpp"
#include "tui/layout.hpp"
#include "tui/update.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using test::expect_golden;
using test::model_of;
using test::sample_sessions;
using test::text_of;
using test::type;

protocol::ShareInfo share_of(const SessionEntry& session, std::string status) {
  protocol::ShareInfo share;
  share.id = "3f2a0000-0000-4000-8000-000000000000";
  share.session_path = session.path.native();
  share.session_name = session.digest.facts.title;
  share.public_url = "http://127.0.0.1:7117/s/tNB1mPRTkkr3GcZB5wGmMUCqHWI/";
  share.provider_name = "local";
  share.started_at = "2026-03-12T11:00:00Z";
  share.expires_at = "2026-03-19T11:00:00Z";
  share.status = std::move(status);
  return share;
}

Model with_a_share(int columns, int rows) {
  Model model = model_of(sample_sessions(), columns, rows);
  (void)update(model, test::daemon_with({share_of(model.browser.sessions[1], "active")}), model.now);
  (void)update(model, Tick{}, model.now + 10s);  // whatever was said is gone
  return model;
}

TEST(View, WideScreenShowsListAndPreview) {
  expect_golden("wide", text_of(draw(with_a_share(200, 50))));
}

TEST(View, ListHasAllOfANarrowScreen) {
  expect_golden("narrow", text_of(draw(with_a_share(80, 24))));
}

TEST(View, PreviewHasAllOfANarrowScreenAfterTab) {
  Model model = with_a_share(80, 24);
  (void)test::press(model, Key::tab);
  expect_golden("narrow_preview", text_of(draw(model)));
}

TEST(View, SmallestScreen) {
  Model model = with_a_share(60, 15);
  expect_golden("smallest", text_of(draw(model)));
  type(model, "?");
  expect_golden("smallest_help", text_of(draw(model)));
}

TEST(View, TooSmallScreenGetsAMessage) {
  expect_golden("too_small", text_of(draw(with_a_share(59, 14))));
  EXPECT_EQ(draw(with_a_share(1, 1)).dimx(), 1);
  EXPECT_NE(text_of(draw(with_a_share(60, 14))).find("60 × 15"), std::string::npos);
}

TEST(View, SearchMarksWhatItMet) {
  Model model = with_a_share(100, 20);
  type(model, "/fern");
  const auto screen = draw(model);
  expect_golden("search", text_of(screen));
  expect_golden("search_attributes", test::attributes_of(screen));
}

TEST(View, PreviewMarksTheWordsOfAPrompt) {
  Model model = with_a_share(140, 40);
  type(model, "/thursday");
  const std::string attributes = test::attributes_of(draw(model));
  EXPECT_NE(attributes.find(" uuuuuuuu ......."), std::string::npos) << attributes;
}

TEST(View, WithoutColoursEverythingIsStillToldApart) {
  Model model = with_a_share(120, 20);
  expect_golden("attributes", test::attributes_of(draw(model)));
  (void)test::press(model, Key::tab);
  expect_golden("attributes_preview", test::attributes_of(draw(model)));
}

TEST(View, HelpNamesEveryCategory) {
  Model model = with_a_share(120, 50);
  type(model, "?");
  expect_golden("help", text_of(draw(model)));
}

TEST(View, QuestionsAndToastsStandAboveTheFooter) {
  Model model = with_a_share(80, 24);
  type(model, "jd");
  EXPECT_NE(text_of(draw(model)).find("cannot be deleted"), std::string::npos);
  type(model, "kd");
  expect_golden("question", text_of(draw(model)));
}

TEST(View, NothingYet) {
  Model model = initial_model({}, {}, 80, 24, test::noon());
  EXPECT_NE(text_of(draw(model)).find("Looking for sessions"), std::string::npos);
  (void)update(model, test::progress(120, 2000), model.now);
  EXPECT_NE(text_of(draw(model)).find("reading 120/2,000"), std::string::npos);
  (void)update(model, test::progress(0, 0, true), model.now);
  EXPECT_NE(text_of(draw(model)).find("No sessions yet."), std::string::npos);
}

TEST(View, DaemonAwayIsALineOfItsOwn) {
  Model model = with_a_share(100, 24);
  (void)update(model, DaemonDown{"The daemon has ended."}, model.now);
  const std::string text = text_of(draw(model));
  EXPECT_NE(text.find("reconnect"), std::string::npos) << text;
}

/// Every row of every screen fills its cells exactly, in the measure of those who write it to the terminal.
TEST(View, NothingDrivesTheTerminalAndEverythingIsAligned) {
  for (const int columns : {60, 61, 80, 99, 100, 101, 133, 200}) {
    Model model = with_a_share(columns, 24);
    for (std::size_t row = 0; row < model.browser.rows.size(); ++row) {
      const auto screen = draw(model);
      for (int y = 0; y < screen.dimy(); ++y) {
        int cells = 0;
        for (int x = 0; x < screen.dimx(); ++x) {
          const std::string& cell = screen.PixelAt(x, y).character;
          EXPECT_EQ(clean_line_for_terminal(cell), cell);
          cells += static_cast<int>(terminal_width(cell));
        }
        EXPECT_EQ(cells, columns) << text_of(screen);
      }
      (void)test::press(model, Key::down);
    }
  }
}

/// Two sessions are shared through a tunnel: it was killed, one link is up again as another one, one is not.
Model after_a_dead_tunnel(int columns, int rows) {
  Model model = model_of(sample_sessions(), columns, rows);
  auto changed = share_of(model.browser.sessions[0], "active");
  auto broken = share_of(model.browser.sessions[1], "active");
  broken.id = "4f2a0000-0000-4000-8000-000000000000";
  (void)update(model, test::daemon_with({changed, broken}), model.now);
  changed.tunnel = broken.tunnel = "backoff";
  changed.status = broken.status = "error";
  changed.error = broken.error = "cloudflared has ended.";
  (void)update(model, ShareChanged{broken}, model.now + 1s);
  (void)update(model, ShareChanged{changed}, model.now + 1s);
  changed.previous_url = std::exchange(changed.public_url, "https://other-words.trycloudflare.com/s/tNB1mPRTkkr3/");
  changed.url_changed_at = to_iso8601(model.now);
  changed.tunnel = "ready";
  changed.status = "active";
  changed.error.reset();
  (void)update(model, ShareChanged{changed}, model.now);
  return model;
}

TEST(View, ALinkThatHasChangedIsTold) {
  expect_golden("changed_wide", text_of(draw(after_a_dead_tunnel(200, 50))));
  expect_golden("changed_narrow", text_of(draw(after_a_dead_tunnel(80, 24))));
  Model model = after_a_dead_tunnel(60, 15);
  expect_golden("changed_smallest", text_of(draw(model)));
  EXPECT_NE(text_of(draw(model)).find("y copy the new link"), std::string::npos);
  const Effects effects = type(model, "y");
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(std::get<CopyText>(effects[0]).text, "https://other-words.trycloudflare.com/s/tNB1mPRTkkr3/");
  EXPECT_EQ(text_of(draw(model)).find("y copy the new link"), std::string::npos);
}

// What a key has done can be read over a window that takes all of the screen.
TEST(View, AConfirmationIsSeenOverAWindow) {
  Model model = after_a_dead_tunnel(60, 15);
  (void)update(model, Tick{}, model.now + 10s);
  type(model, "S");
  (void)update(model, Said{.sentence = "The link is on the clipboard."}, model.now);
  const std::string text = text_of(draw(model));
  EXPECT_NE(text.find("✓ The link is on the clipboard."), std::string::npos) << text;
  (void)update(model, Tick{}, model.now + 4s);
  EXPECT_NE(text_of(draw(model)).find("c copy"), std::string::npos);
}

}  // namespace
}  // namespace panko::tui
