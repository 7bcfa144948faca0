#include "tui/update.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tui/sharing_sample.hpp"
#include "tui/layout.hpp"
#include "tui/view.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using test::control;
using test::model_of;
using test::press;
using test::sample_sessions;
using test::selected;
using test::type;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kFern = "Why the fern was overdue on Friday";
constexpr auto kPlan = "Watering plan for the holidays 🌿🫠";
constexpr auto kTide = "Sort the tide tables by harbour";

Model sample(int columns = 80, int rows = 24) {
  return model_of(sample_sessions(), columns, rows);
}

Effects send(Model& model, Event event) {
  return update(model, std::move(event), model.now);
}

template <class Wanted>
const Wanted* only(const Effects& effects) {
  return effects.size() == 1 ? std::get_if<Wanted>(effects.data()) : nullptr;
}

std::string said(const Model& model) {
  return model.toast ? model.toast->sentence : "";
}

TEST(Update, KeysMoveTheSelection) {
  const auto character = [](char c) { return KeyPress{.key = Key::character, .character = static_cast<char32_t>(c)}; };
  struct Case {
    std::vector<KeyPress> keys;
    std::size_t row;  // of nine; one is selected first
  };
  for (const auto& [keys, row] : std::vector<Case>{{{character('j')}, 2},
                                                   {{{.key = Key::down}, {.key = Key::down}}, 3},
                                                   {{character('k')}, 0},
                                                   {{character('k'), character('k'), {.key = Key::up}}, 0},
                                                   {{character('G')}, 8},
                                                   {{{.key = Key::end}, character('j')}, 8},
                                                   {{character('G'), character('g')}, 0},
                                                   {{{.key = Key::end}, {.key = Key::home}}, 0},
                                                   {{{.key = Key::page_down}}, 8},
                                                   {{control('d')}, 8},
                                                   {{{.key = Key::end}, {.key = Key::page_up}}, 0},
                                                   {{{.key = Key::end}, control('u')}, 0},
                                                   {{character('x'), control('x'), {.key = Key::erase}}, 1}}) {
    Model model = sample();
    ASSERT_EQ(model.browser.rows.size(), 9u);
    for (const KeyPress& key : keys) EXPECT_TRUE(send(model, Input{key}).empty());
    EXPECT_EQ(model.browser.selected, row);
  }
}

TEST(Update, FirstSessionIsSelectedAtOnce) {
  EXPECT_EQ(selected(sample()), kFern);
}

TEST(Update, FoldsByKeysAndRemembersIt) {
  Model model = sample();
  const Effects folded = type(model, "h");
  EXPECT_EQ(selected(model), "# /home/ana/work/fernwatch");
  EXPECT_EQ(model.browser.rows.size(), 6u);
  ASSERT_NE(only<SavePreferences>(folded), nullptr);
  EXPECT_THAT(only<SavePreferences>(folded)->preferences.folded_projects,
              ::testing::ElementsAre("/home/ana/work/fernwatch"));
  EXPECT_TRUE(type(model, "h").empty());  // it is folded already
  EXPECT_EQ(only<SavePreferences>(type(model, "l"))->preferences, Preferences{});
  EXPECT_EQ(model.browser.rows.size(), 9u);
  type(model, "l");
  EXPECT_EQ(selected(model), kFern);
  type(model, "k");
  EXPECT_NE(only<SavePreferences>(press(model, Key::enter)), nullptr);
  EXPECT_EQ(model.browser.rows.size(), 6u);
  EXPECT_NE(only<SavePreferences>(press(model, Key::right)), nullptr);
  EXPECT_NE(only<SavePreferences>(press(model, Key::left)), nullptr);
}

TEST(Update, PreferencesAreTakenUp) {
  const Model model =
      initial_model(sample_sessions(), {.sort = SortOrder::oldest, .folded_projects = {"/home/ana/work/fernwatch"}}, 80,
                    24, test::noon());
  EXPECT_EQ(model.browser.sort, SortOrder::oldest);
  EXPECT_EQ(model.browser.rows.size(), 6u);
}

