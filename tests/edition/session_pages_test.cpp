#include "edition/session_pages.hpp"

#include <gmock/gmock.h>

#include <regex>

#include "tests/edition/session_file.hpp"
#include "tests/support/html_check.hpp"

namespace panko {
namespace {

using test::SessionFile;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

SessionPages open(const SessionFile& file, bool may_grow = true) {
  return SessionPages(value_or_throw(Transcript::open(file.path())), may_grow);
}

std::vector<std::uint64_t> versions_of(const SessionPages& pages) {
  std::vector<std::uint64_t> versions;
  versions.reserve(pages.size());
  for (std::uint32_t row = 0; row < pages.size(); ++row) versions.push_back(pages.version_of(row));
  return versions;
}

std::vector<std::string> ids_of(const std::string& html) {
  static const std::regex kArticle(R"re(<article [^>]*id="([^"]*)")re");
  std::vector<std::string> ids;
  for (auto match = std::sregex_iterator(html.begin(), html.end(), kArticle); match != std::sregex_iterator(); ++match)
    ids.push_back((*match)[1]);
  return ids;
}

/// Start, Ready, then an abandoned branch of two, then two more.
void write_branches(SessionFile& file) {
  file.add_user("1", "Start");
  file.add_assistant("2", "Ready");
  file.add_user("3", "Wrong way");
  file.add_assistant("4", "Wrong answer");
  file.go_back_to("2");
  file.add_user("5", "Right way");
  file.add_assistant("6", "Right answer");
}

TEST(SessionPages, AVersionIsTheSameUntilWhatIsShownChanges) {
  SessionFile file;
  file.add_user("1", "Do it");
  file.add_assistant("2", "Done");
  const SessionPages first = open(file);
  const SessionPages again = open(file);
  EXPECT_EQ(first.version(), again.version());
  EXPECT_EQ(versions_of(first), versions_of(again));

  file.add_assistant("3", "More");
  const SessionPages grown = open(file);
  EXPECT_NE(grown.version(), first.version());
  const auto versions = versions_of(grown);
  ASSERT_EQ(versions.size(), 3U);
  EXPECT_EQ(std::vector(versions.begin(), versions.begin() + 2), versions_of(first));
}

TEST(SessionPages, AResultChangesTheCallAlone) {
  SessionFile file;
  file.add_user("1", "Do it");
  file.add_content("2", "assistant", R"([{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls"}}])");
  const auto before = versions_of(open(file));
  file.add_content("3", "user", R"([{"type":"tool_result","tool_use_id":"t1","content":"a.txt"}])");
  const auto after = versions_of(open(file));
  ASSERT_EQ(before.size(), 2U);
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(before[0], after[0]);
  EXPECT_NE(before[1], after[1]);
}

TEST(SessionPages, AnotherPromptSaysWhatTheTurnBeforeItCost) {
  SessionFile file;
  file.add_user("1", "Do it");
  file.add_assistant("2", "Done");
  const auto before = versions_of(open(file));
  file.add_assistant("3", "More");
  EXPECT_EQ(versions_of(open(file))[0], before[0]) << "the turn goes on";
  file.add_user("4", "Next");
  EXPECT_NE(versions_of(open(file))[0], before[0]);
  EXPECT_NE(versions_of(open(file, false))[2], before[0]);
}

TEST(SessionPages, ARowInABranchIsAnotherOneThanOnTheMainLine) {
  SessionFile file;
  file.add_user("1", "Start");
  file.add_assistant("2", "Ready");
  file.add_user("3", "Wrong way");
  const SessionPages before = open(file);
  file.go_back_to("2");
  file.add_user("5", "Right way");
  const SessionPages after = open(file);
  ASSERT_EQ(after.find(SessionFile::uuid("3")), 2U);
  EXPECT_NE(before.version_of(2), after.version_of(2));
}

TEST(SessionPages, RunsStandInOneContainerEach) {
  SessionFile file;
  write_branches(file);
  const SessionPages pages = open(file);
  ASSERT_EQ(pages.size(), 6U);

  const auto all = pages.runs(0, 6);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].up, 0U);
  EXPECT_EQ(ids_of(pages.html_of(all[0])).size(), 6U);

  // Row 2 begins the branch, row 3 ends it.
  const auto inside = pages.runs(3, 6);
  ASSERT_EQ(inside.size(), 2U);
  EXPECT_EQ(inside[0].end, 4U);
  EXPECT_EQ(inside[0].up, 0U);
  EXPECT_THAT(pages.html_of(inside[0]), Not(HasSubstr("<section")));
  EXPECT_EQ(inside[1].first, 4U);
  EXPECT_EQ(inside[1].up, 1U) << "behind the group around row 3";
  EXPECT_THAT(ids_of(pages.html_of(inside[1])), ElementsAre(SessionFile::uuid("5"), SessionFile::uuid("6")));

  const auto group = pages.runs(2, 4);
  ASSERT_EQ(group.size(), 1U);
  EXPECT_EQ(group[0].up, 0U);
  EXPECT_THAT(pages.html_of(group[0]), HasSubstr(R"(<section class="group branch" id="g-)" + SessionFile::uuid("3")));
  EXPECT_EQ(ids_of(pages.html_of(2U)).size(), 1U);
}

TEST(SessionPages, AWindowSaysWhereItStands) {
  SessionFile file;
  for (int i = 0; i < 200; ++i) file.add_user(fmt::format("{}", i), "Text");
  const SessionPages pages = open(file);
  const auto element_of = [&](const SessionPages::Window& window) {
    HtmlWriter html;
    pages.write_window(html, window, false);
    return html.take();
  };
  const std::string first = element_of(pages.window_from(0));
  EXPECT_THAT(first,
              HasSubstr(fmt::format(R"(<div class="win" data-from="{}" data-first="1" data-last="80" data-count="200" )"
                                    R"(data-version="{}" data-next="{}">)",
                                    SessionFile::uuid("0"), version_text(pages.version()), SessionFile::uuid("80"))));
  const std::string last = element_of(pages.window_before(200));
  EXPECT_THAT(last, HasSubstr(R"(data-first="121" data-last="200" data-count="200")"));
  EXPECT_THAT(last, HasSubstr(R"( data-previous="">)"));
  EXPECT_THAT(last, Not(HasSubstr("data-next")));
  EXPECT_EQ(pages.window_before(0).blocks.size(), 0U);
  EXPECT_EQ(pages.window_before(30).first, 0U);
  EXPECT_EQ(pages.window_before(30).end, 30U);
}

TEST(SessionPages, AGroupThatBeganBeforeTheWindowIsContinued) {
  SessionFile file;
  write_branches(file);
  const SessionPages pages = open(file);
  HtmlWriter html;
  pages.write_window(html, pages.window_from(3), false);
  const std::string element = html.take();
  EXPECT_THAT(element, HasSubstr(R"(<section class="group branch continued" aria-label)"));
  EXPECT_THAT(element, Not(HasSubstr(R"(id="g-)")));
}

}  // namespace
}  // namespace panko
