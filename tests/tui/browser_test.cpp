#include "tui/browser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <array>
#include <random>

#include "tests/tui/sample.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using test::session;
using ::testing::ElementsAre;

/// As test::list(), for a browser alone; the row at the top of the screen has "^" behind it.
std::vector<std::string> rows(const Browser& browser) {
  Model model;
  model.browser = browser;
  auto names = test::list(model);
  if (browser.top > 0 && browser.top < names.size()) names[browser.top] += " ^";
  return names;
}

Browser browser_of(std::vector<SessionEntry> sessions) {
  Browser browser;
  browser.sessions = std::move(sessions);
  arrange(browser);
  return browser;
}

LibraryUpdate update(std::vector<SessionEntry> changed, std::vector<std::filesystem::path> gone = {}) {
  LibraryUpdate update;
  update.changed = std::move(changed);
  update.gone = std::move(gone);
  return update;
}

/// Two projects: a has 1 and 3 (hours old), b has 2 and 4.
std::vector<SessionEntry> four() {
  return {session("four", "b", 4h), session("one", "a", 1h), session("three", "a", 3h), session("two", "b", 2h)};
}

constexpr auto kA = "# /home/ana/work/a";
constexpr auto kB = "# /home/ana/work/b";

TEST(Browser, ProjectsStandWhereTheirFirstSessionStands) {
  Browser browser = browser_of(four());
  EXPECT_THAT(rows(browser), ElementsAre(kA, "> one", "three", kB, "two", "four"));
  set_sort(browser, SortOrder::oldest);
  EXPECT_THAT(rows(browser), ElementsAre(kB, "> four", "two", kA, "three", "one"));
  browser.touched = true;
  set_sort(browser, SortOrder::project);
  keep_in_view(browser, 10);
  EXPECT_THAT(rows(browser), ElementsAre(kA, "one", "three", kB, "two", "> four"));
}

TEST(Browser, NumbersCountSessionsFoldedOnesToo) {
  Browser browser = browser_of(four());
  set_folded(browser, "/home/ana/work/a", true);
  ASSERT_EQ(browser.rows.size(), 4u);
  EXPECT_EQ(browser.rows[0].number, 2u);
  EXPECT_EQ(browser.rows[2].number, 3u);
  EXPECT_EQ(browser.listed(), 4u);
}

TEST(Browser, FoldingPutsTheSelectionOnTheHeading) {
  Browser browser = browser_of(four());
  browser.touched = true;
  select_row(browser, 2);
  set_folded(browser, "/home/ana/work/a", true);
  EXPECT_THAT(rows(browser), ElementsAre(std::string("> ") + kA, kB, "two", "four"));
  set_folded(browser, "/home/ana/work/a", false);
  EXPECT_THAT(rows(browser), ElementsAre(std::string("> ") + kA, "one", "three", kB, "two", "four"));
}

TEST(Browser, TwoDirectoriesOfOneNameAreTwoProjects) {
  auto sessions = four();
  sessions[0].digest.facts.cwd = "/elsewhere/a";
  sessions[0].project = "a";
  EXPECT_THAT(rows(browser_of(std::move(sessions))),
              ElementsAre(kA, "> one", "three", kB, "two", "# /elsewhere/a", "four"));
}

TEST(Browser, UntilTouchedTheFirstSessionIsSelected) {
  Browser browser = browser_of({});
  EXPECT_EQ(browser.selected_session(), nullptr);
  apply(browser, update({session("two", "b", 2h)}));
  EXPECT_THAT(rows(browser), ElementsAre(kB, "> two"));
  apply(browser, update({session("one", "a", 1h)}));
  EXPECT_THAT(rows(browser), ElementsAre(kA, "> one", kB, "two"));
}

TEST(Browser, SelectedSessionStaysSelectedAndInItsPlaceWhileOthersCome) {
  Browser browser = browser_of(four());
  browser.touched = true;
  select_row(browser, 4);  // two
  browser.top = 2;
  apply(browser, update({session("newest", "c", 1min), session("oldest", "a", 9h)}));
  EXPECT_THAT(rows(browser),
              ElementsAre("# /home/ana/work/c", "newest", kA, "one", "three", "oldest ^", kB, "> two", "four"));
  apply(browser, update({}, {session("newest", "c", 0s).path}));
  EXPECT_THAT(rows(browser), ElementsAre(kA, "one", "three", "oldest ^", kB, "> two", "four"));
}

TEST(Browser, SelectedSessionThatChangesMovesWithItsRow) {
  Browser browser = browser_of(four());
  browser.touched = true;
  select_row(browser, 5);  // four
  apply(browser, update({session("four", "b", 1s)}));
  EXPECT_THAT(rows(browser), ElementsAre(kB, "> four", "two", kA, "one", "three"));
}

TEST(Browser, NeighbourOfADeletedSessionIsSelected) {
  struct Case {
    std::size_t row;
    std::string next;
  };
  for (const auto& [row, next] : {Case{1, "three"}, Case{2, "one"}, Case{4, "four"}, Case{5, "two"}}) {
    Browser browser = browser_of(four());
    browser.touched = true;
    select_row(browser, row);
    remove(browser, browser.selected_session()->path);
    ASSERT_NE(browser.selected_session(), nullptr);
    EXPECT_EQ(browser.selected_session()->digest.facts.title, next);
    EXPECT_EQ(browser.sessions.size(), 3u);
    EXPECT_EQ(browser.by_path.size(), 3u);
  }
  Browser browser = browser_of({session("only", "a", 1h)});
  browser.touched = true;
  select_row(browser, 1);
  remove(browser, browser.selected_session()->path);
  EXPECT_TRUE(browser.rows.empty());
  EXPECT_EQ(browser.selected_session(), nullptr);
}

