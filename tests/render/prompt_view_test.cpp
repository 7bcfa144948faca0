#include "render/prompt_view.hpp"

#include <gmock/gmock.h>

#include "tests/support/html_check.hpp"
#include "tests/support/linear.hpp"

namespace panko {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string render(std::string_view text, BlockView view = {}) {
  HtmlWriter html;
  Pieces pieces(html, "a1", view);
  write_prompt(pieces, text);
  std::string out = html.take();
  EXPECT_EQ(test::HtmlCheck::problem_of(out), "");
  return out;
}

TEST(Prompt, IsShownAsTyped) {
  EXPECT_EQ(render("Fix *this*\n  <please>\n"), "<div class=\"plain\">Fix *this*\n  &lt;please&gt;</div>\n");
  EXPECT_EQ(render(""), "");
}

TEST(Prompt, ClosedFencesAreCode) {
  EXPECT_EQ(render("Look:\n```py\nx = 1\n```\nWhy?"),
            "<div class=\"plain\">Look:</div>\n<pre class=\"code\" tabindex=\"0\"><code class=\"language-python\">x = "
            "1\n</code></pre>\n<div class=\"plain\">Why?</div>\n");
  EXPECT_THAT(render("````\n```\ninner\n```\n````"), HasSubstr("<code>```\ninner\n```\n</code>"));
  EXPECT_THAT(render("```\na\n```\n```\nb"), HasSubstr("<div class=\"plain\">```\nb</div>"));
}

TEST(Prompt, OpenFencesAreText) {
  for (const char* text : {"```\na", "``` a`b\nx\n```", "```js\nx\n``", "    ```\nx\n    ```"})
    EXPECT_THAT(render(text), Not(HasSubstr("<pre"))) << text;
}

TEST(Prompt, LongOnesAreFolded) {
  std::string text = "```\n";
  for (int i = 0; i < 50; ++i) text += "line\n";
  const std::string html = render(text + "```\nEND");
  EXPECT_THAT(html, HasSubstr("<summary>21 more lines</summary>"));
  EXPECT_THAT(html, HasSubstr("END"));
  EXPECT_THAT(render(text + "```\nEND", {.whole = true}), Not(HasSubstr("<details")));
}

TEST(Prompt, FencesThatAreNeverClosedCostLittle) {
  const auto write = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += std::string(3 + i % 14, '`') + "a\n";
    HtmlWriter html;
    const BlockView view{.whole = true};
    Pieces pieces(html, "a", view);
    write_prompt(pieces, text);
  };
  EXPECT_LT(test::cost_ratio(20'000, write), test::kStillLinear);
}

}  // namespace
}  // namespace panko
