#include "edition/edition.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <regex>
#include <set>
#include <thread>

#include "tests/edition/session_file.hpp"
#include "tests/support/html_check.hpp"
#include "tests/support/project_files.hpp"

namespace panko {
namespace {

using test::SessionFile;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<const Edition> open(const SessionFile& file) {
  return value_or_throw(Edition::open(file.path(), std::nullopt));
}

using Where = WindowAt::Where;

std::string page_at(const Edition& edition, const WindowAt& at, PageContext context = {}) {
  std::string html = value_or_throw(edition.page(at, context)).value_or("no such page");
  EXPECT_EQ(test::HtmlCheck::problem_of(html), "");
  return html;
}

std::string page(const Edition& edition, std::optional<std::string_view> from = std::nullopt,
                 PageContext context = {}) {
  return page_at(edition, from ? WindowAt{.where = Where::from, .anchor = *from} : WindowAt{}, context);
}

std::optional<std::string> link_of(const std::string& html, std::string_view kind, std::string_view how = "from") {
  const std::string start = fmt::format(R"(<a class="{}" href="?{}=)", kind, how);
  const auto at = html.find(start);
  if (at == std::string::npos) return std::nullopt;
  const auto begin = at + start.size();
  return html.substr(begin, html.find('"', begin) - begin);
}

std::vector<std::string> all_matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (auto match = std::sregex_iterator(text.begin(), text.end(), regex); match != std::sregex_iterator(); ++match) {
    found.push_back((*match)[1]);
  }
  return found;
}

std::vector<std::string> ids_of(const std::string& html) {
  return all_matches(html, R"re(<article class="[a-z ]*" id="([^"]*)")re");
}

TEST(Edition, ShortSessionIsOnePage) {
  SessionFile file;
  file.add_user("1", "Do it");
  file.add_assistant("2", "**Done**");
  const std::string html = page(*open(file));
  EXPECT_THAT(html, HasSubstr("<div class=\"plain\">Do it</div>"));
  EXPECT_THAT(html, HasSubstr("<strong>Done</strong>"));
  EXPECT_THAT(html, HasSubstr(">Do it</a></h1>"));
  EXPECT_THAT(html, HasSubstr(">demo</li>"));
  EXPECT_THAT(html, HasSubstr(R"(data-mode="live")"));
  EXPECT_THAT(html, Not(HasSubstr("class=\"window")));
  EXPECT_EQ(ids_of(html).size(), 2U);
}

TEST(Edition, WindowsLeadThroughTheWholeSessionAndBack) {
  SessionFile file;
  for (int i = 0; i < 500; ++i) {
    file.add_user(fmt::format("{}", 2 * i), fmt::format("Prompt {}", i));
    file.add_assistant(fmt::format("{}", 2 * i + 1), "Answer");
  }
  const auto edition = open(file);

  std::string html = page(*edition);
  EXPECT_THAT(html, HasSubstr("messages 1–80 of 1,000"));
  EXPECT_FALSE(link_of(html, "earlier"));
  std::vector<std::string> seen = ids_of(html);
  while (const auto next = link_of(html, "later")) {
    html = page(*edition, *next);
    const auto ids = ids_of(html);
    ASSERT_FALSE(ids.empty());
    ASSERT_EQ(ids.front(), *next) << "a window starts at its anchor";
    seen.insert(seen.end(), ids.begin(), ids.end());
    ASSERT_LE(seen.size(), 1000U);
  }
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 1000U);
  EXPECT_THAT(html, HasSubstr("of 1,000"));

  // Back from the end: every window ends in front of the one that it was left from.
  html = page_at(*edition, {.where = Where::last});
  EXPECT_THAT(html, HasSubstr("messages 921–1,000 of 1,000"));
  std::vector<std::string> back = ids_of(html);
  while (const auto previous = link_of(html, "earlier", "before")) {
    ASSERT_EQ(*previous, back.front());
    html = page_at(*edition, {.where = Where::before, .anchor = *previous});
    const auto ids = ids_of(html);
    ASSERT_FALSE(ids.empty());
    ASSERT_EQ(link_of(html, "later"), back.front());
    back.insert(back.begin(), ids.begin(), ids.end());
    ASSERT_LE(back.size(), 1000U);
  }
  EXPECT_EQ(back, seen);
  EXPECT_THAT(page(*edition), HasSubstr(R"(<a class="last" href="?last">Last</a>)"));
}

TEST(Edition, AnyMessageCanStartAWindow) {
  SessionFile file;
  for (int i = 0; i < 100; ++i) file.add_assistant(fmt::format("{}", i), "Text");
  const auto edition = open(file);
  const auto ids = ids_of(page(*edition));
  const std::string html = page(*edition, ids.at(33));
  EXPECT_EQ(ids_of(html).front(), ids.at(33));
  EXPECT_THAT(html, HasSubstr("messages 34–100 of 100"));
}

TEST(Edition, WindowEndsAtAboutAHundredKilobytes) {
  SessionFile file;
  for (int i = 0; i < 40; ++i) file.add_assistant(fmt::format("{}", i), std::string(20'000, 'x'));
  const std::string html = page(*open(file));
  EXPECT_THAT(html, HasSubstr("messages 1–5 of 40"));
  EXPECT_LT(html.size(), 130'000U);
}

TEST(Edition, AnOverlongMessageIsAWindowAndHasAPageOfItsOwn) {
  SessionFile file;
  file.add_user("1", "Go");
  file.add_assistant("2", std::string(3'000'000, 'y') + " END");
  file.add_assistant("3", "After");
  const auto edition = open(file);
  const std::string html = page(*edition);
  EXPECT_LT(html.size(), 100'000U);
  EXPECT_THAT(html, HasSubstr("show all (3.0 MB)"));
  EXPECT_THAT(html, HasSubstr("After"));
  const std::string anchor = ids_of(html).at(1);
  const std::string whole = value_or_throw(edition->block_page(anchor, {})).value_or("");
  EXPECT_EQ(test::HtmlCheck::problem_of(whole), "");
  EXPECT_THAT(whole, HasSubstr(" END"));
  EXPECT_THAT(whole, HasSubstr("href=\"../a/"));
  EXPECT_THAT(whole, HasSubstr(fmt::format("href=\"../?from={}#{}\">Back", anchor, anchor)));
  EXPECT_THAT(whole, Not(HasSubstr("href=\"a/")));
}

TEST(Edition, UnknownAnchorsAreNoPages) {
  SessionFile file;
  file.add_user("1", "Go");
  const auto edition = open(file);
  for (const char* anchor : {"", "x", "~", "~9", "~-1", "~1x", "~99999999999999", "../..", "\xff"}) {
    for (const Where where : {Where::from, Where::before}) {
      EXPECT_FALSE(value_or_throw(edition->page({.where = where, .anchor = anchor}, {}))) << anchor;
      EXPECT_FALSE(value_or_throw(edition->window({.where = where, .anchor = anchor}))) << anchor;
    }
    EXPECT_FALSE(value_or_throw(edition->block_page(anchor, {}))) << anchor;
    EXPECT_FALSE(value_or_throw(edition->image(anchor, 0))) << anchor;
  }
}

TEST(Edition, ContentsListPromptsAroundTheWindow) {
  SessionFile file;
  for (int i = 0; i < 450; ++i) file.add_user(fmt::format("{}", i), fmt::format("Prompt {}\\nmore", i));
  const auto edition = open(file);
  std::string html = page(*edition);
  EXPECT_THAT(html, HasSubstr("450 prompts"));
  EXPECT_THAT(html, HasSubstr("250 prompts later"));
  EXPECT_THAT(html, Not(HasSubstr("prompts earlier")));
  EXPECT_EQ(all_matches(html, R"re((<li class="here">))re").size(), 80U);
  EXPECT_THAT(html, HasSubstr(">Prompt 199</a>"));
  EXPECT_THAT(html, Not(HasSubstr(">Prompt 200</a>")));

  const auto later = all_matches(html, R"re(href="\?from=([^"]*)">250 prompts later)re");
  ASSERT_EQ(later.size(), 1U);
  html = page(*edition, later.front());
  EXPECT_THAT(html, HasSubstr("100 prompts earlier"));
  EXPECT_THAT(html, HasSubstr("150 prompts later"));
  EXPECT_THAT(html, HasSubstr(">Prompt 200</a>"));
  EXPECT_THAT(page(*edition), HasSubstr(">Prompt 0</a>"));
}

TEST(Edition, AbandonedBranchesStandWhereTheyLeft) {
  SessionFile file;
  file.add_user("1", "Start");
  file.add_assistant("2", "Ready");
  file.add_user("3", "Wrong way");
  file.add_assistant("4", "Wrong answer");
  file.go_back_to("2");
  file.add_user("5", "Right way");
  file.add_assistant("6", "Right answer");
  const std::string html = page(*open(file));
  EXPECT_EQ(ids_of(html).size(), 6U);
  EXPECT_THAT(html, HasSubstr("Abandoned branch</span> <span class=\"count\">2 messages</span>"));
  EXPECT_LT(html.find("Ready"), html.find("Wrong way</div>"));
  EXPECT_LT(html.find("Wrong answer"), html.find("Right way</div>"));
  EXPECT_THAT(html, HasSubstr("2 prompts"));
}

TEST(Edition, WindowThatStartsInsideABranchOpensIt) {
  SessionFile file;
  file.add_user("1", "Start");
  file.add_assistant("2", "Ready");
  file.add_user("3", "Wrong way");
  file.add_assistant("4", "Wrong answer");
  file.go_back_to("2");
  file.add_user("5", "Right way");
  const auto edition = open(file);
  const auto ids = ids_of(page(*edition));
  const std::string html = page(*edition, ids.at(3));
  EXPECT_THAT(html, HasSubstr("<details open=\"\"><summary><span class=\"label\">Abandoned branch"));
  EXPECT_THAT(html, HasSubstr("2 messages, continued"));
  EXPECT_EQ(ids_of(html).size(), 2U);
}

TEST(Edition, RecordsWithOneNameAreAllReached) {
  SessionFile file;
  for (int i = 0; i < 200; ++i) {
    file.add_line(R"({"type":"assistant","sessionId":"11111111-2222-4333-8444-555555555555","message":{"id":"m)" +
                  std::to_string(i) + R"(","role":"assistant","content":[{"type":"text","text":"T"}]}})");
  }
  const auto edition = open(file);
  std::string html = page(*edition);
  std::size_t count = ids_of(html).size();
  for (int windows = 0; windows < 10; ++windows) {
    const auto next = link_of(html, "later");
    if (!next) break;
    html = page(*edition, *next);
    count += ids_of(html).size();
  }
  EXPECT_EQ(count, 200U);
}

TEST(Edition, ImagesAreServedByTheirBytes) {
  SessionFile file;
  file.add_content(
      "1", "user",
      R"([{"type":"text","text":"Look"},{"type":"image","source":{"type":"base64","media_type":"image/svg+xml","data":)"
      R"("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="}},)"
      R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"PHN2Zy8+"}}])");
  const auto edition = open(file);
  const auto sources = all_matches(page(*edition), R"re(<img src="i/([^"]*)")re");
  ASSERT_EQ(sources.size(), 2U);
  const auto anchor = [](const std::string& source) { return source.substr(0, source.find('/')); };
  const ImageBytes image = value_or_throw(edition->image(anchor(sources[0]), 0)).value_or(ImageBytes{});
  EXPECT_EQ(image.media_type, "image/png");
  EXPECT_FALSE(value_or_throw(edition->image(anchor(sources[0]), 7)));
  EXPECT_FALSE(value_or_throw(edition->image(anchor(sources[1]), 0))) << "no picture, whatever it is called";
}

TEST(Edition, SaysUntilWhen) {
  SessionFile file;
  file.add_user("1", "Go");
  const WallTime now = wall_now();
  const std::string html = page(*open(file), std::nullopt,
                                {.as_of = now, .expires_at = now + std::chrono::hours(6 * 24) + std::chrono::hours(1)});
  EXPECT_THAT(html, HasSubstr(R"(data-mode="snapshot")"));
  EXPECT_THAT(html, HasSubstr(">expires in 6 days"));
}

TEST(Edition, HostileTitleAndTextStayText) {
  SessionFile file;
  file.add_user("1", R"(</title><script>alert(1)</script> \u202e \" onload=x)");
  file.add_assistant("2", R"([x](javascript:alert(1)) <img src=x onerror=alert(1)>)");
  const std::string html = page(*open(file));
  EXPECT_EQ(all_matches(html, "(<script)[ >]").size(), 1U) << "our own";
  EXPECT_THAT(html, Not(HasSubstr("<img")));
}

TEST(Edition, FilesThatCannotBeReadAreErrors) {
  EXPECT_FALSE(Edition::open("/nonexistent/session.jsonl", std::nullopt));
}

TEST(Edition, AnswersSeveralThreadsAtOnce) {
  SessionFile file;
  for (int i = 0; i < 300; ++i) file.add_user(fmt::format("{}", i), fmt::format("Prompt {}", i));
  const auto edition = open(file);
  const auto ids = ids_of(page(*edition));
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        const std::string& from = ids.at(static_cast<std::size_t>(i * 20 + round));
        EXPECT_TRUE(value_or_throw(edition->page({.where = Where::from, .anchor = from}, {})));
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(Assets, PageNamesThemAndTheyAreServed) {
  SessionFile file;
  file.add_user("1", "Go");
  const auto names = all_matches(page(*open(file)), R"re(<link [^>]*href="a/([^"]*)")re");
  ASSERT_EQ(names.size(), 2U);
  for (const std::string& name : names) {
    EXPECT_TRUE(std::regex_match(name, std::regex("[0-9a-f]{16}\\.(css|svg)"))) << name;
    const Asset asset = find_asset(name).value_or(Asset{});
    EXPECT_GT(asset.bytes.size(), 100U);
    EXPECT_FALSE(asset.content_type.empty());
  }
  EXPECT_FALSE(find_asset("page.css"));
  EXPECT_FALSE(find_asset(""));
}

TEST(MessagePage, HasTheTextAndNothingElse) {
  const std::string html = message_page("Gone", "It has ended.");
  EXPECT_EQ(test::HtmlCheck::problem_of(html), "");
  EXPECT_THAT(html, HasSubstr("It has ended."));
}

/// Every session that people gave us: each page well-formed, every block reached by following "later".
TEST(Corpus, EveryWindowOfEverySession) {
  const auto directory = test::corpus();
  if (!std::filesystem::exists(directory)) GTEST_SKIP() << "no corpus here";
  std::size_t sessions = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.path().extension() != ".jsonl") continue;
    const auto edition = Edition::open(entry.path(), std::nullopt);
    if (!edition) continue;
    ++sessions;
    std::string html = page(**edition);
    std::size_t count = ids_of(html).size();
    while (const auto next = link_of(html, "later")) {
      html = page(**edition, *next);
      ASSERT_EQ(ids_of(html).front(), *next) << entry.path();
      count += ids_of(html).size();
    }
    const auto total = all_matches(html, "messages [0-9,]+–([0-9,]+) of");
    if (!total.empty()) {
      std::string digits = total.front();
      std::erase(digits, ',');
      EXPECT_EQ(std::to_string(count), digits) << entry.path();
    }
  }
  EXPECT_GT(sessions, 0U);
}

}  // namespace
}  // namespace panko