TEST(Browser, DeletingTheLastOfAProjectGoesToTheNext) {
  Browser browser = browser_of({session("one", "a", 1h), session("two", "b", 2h)});
  browser.touched = true;
  select_row(browser, 1);
  remove(browser, browser.selected_session()->path);
  EXPECT_THAT(rows(browser), ElementsAre(kB, "> two"));
}

TEST(Browser, SearchIsFlatBestFirstAndKeepsTheSelectionWhenItEnds) {
  Browser browser = browser_of(
      {session("Mend the tide table", "tide", 1h), session("tide", "other", 3h), session("Unrelated", "fern", 2h)});
  browser.touched = true;
  set_query(browser, "tide");
  EXPECT_EQ(browser.listed(), 2u);
  EXPECT_TRUE(std::ranges::none_of(browser.rows, &ListRow::is_heading));
  EXPECT_EQ(browser.selected, 0u);
  move_selection(browser, 1);
  const auto title = browser.selected_session()->digest.facts.title;
  set_query(browser, "");
  EXPECT_EQ(browser.selected_session()->digest.facts.title, title);
  EXPECT_EQ(browser.listed(), 3u);
}

TEST(Browser, NothingFound) {
  Browser browser = browser_of(four());
  browser.touched = true;
  set_query(browser, "zzzzzz");
  EXPECT_TRUE(browser.rows.empty());
  EXPECT_EQ(browser.selected_session(), nullptr);
  move_selection(browser, 3);
  scroll(browser, 3, 10);
  keep_in_view(browser, 10);
  EXPECT_EQ(browser.selected, 0u);
  set_query(browser, "");
  EXPECT_NE(browser.selected_session(), nullptr);
}

TEST(Browser, FilterLeavesOneAgent) {
  Browser browser = browser_of(four());
  const Agent other = *all_agents().front();
  browser.sessions[1].agent = &other;
  set_agent(browser, &other);
  EXPECT_THAT(rows(browser), ElementsAre(kA, "> one"));
  set_agent(browser, nullptr);
  EXPECT_EQ(browser.listed(), 4u);
}

TEST(Browser, ViewScrollsAloneAndTakesTheSelectionAlong) {
  std::vector<SessionEntry> many;
  many.reserve(30);
  for (int i = 0; i < 30; ++i) many.push_back(session(fmt::format("s{:02}", i), "a", std::chrono::minutes{i}));
  Browser browser = browser_of(std::move(many));
  browser.touched = true;
  scroll(browser, 3, 10);
  EXPECT_EQ(browser.top, 3u);
  EXPECT_EQ(browser.selected, 3u);
  select_row(browser, 8);
  scroll(browser, 2, 10);
  EXPECT_EQ(browser.selected, 8u);
  scroll(browser, 1000, 10);
  EXPECT_EQ(browser.top, 21u);
  EXPECT_EQ(browser.selected, 21u);
  move_selection(browser, -1000);
  keep_in_view(browser, 10);
  EXPECT_EQ(browser.top, 0u);
  move_selection(browser, 1000);
  keep_in_view(browser, 10);
  EXPECT_EQ(browser.top, 21u);
  EXPECT_EQ(browser.selected, 30u);
  keep_in_view(browser, 100);
  EXPECT_EQ(browser.top, 0u);
}

/// Whatever comes in whatever steps: in the end it is as if arranged from the result.
TEST(Browser, StepsGiveWhatOneArrangementGives) {
  std::mt19937 random(7);
  const auto pick = [&random](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  };
  const auto any = [&] {
    static constexpr std::array kWords{"tide", "fern", "mend", "table", "why"};
    return session(fmt::format("{} {} {}", kWords.at(pick(5)), kWords.at(pick(5)), pick(20)),
                   std::string(1, static_cast<char>('a' + pick(4))), std::chrono::minutes{pick(500)});
  };
  Browser browser = browser_of({});
  browser.touched = true;
  for (int step = 0; step < 400; ++step) {
    switch (pick(6)) {
      case 0:
      case 1: apply(browser, update({any(), any()})); break;
      case 2: apply(browser, update({any()}, {any().path, any().path})); break;
      case 3: set_sort(browser, kSortOrders.at(pick(kSortOrders.size()))); break;
      case 4: set_query(browser, std::array{"", "t", "ti", "tide", "fe"}.at(pick(5))); break;
      default:
        set_folded(browser, fmt::format("/home/ana/work/{}", static_cast<char>('a' + pick(4))), pick(2) == 0);
        break;
    }
    select_row(browser, pick(20));
    keep_in_view(browser, 5);
    Browser anew;
    anew.sessions = browser.sessions;
    anew.sort = browser.sort;
    anew.query = browser.query;
    anew.folded = browser.folded;
    arrange(anew);
    ASSERT_EQ(browser.rows, anew.rows) << step;
    ASSERT_EQ(browser.by_path, anew.by_path) << step;
  }
}

}  // namespace
}  // namespace panko::tui
