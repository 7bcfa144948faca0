#include "tui/share_edit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tui/sharing_sample.hpp"
#include "tui/sharing_view.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using test::expect_golden;
using test::share;
using test::SharingTest;
using test::text_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Edited : SharingTest {
  explicit Edited(protocol::ShareInfo info = share("a", "Fix the fern")) : SharingTest({std::move(info)}) {
    open_panel(sharing);
  }
  [[nodiscard]] bool is_open() const { return sharing.panel && sharing.panel->edit; }
  [[nodiscard]] std::string text() const { return text_of(screen()); }
  protocol::UpdateShare change() { return only_effect<ChangeShare>().change; }
};

TEST(ShareEdit, Expiry) {
  Edited test;
  test.type("e");
  EXPECT_THAT(test.text(), HasSubstr("[7d]"));
  test.press(Key::right);
  EXPECT_THAT(test.text(), HasSubstr("[30d]"));
  test.type("e");
  EXPECT_THAT(test.text(), HasSubstr("[never]"));
  test.press(Key::left);
  test.press(Key::enter);
  const auto change = test.only_effect<ChangeShare>();
  EXPECT_EQ(change.change.share_id, "a");
  EXPECT_EQ(change.change.expires, "30d");
  EXPECT_FALSE(change.change.password || change.change.max_views || change.change.hide || change.change.downloads);
  EXPECT_FALSE(change.change.freeze);
  EXPECT_EQ(change.done, "\"Fix the fern\" expires in 30d now.");
  EXPECT_FALSE(test.is_open());
  EXPECT_TRUE(test.sharing.panel);
}

TEST(ShareEdit, APasswordIsTypedTwiceAndNeverShown) {
  Edited test;
  test.type("p");
  test.type("correct Qy?d");  // keys of the panel among them
  EXPECT_THAT(test.text(), HasSubstr("••••••••••••"));
  EXPECT_THAT(test.text(), Not(HasSubstr("correct")));
  test.press(Key::enter);
  EXPECT_THAT(test.text(), HasSubstr("Once more, to be sure."));
  EXPECT_THAT(test.text(), Not(HasSubstr("•")));
  test.type("correct Qy?d");
  test.press(Key::enter);
  const auto change = test.only_effect<ChangeShare>();
  EXPECT_EQ(change.change.password, "correct Qy?d");
  EXPECT_THAT(change.done, Not(HasSubstr("correct")));
  EXPECT_FALSE(test.is_open());  // with it, all that was typed is gone
}

TEST(ShareEdit, TwoPasswordsThatDiffer) {
  Edited test;
  test.type("pone");
  test.press(Key::enter);
  test.type("two");
  test.press(Key::enter);
  EXPECT_THAT(test.effects, IsEmpty());
  EXPECT_THAT(test.text(), HasSubstr("The two were not the same; type it again."));
  test.type("three");
  test.press(Key::enter);
  test.type("threx");
  test.press(Key::backspace);
  test.type("e");
  test.press(Key::enter);
  EXPECT_EQ(test.change().password, "three");
}

TEST(ShareEdit, AnEmptyPasswordTakesItAway) {
  auto info = share("a", "Fix the fern");
  Edited without(info);
  without.type("p");
  without.press(Key::enter);
  EXPECT_THAT(without.effects, IsEmpty());
  EXPECT_EQ(without.said.back(), "\"Fix the fern\" has no password.");
  EXPECT_FALSE(without.is_open());

  info.password = true;
  Edited with(info);
  with.type("p");
  with.press(Key::enter);
  EXPECT_EQ(with.change().password, "");
}

TEST(ShareEdit, EscForgetsWhatWasTyped) {
  Edited test;
  test.type("psecret");
  test.press(Key::escape);
  EXPECT_FALSE(test.is_open());
  EXPECT_THAT(test.effects, IsEmpty());
  test.type("p");
  EXPECT_THAT(test.text(), Not(HasSubstr("•")));
  test.take(handle_key(test.sharing, test::control('u'), test.columns, test.rows, test.now));
  test.type("ab");
  test.take(handle_key(test.sharing, test::control('u'), test.columns, test.rows, test.now));
  EXPECT_THAT(test.text(), Not(HasSubstr("•")));
}

TEST(ShareEdit, APasswordCanBePasted) {
  Edited test;
  test.type("p");
  paste(test.sharing, {"pasted \xF0\x9F\x8C\xBF\nsecond line"});
  test.press(Key::enter);
  paste(test.sharing, {"pasted \xF0\x9F\x8C\xBF"});
  test.press(Key::enter);
  EXPECT_EQ(test.change().password, "pasted \xF0\x9F\x8C\xBF");
  paste(test.sharing, {"for nobody"});
  EXPECT_THAT(test.effects, IsEmpty());
}

