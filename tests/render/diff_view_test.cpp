#include "render/diff_view.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/html_check.hpp"

// What an action does not say stays empty, here as in the readers.
#pragma clang diagnostic ignored "-Wmissing-designated-field-initializers"

namespace panko {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = DiffLine::Kind;

std::string render(const FileChange& change, BlockView view = {}) {
  HtmlWriter html;
  Pieces pieces(html, "a1", view);
  write_file_change(pieces, change);
  std::string out = html.take();
  EXPECT_EQ(test::HtmlCheck::problem_of(out), "");
  return out;
}

TEST(Diff, LinesWithTheirNumbersBesideThem) {
  const FileChange change{
      .path = "/p/src/a.cpp",
      .hunks = {
          {.old_start = 9,
           .new_start = 9,
           .lines = {
               {Kind::same, "int a;"}, {Kind::gone, "int b = 1;"}, {Kind::added, "int b = 2;"}, {Kind::same, ""}}}}};
  EXPECT_EQ(render(change, {.directory = "/p"}),
            "<p class=\"file\"><code class=\"path\" title=\"/p/src/a.cpp\">src/a.cpp</code> <span class=\"totals\">"
            "<span class=\"added\">+1</span> <span class=\"gone\">−1</span></span></p>\n"
            "<pre class=\"diff\" tabindex=\"0\"><code>"
            "<span class=\"same\" data-n=\" 9  9  \">int a;\n</span>"
            "<span class=\"gone\" data-n=\"10    −\">int b = <b>1</b>;\n</span>"
            "<span class=\"new\" data-n=\"   10 +\">int b = <b>2</b>;\n</span>"
            "<span class=\"same\" data-n=\"11 11  \">\n</span></code></pre>\n");
}

TEST(Diff, NumbersThatNobodyKnowsAreNotMadeUp) {
  const FileChange change{.path = "a", .hunks = {{.lines = {{Kind::gone, "x"}, {Kind::added, "other"}}}}};
  const std::string html = render(change);
  EXPECT_THAT(html, HasSubstr("data-n=\"−\">x\n"));
  EXPECT_THAT(html, HasSubstr("data-n=\"+\">other\n"));
}

TEST(Diff, SaysWhatHappenedToTheFile) {
  EXPECT_THAT(render({.path = "a", .moved_to = "b"}),
              HasSubstr("renamed to</span> <code class=\"path\" title=\"b\">b<"));
  EXPECT_THAT(render({.kind = FileChange::Kind::remove, .path = "a"}), HasSubstr("deleted"));
  const FileChange added{
      .kind = FileChange::Kind::add,
      .path = "a.py",
      .hunks = {{.new_start = 1, .lines = {{Kind::added, "import os"}, {Kind::added, ""}, {Kind::added, "x"}}}}};
  const std::string html = render(added);
  EXPECT_THAT(html, HasSubstr("new file"));
  EXPECT_THAT(html, HasSubstr("data-n=\"1\n2\n3\"><code class=\"language-python\">import os\n\nx"));
}

TEST(Diff, HunksAreKeptApart) {
  const FileChange change{.path = "a",
                          .hunks = {{.old_start = 1, .new_start = 1, .lines = {{Kind::gone, "x"}}},
                                    {.old_start = 50, .new_start = 49, .lines = {{Kind::gone, "y"}}}}};
  EXPECT_THAT(render(change), HasSubstr("</span><span class=\"gap\"></span><span class=\"gone\""));
}

TEST(Diff, LongOnesAreFoldedAndVeryLongOnesCut) {
  FileChange change{.path = "a", .hunks = {{.old_start = 1, .new_start = 1, .lines = {}}}};
  for (int i = 0; i < 100; ++i) change.hunks[0].lines.push_back({Kind::added, fmt::format("line {}", i)});
  const std::string folded = render(change);
  EXPECT_THAT(folded, HasSubstr("<summary>70 more lines</summary>"));
  EXPECT_THAT(folded, HasSubstr("line 99"));
  EXPECT_THAT(render(change, {.whole = true}), Not(HasSubstr("more lines")));
  for (int i = 0; i < 10'000; ++i) change.hunks[0].lines.push_back({Kind::gone, std::string(100, 'x')});
  const std::string cut = render(change);
  EXPECT_THAT(cut, HasSubstr("<a href=\"b/a1\">show all</a>"));
  EXPECT_LT(cut.size(), 3 * kShownBytes);
  EXPECT_GT(render(change, {.whole = true}).size(), 1'000'000U);
}

TEST(Diff, MarksWholeCharacters) {
  const FileChange change{.path = "a", .hunks = {{.lines = {{Kind::gone, "größe = ä"}, {Kind::added, "größe = ö"}}}}};
  EXPECT_THAT(render(change), HasSubstr("größe = <b>ö</b>"));
}

TEST(Diff, CarriageReturnsEndNoLine) {
  const FileChange change{.path = "a", .hunks = {{.lines = {{Kind::added, "a\rb\r"}, {Kind::gone, "<b>"}}}}};
  const std::string html = render(change);
  EXPECT_THAT(html, HasSubstr("a\u240Db\n"));
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;"));
}

}  // namespace
}  // namespace panko
