#include "tui/review.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tui/sharing_sample.hpp"
#include "tui/review_view.hpp"
#include "tui/sharing_view.hpp"

namespace panko::tui {
namespace {

using test::expect_golden;
using test::sample_scan;
using test::SharingTest;
using test::text_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const ProviderChoice& choice_of(const SharingTest& test) {
  static const ProviderChoice kNone;
  return test.sharing.choice ? *test.sharing.choice : kNone;
}
std::size_t selected(const SharingTest& test) {
  return choice_of(test).review.value_or(Review()).selected;
}
std::string marker_of_selected(const SharingTest& test) {
  const auto* finding = selected_finding(choice_of(test));
  return finding ? finding->marker : "";
}

TEST(Review, KeysMoveTheSelection) {
  SharingTest test;
  test.open_review();  // 8 findings of secrets
  struct Case {
    const char* keys;
    std::size_t selected;
  };
  for (const auto& [keys, at] :
       std::vector<Case>{{"k", 0}, {"j", 1}, {"jj", 3}, {"G", 7}, {"j", 7}, {"k", 6}, {"g", 0}}) {
    test.type(keys);
    EXPECT_EQ(selected(test), at) << keys;
  }
  test.press(Key::down);
  EXPECT_EQ(selected(test), 1U);
  test.press(Key::up);
  EXPECT_EQ(selected(test), 0U);
  test.press(Key::end);
  EXPECT_EQ(selected(test), 7U);
  test.press(Key::home);
  EXPECT_EQ(selected(test), 0U);
  test.press(Key::page_down);
  EXPECT_EQ(selected(test), 7U);
  test.press(Key::page_up);
  EXPECT_EQ(selected(test), 0U);
}

TEST(Review, AHalfAPageAndAPage) {
  SharingTest test;
  test.open_review(sample_scan(200, 0));
  const int page = review_page(choice_of(test), test.columns, test.rows);
  ASSERT_GT(page, 3);
  test.press(Key::page_down);
  EXPECT_EQ(selected(test), static_cast<std::size_t>(page));
  test.take(handle_key(test.sharing, test::control('d'), test.columns, test.rows, test.now));
  EXPECT_EQ(selected(test), static_cast<std::size_t>(page + page / 2));
  test.take(handle_key(test.sharing, test::control('u'), test.columns, test.rows, test.now));
  EXPECT_EQ(selected(test), static_cast<std::size_t>(page));
}

TEST(Review, TabShowsSecretsPersonalDataAll) {
  SharingTest test;
  test.open_review();
  EXPECT_EQ(reviewed(choice_of(test)).size(), 8U);
  test.type("jj");
  test.press(Key::tab);
  EXPECT_EQ(reviewed(choice_of(test)).size(), 4U);
  EXPECT_EQ(marker_of_selected(test), "[redacted: email #1]");
  test.press(Key::tab);
  EXPECT_EQ(reviewed(choice_of(test)).size(), 12U);
  EXPECT_EQ(marker_of_selected(test), "[redacted: email #1]");
  test.press(Key::tab);
  EXPECT_EQ(reviewed(choice_of(test)).size(), 8U);
  EXPECT_EQ(marker_of_selected(test), "[redacted: github-token #4]");
}

TEST(Review, WhatIsChosenIsShared) {
  SharingTest test;
  test.open_review();
  test.type("tiop");
  test.press(Key::enter);
  const auto start = test.only_effect<StartShare>();
  EXPECT_THAT(start.hide, ElementsAre("tools", "thinking", "steps"));
  EXPECT_TRUE(start.personal_shown);
  EXPECT_EQ(start.provider, "local");
  EXPECT_FALSE(test.sharing.has_window());
}

TEST(Review, EachKeySwitchesOneThingOnAndOff) {
  struct Case {
    const char* key;
    const char* shown;
  };
  for (const auto& [key, shown] : std::vector<Case>{{"t", "t hide tool output"},
                                                    {"i", "i hide thinking"},
                                                    {"o", "o only prompts and answers"},
                                                    {"p", "p mask personal data"}}) {
    SharingTest test;
    test.open_review();
    const bool is_on = *key == 'p';  // unasked
    const std::string on = std::string("[x] ") + shown;
    const std::string off = std::string("[ ] ") + shown;
    EXPECT_THAT(text_of(test.screen()), HasSubstr(is_on ? on : off));
    test.type(key);
    EXPECT_THAT(text_of(test.screen()), HasSubstr(is_on ? off : on));
    test.type(key);
    EXPECT_THAT(text_of(test.screen()), HasSubstr(is_on ? on : off));
    test.press(Key::enter);
    const auto start = test.only_effect<StartShare>();
    EXPECT_THAT(start.hide, IsEmpty());
    EXPECT_FALSE(start.personal_shown);
  }
}

TEST(Review, EscGoesBackAndWhatWasChosenStays) {
  SharingTest test;
  test.open_review();
  test.type("tp");
  test.press(Key::escape);
  ASSERT_TRUE(test.sharing.choice);
  EXPECT_FALSE(choice_of(test).review);
  const std::string text = test::unwrapped(test.screen());
  EXPECT_THAT(text, HasSubstr("Will be masked 4 secrets, personal data is shown"));
  EXPECT_THAT(text, HasSubstr("Left out tool output"));
  test.press(Key::enter);
  const auto start = test.only_effect<StartShare>();
  EXPECT_THAT(start.hide, ElementsAre("tools"));
  EXPECT_TRUE(start.personal_shown);
}

TEST(Review, WithoutAProviderOneIsChosenFirst) {
  SharingTest test;
  test.open_choice();
  test.type("Gr");  // ngrok cannot be used
  test.press(Key::enter);
  EXPECT_THAT(test.effects, IsEmpty());
  EXPECT_FALSE(choice_of(test).review);
  EXPECT_EQ(test.said.back(), "Choose through which provider.");
}

TEST(Review, CanBeOpenedBeforeAnythingIsKnown) {
  SharingTest test;
  test.open_choice();
  test.type("r");
  EXPECT_THAT(test::unwrapped(test.screen()), HasSubstr("Looking for secrets…"));
  test.type("jkgGf ");
  EXPECT_THAT(test.effects, IsEmpty());
  test.press(Key::tab);
  test.apply(SessionScanned{test.sharing.scans, {}});
  EXPECT_THAT(test::unwrapped(test.screen()), HasSubstr("No personal data was found."));
  test.press(Key::tab);
  EXPECT_THAT(test::unwrapped(test.screen()), HasSubstr("Nothing was found that would be masked."));
  test.press(Key::tab);
  EXPECT_THAT(test::unwrapped(test.screen()), HasSubstr("No secrets were found."));
  test.press(Key::enter);
  (void)test.only_effect<StartShare>();
}

TEST(Review, WithoutSecretsAllIsShown) {
  SharingTest test;
  test.open_review(sample_scan(0, 2));
  EXPECT_EQ(reviewed(choice_of(test)).size(), 3U);
}

TEST(Review, HelpIsForTheScreenBelow) {
  SharingTest test;
  test.open_review();
  test.type("?");
  EXPECT_FALSE(test.taken);
  test.type("q");
  EXPECT_TRUE(test.taken);
  EXPECT_FALSE(choice_of(test).review);
}

TEST(Review, TheMouseSelectsAndScrolls) {
  SharingTest test;
  test.open_review(sample_scan(200, 0));
  const auto mouse = [&](MouseAction::Kind kind, int column, int row) {
    test.take(handle_mouse(test.sharing, {.kind = kind, .column = column, .row = row}, 80, 24, test.now));
  };
  const auto window = window_of(test.sharing, 80, 24, test.now).value_or(Window());
  int row = 0;
  while (row < 24 && window.item_at(10, row) != 3U) ++row;
  ASSERT_LT(row, 24);
  mouse(MouseAction::Kind::press, 10, row);
  EXPECT_EQ(selected(test), 3U);
  mouse(MouseAction::Kind::wheel_down, 10, 5);
  EXPECT_EQ(selected(test), 4U);
  mouse(MouseAction::Kind::wheel_up, 10, 5);
  EXPECT_EQ(selected(test), 3U);
  mouse(MouseAction::Kind::press, 0, 0);
  EXPECT_TRUE(choice_of(test).review);
}

// Wherever one moves, what is selected is seen, and with it the turn when it is the first one there.
TEST(Review, TheSelectedOneIsSeen) {
  for (const auto& [columns, rows] : {std::pair{60, 15}, std::pair{80, 24}, std::pair{200, 50}}) {
    SharingTest test;
    test.columns = columns;
    test.rows = rows;
    test.open_review(sample_scan(40, 0));
    for (const char key : std::string(79, 'j') + std::string(79, 'k')) {
      test.type(std::string(1, key));
      const std::string number = marker_of_selected(test).substr(11, 15);
      EXPECT_THAT(text_of(test.screen()), HasSubstr("› masked  " + number.substr(0, number.find(']'))));
    }
    EXPECT_THAT(text_of(test.screen()), HasSubstr("Before the first prompt"));
  }
}

struct Size {
  int columns;
  int rows;
  const char* name;
};
const Size kSizes[] = {{60, 15, "smallest"}, {80, 24, "narrow"}, {200, 50, "wide"}};

TEST(ReviewView, Goldens) {
  for (const auto& [columns, rows, name] : kSizes) {
    SharingTest test;
    test.columns = columns;
    test.rows = rows;
    auto found = sample_scan(12, 3);
    found.left_out = 7;
    found.findings[2].context = "\x1b[2J\x1b]0;owned\x07 \u202E" + found.findings[2].context;
    test.open_review(found);
    test.type("f");
    test.type("jj");
    expect_golden(std::string("review_") + name, text_of(test.screen()));
    test.press(Key::tab);
    test.press(Key::tab);
    test.type("Gp");
    expect_golden(std::string("review_all_") + name, text_of(test.screen()));
    if (columns == 80) expect_golden("review_attributes", test::attributes_of(test.screen()));
  }
}

TEST(ReviewView, AFailedScan) {
  for (const auto& [columns, rows, name] : kSizes) {
    SharingTest test;
    test.columns = columns;
    test.rows = rows;
    test.open_choice();
    test.apply(ScanFailed{test.sharing.scans,
                          "The session took longer than 2 minutes to look through, so nothing of it is shared masked; "
                          "\x1b[2Jtry it again when this machine has less to do."});
    expect_golden(std::string("choice_scan_failed_") + name, text_of(test.screen()));
    if (test.sharing.choice) test.sharing.choice->review = Review();
    expect_golden(std::string("review_failed_") + name, text_of(test.screen()));
  }
}

// A marker is made plain where it stands whole, and its context has no more of it than the daemon said.
TEST(ReviewView, TheContextIsThatOfTheDaemon) {
  SharingTest test;
  test.open_review();
  const std::string text = test::unwrapped(test.screen());
  EXPECT_THAT(text, HasSubstr("export GITHUB_TOKEN=[redacted: github-token #1] # for the fern"));
  EXPECT_THAT(text, HasSubstr("Before the first prompt · tool call · found as github-token-rule"));
  test.type("j");
  EXPECT_THAT(test::unwrapped(test.screen()), HasSubstr("Before the first prompt · answer · 3 times"));
}

// A title is not masked on this machine.
TEST(ReviewView, TheTitleIsNotInIt) {
  SharingTest test;
  test.open_choice("Why does made-up-key-123 not work");
  test.apply(SessionScanned{test.sharing.scans, sample_scan()});
  test.type("r");
  EXPECT_THAT(text_of(test.screen()), Not(HasSubstr("made-up-key-123")));
}

TEST(ReviewView, WhatIsFineIsToldApartWithoutColours) {
  SharingTest test;
  test.open_review();
  EXPECT_THAT(text_of(test.screen()), HasSubstr("Space this is fine"));
  test.type("f");
  const std::string text = text_of(test.screen());
  EXPECT_THAT(text, HasSubstr("› fine    github-token #1"));
  EXPECT_THAT(text, HasSubstr("  fine    github-token #1"));
  EXPECT_THAT(text, HasSubstr("  masked  github-token #2"));
  EXPECT_THAT(text, HasSubstr("[3 secrets]"));
  EXPECT_THAT(text, HasSubstr("1 fine"));
  EXPECT_THAT(text, HasSubstr("Space mask it"));
  test.press(Key::tab);
  test.type("p");
  EXPECT_THAT(text_of(test.screen()), HasSubstr("› shown   email #1"));
}

}  // namespace
}  // namespace panko::tui
