#include "render/search_view.hpp"

#include <gmock/gmock.h>

#include "tests/support/html_check.hpp"

namespace panko {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string render(std::string_view text) {
  HtmlWriter html;
  const BlockView view{.directory = "/p"};
  Pieces pieces(html, "a1", view);
  write_search_results(pieces, text);
  std::string out = html.take();
  EXPECT_EQ(test::HtmlCheck::problem_of(out), "");
  return out;
}

TEST(Search, LinesStandByTheirFiles) {
  EXPECT_EQ(
      render("/p/src/a.cpp:12:int a;\n/p/src/a.cpp-13-  b: 1\n--\nb.py:7:x\n"),
      "<div class=\"found\"><p class=\"file\"><code class=\"path\" title=\"/p/src/a.cpp\">src/a.cpp</code></p>\n"
      "<pre class=\"code\" tabindex=\"0\" data-n=\"12\n13\"><code class=\"language-cpp\">int a;\n  b: "
      "1\n</code></pre>\n"
      "<p class=\"file\"><code class=\"path\" title=\"b.py\">b.py</code></p>\n"
      "<pre class=\"code\" tabindex=\"0\" data-n=\"7\"><code class=\"language-python\">x\n</code></pre>\n</div>\n");
}

TEST(Search, AnythingElseIsShownAsItIs) {
  for (const char* text :
       {"src/a.cpp\nsrc/b.cpp", "Found 2 files\na.cpp:1:x", "12:30:15 started", "a:b:c", ":1:", "x:1"}) {
    const std::string html = render(text);
    EXPECT_THAT(html, HasSubstr("<pre class=\"output\">")) << text;
    EXPECT_THAT(html, HasSubstr(text));
  }
}

TEST(Search, ManyResultsAreFolded) {
  std::string text;
  for (int i = 1; i <= 100; ++i) text += "f" + std::to_string(i / 20) + ".c:" + std::to_string(i) + ":hit\n";
  EXPECT_THAT(render(text), HasSubstr("<summary>70 more lines</summary>"));
  while (text.size() < 2 * kShownBytes) text += "f.c:1:hit\n";
  const std::string html = render(text);
  EXPECT_THAT(html, HasSubstr("show all"));
  EXPECT_THAT(html, Not(HasSubstr("class=\"output\"")));
}

}  // namespace
}  // namespace panko