TEST(Update, SortGoesRoundAndIsRemembered) {
  Model model = sample();
  for (const SortOrder order :
       {SortOrder::oldest, SortOrder::messages, SortOrder::size, SortOrder::project, SortOrder::newest}) {
    const Effects effects = type(model, "t");
    ASSERT_NE(only<SavePreferences>(effects), nullptr);
    EXPECT_EQ(only<SavePreferences>(effects)->preferences.sort, order);
    EXPECT_EQ(selected(model), kFern);
  }
}

TEST(Update, AgentFilterGoesRoundThoseThatAreThere) {
  Model model = sample();
  for (const char* id : {"claude", "codex"}) {
    type(model, "a");
    ASSERT_NE(model.browser.filter.agent, nullptr);
    EXPECT_EQ(model.browser.filter.agent->id, id);
    EXPECT_LT(model.browser.listed(), 6u);
  }
  type(model, "a");
  EXPECT_EQ(model.browser.filter.agent, nullptr);
  type(model, "a");
  (void)press(model, Key::escape);
  EXPECT_EQ(model.browser.filter.agent, nullptr);
  EXPECT_EQ(model.browser.listed(), 6u);
}

TEST(Update, SearchNarrowsAsOneTypes) {
  Model model = sample();
  type(model, "/tide");
  EXPECT_TRUE(model.browser.searching);
  EXPECT_EQ(model.browser.query, "tide");
  EXPECT_EQ(selected(model), kTide);
  type(model, " q");  // a letter, not a key
  EXPECT_EQ(model.browser.query, "tide q");
  EXPECT_TRUE(model.browser.rows.empty());
  send(model, Input{control('w')});
  EXPECT_EQ(model.browser.query, "tide ");
  (void)press(model, Key::backspace);
  (void)press(model, Key::enter);
  EXPECT_FALSE(model.browser.searching);
  EXPECT_EQ(selected(model), kTide);
  EXPECT_EQ(model.browser.query, "tide");
  (void)press(model, Key::escape);
  EXPECT_EQ(model.browser.query, "");
  EXPECT_EQ(selected(model), kTide);
}

TEST(Update, FirstEscapeClearsTheSearchLine) {
  Model model = sample();
  type(model, "/fern");
  (void)press(model, Key::escape);
  EXPECT_EQ(model.browser.query, "");
  EXPECT_FALSE(model.browser.searching);
  EXPECT_EQ(model.browser.listed(), 6u);
}

