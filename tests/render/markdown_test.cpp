#include "render/markdown.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/html_check.hpp"

namespace panko {
namespace {

using testing::HasSubstr;

std::string render(std::string_view markdown) {
  HtmlWriter html;
  write_markdown(html, markdown);
  return html.take();
}

std::string repeated(std::string_view text, std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += text;
  return out;
}

TEST(Markdown, CommonThings) {
  EXPECT_EQ(render("a *b* **c** `d` ~~e~~"), "<p>a <em>b</em> <strong>c</strong> <code>d</code> <del>e</del></p>\n");
  EXPECT_EQ(render("3. x\n4. y"), "<ol start=\"3\"><li>x</li>\n<li>y</li>\n</ol>\n");
  EXPECT_EQ(render("```cpp\nint a<b;\n```"),
            "<pre data-language=\"cpp\" tabindex=\"0\"><code class=\"language-cpp\">int a&lt;b;\n</code></pre>\n");
  EXPECT_EQ(render("a  \nb\nc"), "<p>a<br>b\nc</p>\n");
  EXPECT_EQ(render("> q\n\n---"), "<blockquote><p>q</p>\n</blockquote>\n<hr>\n");
}

TEST(Markdown, HeadingsStayBelowThePage) {
  EXPECT_EQ(render("# a\n## b\n###### c"), "<h3>a</h3>\n<h4>b</h4>\n<h6>c</h6>\n");
}

TEST(Markdown, Tables) {
  EXPECT_EQ(render("|a|b|\n|--:|---|\n|1|2|"),
            "<div class=\"table\"><table><thead><tr><th class=\"right\">a</th>\n<th>b</th>\n</tr>\n</thead>\n"
            "<tbody><tr><td class=\"right\">1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n</div>\n");
}

TEST(Markdown, TaskLists) {
  EXPECT_EQ(render("- [x] done\n- [ ] open"),
            "<ul><li class=\"task\"><input type=\"checkbox\" disabled=\"\" checked=\"\"> done</li>\n"
            "<li class=\"task\"><input type=\"checkbox\" disabled=\"\"> open</li>\n</ul>\n");
}

TEST(Markdown, LinksLeadOut) {
  EXPECT_EQ(render("[a](https://x.org/?q=1&amp;r \"t\")"),
            "<p><a href=\"https://x.org/?q=1&amp;r\" rel=\"noopener noreferrer nofollow\">a</a></p>\n");
  EXPECT_THAT(render("see www.example.org"), HasSubstr("href=\"http://www.example.org\""));
}

TEST(Markdown, OtherLinksAreTextWithTheirTarget) {
  EXPECT_EQ(render("[a](src/x.cpp)"), "<p><span class=\"target\" title=\"src/x.cpp\">a</span></p>\n");
  EXPECT_EQ(render("[a](javascript&colon;x)"), "<p><span class=\"target\" title=\"javascript:x\">a</span></p>\n");
  EXPECT_EQ(render("[a]()"), "<p>a</p>\n");
}

TEST(Markdown, ImagesAreNotLoaded) {
  EXPECT_EQ(render("![a *b*](https://x.org/p.png)"),
            "<p><a href=\"https://x.org/p.png\" rel=\"noopener noreferrer nofollow\">image: a b</a></p>\n");
  EXPECT_EQ(render("[![badge](https://b/c.svg)](https://x.org)"),
            "<p><a href=\"https://x.org\" rel=\"noopener noreferrer nofollow\"><span class=\"target\" "
            "title=\"https://b/c.svg\">image: badge</span></a></p>\n");
  EXPECT_THAT(render("![a](data:image/svg+xml,x) *b*"), HasSubstr("<em>b</em>"));
}

TEST(Markdown, HtmlIsText) {
  EXPECT_EQ(render("<script>alert(1)</script>\n"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
}

TEST(Markdown, Entities) {
  EXPECT_EQ(render("&lt;&copy;&#65;&#x42;&#0;&#xD800;&#99999999;&unknown;"),
            "<p>&lt;©AB\uFFFD\uFFFD&amp;#99999999;&amp;unknown;</p>\n");
}

/// Output that stays in proportion to the input, and elements that stay shallow.
void expect_bounded(const std::string& markdown) {
  const std::string html = render(markdown);
  EXPECT_LE(html.size(), 24 * markdown.size() + (64 << 10));
  EXPECT_EQ(test::HtmlCheck::problem_of(html), "");
}

class HostileMarkdown : public testing::TestWithParam<const char*> {};

TEST_P(HostileMarkdown, StaysInBounds) {
  expect_bounded(repeated(GetParam(), 1 << 20));
}

INSTANTIATE_TEST_SUITE_P(Markdown, HostileMarkdown,
                         testing::Values("*", "_", "<", "> ", "- ", "1. ", "a ", "[a](", "*a_ ", "~", "\\", "&", "|",
                                         "&#", "http://", "www.", "a@", "![", "](", "``` ", "**a *b ", "\n", "#", "\t",
                                         "<!--", "[a]: x\n", "\xff", "\u202E", "- - ", "[x", "<a@", "`` ` "),
                         [](const auto& info) { return "n" + std::to_string(info.index); });

TEST(Markdown, TenMegabytesOfWhatCostsOthersMinutes) {
  for (const char* hostile : {"`", "[", "![[]()"}) expect_bounded(repeated(hostile, 10 << 20));
}

TEST(Markdown, NestingIsBounded) {
  std::string html = render(repeated("> ", 4000) + "deep");
  EXPECT_THAT(html, HasSubstr("deep"));
  EXPECT_LE(std::ranges::count(html, 'q'), 2 * 64);
  html = render(repeated("*a **b ", 7000) + repeated("** *", 4000));
  EXPECT_EQ(test::HtmlCheck::problem_of(html), "");
}

TEST(Markdown, WhatWouldBlowUpIsShownAsItIs) {
  // Rows of a table are filled up to the columns of its head; a reference repeats its destination.
  const std::string wide = repeated("|", 20000) + "\n" + repeated("|---", 80000) + "|\n" + repeated("|\n", 40000);
  EXPECT_LE(render(wide).size(), 24 * wide.size() + (64 << 10));
  const std::string reference = "[a]: https://x/" + std::string(1500, 'y') + "\n\n" + repeated("[a] ", 200000);
  const std::string html = render(reference);
  EXPECT_LE(html.size(), 24 * reference.size() + (64 << 10));
  EXPECT_EQ(test::HtmlCheck::problem_of(html), "");
}

}  // namespace
}  // namespace panko
