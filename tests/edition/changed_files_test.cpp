#include "edition/changed_files.hpp"

#include <gmock/gmock.h>

#include <regex>

#include "edition/edition.hpp"
#include "tests/edition/session_file.hpp"
#include "tests/support/html_check.hpp"

namespace panko {
namespace {

using test::SessionFile;
using testing::HasSubstr;
using testing::Not;

void add_edit(SessionFile& file, int number, std::string_view path, std::string_view before, std::string_view after,
              bool fails = false) {
  file.add_content(
      fmt::format("{}", 2 * number), "assistant",
      fmt::format(
          R"([{{"type":"tool_use","id":"t{}","name":"Edit","input":{{"file_path":"{}","old_string":"{}","new_string":"{}"}}}}])",
          number, path, before, after));
  file.add_content(
      fmt::format("{}", 2 * number + 1), "user",
      fmt::format(R"([{{"type":"tool_result","tool_use_id":"t{}","content":"said","is_error":{}}}])", number, fails));
}

std::string page(const Edition& edition, std::size_t after = 0) {
  const std::string html = value_or_throw(edition.files_page(after, {}));
  EXPECT_EQ(test::HtmlCheck::problem_of(html), "");
  return html;
}

std::size_t count(const std::string& html, std::string_view what) {
  std::size_t found = 0;
  for (auto at = html.find(what); at != std::string::npos; at = html.find(what, at + 1)) ++found;
  return found;
}

TEST(ChangedFiles, AreListedByPathWithTheirChangesInOrder) {
  SessionFile file;
  add_edit(file, 1, "/home/me/demo/src/b.cpp", "one", "two");
  add_edit(file, 2, "/home/me/demo/src/a.cpp", "old", "new\\nnewer");
  add_edit(file, 3, "/home/me/demo/src/b.cpp", "two", "three");
  add_edit(file, 4, "/home/me/demo/src/c.cpp", "x", "y", true);
  const auto edition = value_or_throw(Edition::open(file.path(), std::nullopt));
  EXPECT_TRUE(may_have_changed_files(edition->pages()));
  const ChangedFiles files = value_or_throw(find_changed_files(edition->pages()));
  ASSERT_EQ(files.size(), 2U) << "an edit that failed changed nothing";
  EXPECT_EQ(files[0].path, "/home/me/demo/src/a.cpp");
  EXPECT_EQ(files[0].totals.added, 2U);
  EXPECT_EQ(files[0].totals.gone, 1U);
  EXPECT_EQ(files[1].changes.size(), 2U);

  const std::string html = page(*edition);
  EXPECT_THAT(html, HasSubstr("2 files changed"));
  EXPECT_EQ(count(html, "<section class=\"changed\""), 2U);
  EXPECT_THAT(html, HasSubstr(fmt::format("href=\"./?from={0}#{0}\"", SessionFile::uuid("6"))));
  EXPECT_LT(html.find("#" + SessionFile::uuid("2") + "\">Go"), html.find("#" + SessionFile::uuid("6") + "\">Go"));
}

TEST(ChangedFiles, AreManyPagesWhereTheyAreMany) {
  SessionFile file;
  for (int i = 0; i < 600; ++i)
    add_edit(file, i, fmt::format("/home/me/demo/f{:03}.txt", i % 300), "old " + std::string(800, 'o'),
             fmt::format("new {} ", i) + std::string(800, 'n'));
  const auto edition = value_or_throw(Edition::open(file.path(), std::nullopt));
  std::size_t seen = 0;
  std::size_t after = 0;
  for (int pages = 0;; ++pages) {
    ASSERT_LT(pages, 50);
    const std::string html = page(*edition, after);
    EXPECT_LT(html.size(), 500'000U);
    EXPECT_THAT(html, HasSubstr("300 files changed"));
    seen += count(html, "<div class=\"change\">");
    const std::regex more(R"re(href="\./files\?after=([0-9]+)">[0-9]+ more change)re");
    std::smatch match;
    if (!std::regex_search(html, match, more)) break;
    ASSERT_GT(std::stoul(match[1]), after);
    after = std::stoul(match[1]);
    EXPECT_EQ(seen, after);
  }
  EXPECT_EQ(seen, 600U);
  EXPECT_EQ(count(page(*edition, 600), "<div class=\"change\">"), 0U);
  EXPECT_EQ(count(page(*edition, 999'999'999), "<div class=\"change\">"), 0U);
}

TEST(ChangedFiles, ThereMayBeNone) {
  SessionFile file;
  file.add_user("1", "Go");
  const auto edition = value_or_throw(Edition::open(file.path(), std::nullopt));
  EXPECT_FALSE(may_have_changed_files(edition->pages()));
  EXPECT_THAT(page(*edition), HasSubstr("No file was changed"));
}

}  // namespace
}  // namespace panko