TEST(Update, SearchLineIsEdited) {
  Model model = sample();
  type(model, "/é水x");
  (void)press(model, Key::backspace);
  (void)press(model, Key::backspace);
  EXPECT_EQ(model.browser.query, "é");
  send(model, Input{Paste{"two\nlines\x1b  here\xff"}});
  EXPECT_EQ(model.browser.query, "étwo lines\x1b here\xEF\xBF\xBD");
  send(model, Input{control('u')});
  EXPECT_EQ(model.browser.query, "");
  (void)press(model, Key::backspace);
  EXPECT_FALSE(model.browser.searching);
  send(model, Input{Paste{"ignored"}});
  EXPECT_EQ(model.browser.query, "");
  type(model, "/");
  send(model, Input{Paste{std::string(10'000, 'a')}});
  EXPECT_EQ(model.browser.query.size(), 256u);
}

TEST(Update, ArrowsMoveInTheResults) {
  Model model = sample();
  type(model, "/fern");
  const std::string first = selected(model);
  (void)press(model, Key::down);
  EXPECT_NE(selected(model), first);
  send(model, Input{control('p')});
  EXPECT_EQ(selected(model), first);
}

TEST(Update, ActionsOnASession) {
  Model model = sample();
  const auto path = model.browser.sessions[0].path;
  EXPECT_EQ(only<OpenView>(press(model, Key::enter))->session_path, path);
  EXPECT_EQ(only<OpenView>(type(model, "v"))->session_path, path);
  EXPECT_EQ(only<CopyText>(type(model, "c"))->text, path.native());
  EXPECT_EQ(only<CopyContext>(type(model, "C"))->session_path, path);
  EXPECT_EQ(only<Download>(type(model, "D"))->title, kFern);
  EXPECT_EQ(only<OpenFolder>(type(model, "o"))->session_path, path);
  EXPECT_NE(only<Rescan>(type(model, "r")), nullptr);
  EXPECT_NE(only<Quit>(type(model, "q")), nullptr);
  EXPECT_NE(only<Quit>(send(model, Input{control('c')})), nullptr);
  EXPECT_NE(only<Suspend>(send(model, Input{control('z')})), nullptr);
}

TEST(Update, APathThatAShellWouldObeyIsNotCopied) {
  auto session = test::session("Fern", "/home/ann/garden", 1min);
  session.path = "/home/ann/a\nrm -r b.jsonl";
  Model model = test::model_of({session}, 100, 30);
  EXPECT_TRUE(type(model, "c").empty());
  EXPECT_THAT(said(model), HasSubstr("control characters"));
}

TEST(Update, AHeadingHasNoActions) {
  Model model = sample();
  type(model, "k");
  EXPECT_TRUE(type(model, "vscCDod").empty());
  EXPECT_THAT(said(model), HasSubstr("No session is selected"));
  EXPECT_FALSE(model.question);
}

TEST(Update, AnUnreadableSessionSaysWhy) {
  Model model = sample();
  type(model, "G");
  for (const char* key : {"v", "s", "C"}) {
    EXPECT_TRUE(type(model, key).empty());
    EXPECT_THAT(said(model), HasSubstr("permission denied"));
    EXPECT_FALSE(model.sharing.has_window());
  }
  EXPECT_NE(only<CopyText>(type(model, "c")), nullptr);
}

TEST(Update, DeletingAsksFirst) {
  Model model = sample();
  type(model, "j");
  EXPECT_TRUE(type(model, "d").empty());
  ASSERT_TRUE(model.question);
  EXPECT_THAT(model.question ? model.question->text : "", HasSubstr("Watering plan"));
  EXPECT_TRUE(type(model, "n").empty());
  EXPECT_FALSE(model.question);
  const auto path = model.browser.sessions[1].path;
  const Effects effects = type(model, "dy");
  ASSERT_NE(only<DeleteSession>(effects), nullptr);
  EXPECT_EQ(only<DeleteSession>(effects)->session_path, path);
  EXPECT_EQ(selected(model), kPlan);
  send(model, SessionDeleted{path});
  EXPECT_THAT(selected(model), HasSubstr("植物"));
  EXPECT_EQ(model.browser.listed(), 5u);
}

TEST(Update, AnswersAreClicked) {
  Model model = sample();
  const auto click = [&](int column, int row) {
    type(model, "d");
    return send(model, Input{MouseAction{.kind = MouseAction::Kind::press, .column = column, .row = row}});
  };
  EXPECT_TRUE(click(5, 5).empty());
  EXPECT_FALSE(model.question);
  EXPECT_TRUE(click(12, 23).empty()) << "any other key";
  EXPECT_FALSE(model.question);
  EXPECT_NE(only<DeleteSession>(click(1, 23)), nullptr) << "y";
}

TEST(Update, OtherKeysWaitForAnAnswer) {
  Model model = sample();
  type(model, "d");
  EXPECT_TRUE(type(model, "q").empty());
  type(model, "d");
  EXPECT_NE(only<Quit>(send(model, Input{control('c')})), nullptr);
}

TEST(Update, ASharedSessionIsNotDeleted) {
  Model model = sample();
  protocol::ShareInfo share;
  share.id = "3f2a";
  share.session_path = model.browser.sessions[0].path.native();
  share.status = "active";
  send(model, test::daemon_with({share}));
  EXPECT_TRUE(type(model, "d").empty());
  EXPECT_FALSE(model.question);
  EXPECT_THAT(said(model), HasSubstr("is shared and cannot be deleted"));
}

TEST(Update, ToastsGoByThemselves) {
  Model model = sample();
  (void)update(model, Said{.sentence = "Done."}, test::noon() + 1h);
  EXPECT_EQ(said(model), "Done.");
  const auto next = next_change(model);
  ASSERT_TRUE(next);
  EXPECT_LE(next.value_or(WallTime::max()), test::noon() + 1h + 3s);
  (void)update(model, Tick{}, test::noon() + 1h + 2900ms);
  EXPECT_EQ(said(model), "Done.");
  (void)update(model, Tick{}, test::noon() + 1h + 3s);
  EXPECT_EQ(said(model), "");
  (void)update(model, Said{.is_failure = true, .sentence = "Not done."}, model.now);
  (void)update(model, Tick{}, model.now + 4s);
  EXPECT_EQ(said(model), "Not done.");
}

TEST(Update, ToastsGoThoughTheClockIsSetBack) {
  Model model = sample();
  (void)update(model, Said{.sentence = "Done."}, test::noon());
  (void)update(model, Tick{}, test::noon() - 1h);
  EXPECT_EQ(said(model), "Done.");
  (void)update(model, Tick{}, test::noon() - 1h + 3s);
  EXPECT_EQ(said(model), "");
}

TEST(Update, ACardTakesNoLetterOfWhatIsTyped) {
  Model model = sample();
  type(model, "/");
  for (const char letter : {'c', 'o', 'Q', ' ', 'x'}) {
    const auto share = test::share("id", "Fern", 0s);
    (void)send(model, ShareStarted{.session_path = share.session_path, .share = share});
    EXPECT_TRUE(model.sharing.has_window());
    EXPECT_TRUE(type(model, std::string(1, letter)).empty()) << letter;
    EXPECT_FALSE(model.sharing.has_window()) << letter;
  }
  EXPECT_EQ(model.browser.query, "coQ x");
}

TEST(Update, SaysWhenTimeAloneChangesTheScreen) {
  Model model = model_of({test::session("live", "a", 4s)}, 80, 24);
  (void)update(model, Tick{}, test::noon());
  EXPECT_EQ(next_change(model), test::noon() + 11s);  // the live dot
  (void)update(model, Tick{}, test::noon() + 11s);
  EXPECT_EQ(next_change(model), test::noon() + 56s);  // "1 min"
  const auto before = test::text_of(draw(model));
  (void)update(model, Tick{}, test::noon() + 55s);
  EXPECT_EQ(test::text_of(draw(model)), before);
  (void)update(model, Tick{}, test::noon() + 56s);
  EXPECT_NE(test::text_of(draw(model)), before);

  Model empty = model_of({}, 80, 24);
  EXPECT_EQ(next_change(empty), std::nullopt);
  // What is scrolled away changes nothing that can be seen.
  std::vector<SessionEntry> many;
  many.reserve(64);
  for (int i = 0; i < 40; ++i)
    many.push_back(test::session("s" + std::to_string(i), "a", 10h + std::chrono::minutes{i}));
  many.push_back(test::session("young", "b", 30s));
  Preferences oldest;
  oldest.sort = SortOrder::oldest;
  Model scrolled = initial_model(std::move(many), oldest, 80, 24, test::noon());
  EXPECT_GT(next_change(scrolled), test::noon() + 1min);
}

TEST(Update, ClicksSelectFoldAndOpen) {
  Model model = sample(120, 24);
  const auto click = [&](int column, int row) {
    (void)send(model, Input{MouseAction{.kind = MouseAction::Kind::release, .column = column, .row = row}});
    return send(model, Input{MouseAction{.kind = MouseAction::Kind::press, .column = column, .row = row}});
  };
  EXPECT_TRUE(click(10, 3).empty());  // the selected one, but not clicked before
  EXPECT_TRUE(click(10, 4).empty());
  EXPECT_EQ(selected(model), kPlan);
  EXPECT_NE(only<OpenView>(click(12, 4)), nullptr);
  EXPECT_TRUE(click(12, 4).empty());
  type(model, "kj");
  EXPECT_TRUE(click(12, 4).empty());
  EXPECT_NE(only<SavePreferences>(click(10, 2)), nullptr);
  EXPECT_EQ(model.browser.rows.size(), 6u);
  EXPECT_TRUE(click(10, 20).empty());
  EXPECT_TRUE(click(100, 5).empty());
  EXPECT_TRUE(model.browser.preview_focused);
  EXPECT_TRUE(click(10, 4).empty());
  EXPECT_FALSE(model.browser.preview_focused);
  EXPECT_TRUE(click(500, 500).empty());
}

TEST(Update, KeysInTheFooterCanBeClicked) {
  Model model = sample(120, 24);
  const std::string text = test::text_of(draw(model));
  const std::string footer = text.substr(text.rfind("\n ", text.size() - 2) + 1);
  const auto column = static_cast<int>(footer.find("? help"));
  (void)send(model, Input{MouseAction{.kind = MouseAction::Kind::press, .column = column, .row = 23}});
  EXPECT_TRUE(model.help_open);
}

TEST(Update, WheelScrollsWhatIsUnderIt) {
  std::vector<SessionEntry> many;
  many.reserve(64);
  for (int i = 0; i < 60; ++i) many.push_back(test::session("s" + std::to_string(i), "a", std::chrono::hours{i}));
  Digest& digest = many.front().digest;
  for (int i = 0; i < 100; ++i) digest.first_prompt += "words and ";
  Model model = model_of(std::move(many), 120, 20);
  const MouseAction in_list{.kind = MouseAction::Kind::wheel_down, .column = 5, .row = 5};
  const MouseAction in_preview{.kind = MouseAction::Kind::wheel_down, .column = 100, .row = 5};
  send(model, Input{in_preview});
  EXPECT_EQ(model.browser.preview_scroll, 3);
  EXPECT_EQ(model.browser.top, 0u);
  for (int i = 0; i < 30; ++i) send(model, Input{in_preview});
  const int last = model.browser.preview_scroll;
  EXPECT_LT(last, 40);
  send(model, Input{in_list});
  EXPECT_EQ(model.browser.top, 3u);
  EXPECT_EQ(model.browser.preview_scroll, 0) << "another session is selected";
}

TEST(Update, PreviewScrollsWhenItHasTheFocus) {
  Model model = sample(60, 15);
  (void)press(model, Key::tab);
  EXPECT_TRUE(model.browser.preview_focused);
  type(model, "jj");
  EXPECT_EQ(model.browser.preview_scroll, 2);
  EXPECT_EQ(selected(model), kFern);
  type(model, "G");
  const int end = model.browser.preview_scroll;
  EXPECT_GT(end, 2);
  EXPECT_LT(end, 40);
  type(model, "jg");
  EXPECT_EQ(model.browser.preview_scroll, 0);
  (void)press(model, Key::escape);
  EXPECT_FALSE(model.browser.preview_focused);
  type(model, "l");
  EXPECT_TRUE(model.browser.preview_focused);
  type(model, "h");
  EXPECT_FALSE(model.browser.preview_focused);
}

TEST(Update, HelpScrollsAndCloses) {
  Model model = sample(60, 15);
  type(model, "?");
  EXPECT_TRUE(model.help_open);
  type(model, "jjk");
  EXPECT_EQ(model.help_scroll, 1);
  type(model, "G");
  const int end = model.help_scroll;
  type(model, "j");
  EXPECT_EQ(model.help_scroll, end);
  send(model, Resize{120, 60});
  EXPECT_EQ(model.help_scroll, 0);
  EXPECT_TRUE(type(model, "q").empty()) << "closes the help, nothing else";
  EXPECT_FALSE(model.help_open);
}

/// With the review of the selected session open.
Model reviewing(int columns, int rows) {
  Model model = sample(columns, rows);
  DaemonUp up;
  up.providers = test::sample_providers();
  (void)send(model, up);
  type(model, "s");
  (void)send(model, SessionScanned{model.sharing.scans, test::sample_scan()});
  type(model, "r");
  return model;
}

TEST(Update, TheReviewHasTheWholeScreenAndTheHelpAboveIt) {
  Model model = reviewing(80, 24);
  EXPECT_THAT(test::text_of(draw(model)), HasSubstr("╭─ Review: "));
  type(model, "?");
  EXPECT_TRUE(model.help_open);
  type(model, "?");
  EXPECT_FALSE(model.help_open);
  EXPECT_NE(only<AllowValue>(type(model, "f")), nullptr);
  (void)press(model, Key::escape);
  EXPECT_THAT(test::text_of(draw(model)), HasSubstr("╭─ Share "));
  (void)press(model, Key::escape);
  EXPECT_NE(only<Rescan>(type(model, "r")), nullptr);  // of the list again
}

TEST(Update, OnTooSmallAScreenNothingIsReviewedOrTyped) {
  Model model = reviewing(80, 24);
  (void)send(model, Resize{59, 14});
  EXPECT_TRUE(type(model, "ft").empty());
  EXPECT_THAT(test::text_of(draw(model)), HasSubstr("60 × 15"));
  (void)send(model, Resize{80, 24});
  EXPECT_THAT(test::text_of(draw(model)), HasSubstr("› masked  github-token #1"));
  EXPECT_THAT(test::text_of(draw(model)), HasSubstr("[ ] t hide tool output"));
}

TEST(Update, APasswordIsPastedIntoItsWindowAndShownNowhere) {
  Model model = sample(80, 24);
  (void)send(model, test::daemon_with({test::share("a", "Fix the fern")}));
  type(model, "Sp");
  (void)send(model, Paste{"made-up-words"});
  EXPECT_THAT(test::text_of(draw(model)), HasSubstr("•••••••••••••"));
  EXPECT_TRUE(model.browser.query.empty());
  (void)press(model, Key::enter);
  type(model, "made-up-words");
  const Effects effects = press(model, Key::enter);
  ASSERT_NE(only<ChangeShare>(effects), nullptr);
  EXPECT_EQ(only<ChangeShare>(effects)->change.password, "made-up-words");
  (void)send(model, Said{false, only<ChangeShare>(effects)->done});
  EXPECT_THAT(test::text_of(draw(model)), Not(HasSubstr("made-up")));
  EXPECT_FALSE(model.sharing.panel->edit);
}

TEST(Update, TooSmallAScreenActsOnNothingButQuit) {
  Model model = sample(40, 10);
  EXPECT_TRUE(type(model, "d").empty());
  EXPECT_FALSE(model.question);
  EXPECT_NE(only<Quit>(type(model, "q")), nullptr);
  send(model, Resize{80, 24});
  EXPECT_EQ(selected(model), kFern);
}

TEST(Update, ResizeKeepsTheSelectionVisible) {
  std::vector<SessionEntry> many;
  many.reserve(64);
  for (int i = 0; i < 60; ++i) many.push_back(test::session("s" + std::to_string(i), "a", std::chrono::hours{i}));
  Model model = model_of(std::move(many), 80, 50);
  for (int i = 0; i < 40; ++i) type(model, "j");
  send(model, Resize{80, 15});
  const auto height = static_cast<std::size_t>(layout_of(model).list.rows);
  EXPECT_LE(model.browser.top, model.browser.selected);
  EXPECT_LT(model.browser.selected, model.browser.top + height);
}

TEST(Update, ProgressIsShownUntilTheScanIsComplete) {
  const auto reading = [](const Model& m) { return test::text_of(draw(m)).find("reading 1/3") != std::string::npos; };
  Model model = initial_model(sample_sessions(), {}, 80, 24, test::noon());
  send(model, test::progress(1, 3));
  EXPECT_TRUE(reading(model));
  send(model, test::progress(3, 3, true));
  send(model, test::progress(1, 3));  // a session changed
  EXPECT_FALSE(reading(model));
  type(model, "r");
  send(model, test::progress(1, 3));
  EXPECT_TRUE(reading(model));
}

TEST(Update, ProblemsOfTheIndexAreSaid) {
  Model model = sample();
  LibraryUpdate problem = test::progress(0, 0, true);
  problem.problems = {"index.db cannot be written: no space left on device."};
  send(model, problem);
  EXPECT_THAT(said(model), HasSubstr("no space left"));
}

TEST(Update, SharesPanelAndChoiceTakeTheirKeysOnly) {
  Model model = sample();
  type(model, "S");
  EXPECT_TRUE(model.sharing.panel);
  EXPECT_TRUE(type(model, "d").empty());
  EXPECT_FALSE(model.question) << "the panel's d is not the list's";
  (void)press(model, Key::escape);
  EXPECT_FALSE(model.sharing.has_window());
  type(model, "s");
  EXPECT_TRUE(model.sharing.choice);
}

}  // namespace
}  // namespace panko::tui