TEST(ShareEdit, NoPasswordIsTooLong) {
  Edited test;
  test.type("p");
  paste(test.sharing, {std::string(100'000, 'x')});
  test.press(Key::enter);
  paste(test.sharing, {std::string(100'000, 'x')});
  test.press(Key::enter);
  EXPECT_EQ(test.change().password, std::string(256, 'x'));
}

TEST(ShareEdit, HowOftenItCanBeOpened) {
  auto info = share("a", "Fix the fern");
  info.views = 3;
  info.max_views = 10;
  Edited test(info);
  EXPECT_THAT(test.text(), HasSubstr("3 of 10"));
  test.type("m");
  EXPECT_THAT(test.text(), HasSubstr("Opened 3 times so far."));
  test.press(Key::backspace);
  test.type("x5q");
  test.press(Key::enter);
  const auto change = test.only_effect<ChangeShare>();
  EXPECT_EQ(change.change.max_views, 15U);
  EXPECT_EQ(change.done, "\"Fix the fern\" can be opened 15 times now.");
  test.type("m");
  test.take(handle_key(test.sharing, test::control('u'), test.columns, test.rows, test.now));
  test.press(Key::enter);
  EXPECT_EQ(test.change().max_views, 0U);
  test.type("m99999999999999999999");
  test.press(Key::enter);
  EXPECT_EQ(test.change().max_views, 109'999'999U);
}

TEST(ShareEdit, WhatIsShown) {
  auto info = share("a", "Fix the fern");
  info.hidden = {"thinking"};
  Edited test(info);
  test.type("h");
  EXPECT_THAT(test.text(), HasSubstr("[ ] t hide tool output"));
  EXPECT_THAT(test.text(), HasSubstr("[x] i hide thinking"));
  test.type("tiow");
  test.press(Key::enter);
  const auto change = test.change();
  EXPECT_THAT(change.hide.value_or(std::vector<std::string>()), ElementsAre("tools", "steps"));
  EXPECT_EQ(change.downloads, true);
  EXPECT_FALSE(change.expires || change.password || change.max_views);
}

TEST(ShareEdit, AShareThatIsGoneTakesItsWindowAlong) {
  Edited test;
  test.type("psecret");
  auto stopped = share("a", "Fix the fern");
  stopped.status = "stopped";
  test.apply(ShareChanged{stopped});
  EXPECT_FALSE(test.is_open());
}

TEST(ShareEdit, NothingIsChangedWithoutADaemon) {
  Edited test;
  test.type("e");
  test.apply(DaemonDown{"Gone."});
  test.press(Key::enter);
  EXPECT_THAT(test.effects, IsEmpty());
  EXPECT_THAT(test.said.back(), HasSubstr("R starts it again"));
  test.type("m");
  EXPECT_FALSE(test.is_open());
}

// A key that is typed is not for what comes up meanwhile.
TEST(ShareEdit, CardsWait) {
  Edited test;
  test.type("psec");
  test.apply(ShareStarted{"/home/ana/x.jsonl", share("b", "Another")});
  test.type("ret");
  EXPECT_THAT(test.text(), HasSubstr("••••••"));
  EXPECT_THAT(test.text(), Not(HasSubstr("Shared ─")));
  test.press(Key::escape);
  EXPECT_THAT(test.text(), HasSubstr("Shared ─"));
}

TEST(ShareEdit, AClickBesideItClosesIt) {
  Edited test;
  test.type("psecret");
  test.take(handle_mouse(test.sharing, {.column = 40, .row = 12}, 80, 24, test.now));
  EXPECT_TRUE(test.is_open());
  test.take(handle_mouse(test.sharing, {.column = 1, .row = 1}, 80, 24, test.now));
  EXPECT_FALSE(test.is_open());
  EXPECT_TRUE(test.sharing.panel);
}

TEST(ShareEdit, Goldens) {
  auto info =
      share("a", "\x1b[2JFix the fern that is overdue every Friday although it was watered on Thursday evening");
  info.views = 3;
  info.max_views = 10;
  for (const auto& [columns, rows, name] : {std::tuple{60, 15, "smallest"}, std::tuple{80, 24, "narrow"}}) {
    for (const char key : {'e', 'p', 'm', 'h'}) {
      Edited test(info);
      test.columns = columns;
      test.rows = rows;
      test.type(std::string(1, key));
      if (key == 'p') test.type("hunter");
      expect_golden(std::string("edit_") + key + "_" + name, test.text());
      EXPECT_THAT(test.text(), Not(HasSubstr("hunter")));
    }
  }
}

}  // namespace
}  // namespace panko::tui
