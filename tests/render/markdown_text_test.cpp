#include "render/markdown_text.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(MarkdownText, CodeHoldsAnyBackticks) {
  EXPECT_EQ(markdown_code("ls"), "`ls`");
  EXPECT_EQ(markdown_code("a ``b` c"), "```a ``b` c```");
  EXPECT_EQ(markdown_code("`x"), "`` `x ``");
  EXPECT_EQ(markdown_code(""), "");
  EXPECT_EQ(markdown_code_block("x", "sh"), "```sh\nx\n```\n");
  EXPECT_EQ(markdown_code_block("```\n````\n", ""), "`````\n```\n````\n`````\n");
}

TEST(MarkdownText, WhatLeavesAFenceOpenIsQuoted) {
  EXPECT_EQ(contained_markdown("a\n```sh\nb"), "> a\n> ```sh\n> b\n");
  EXPECT_EQ(contained_markdown("~~~\n```\n\n# b"), "> ~~~\n> ```\n>\n> # b\n");
  EXPECT_EQ(contained_markdown("````\n```\n"), "> ````\n> ```\n");
  EXPECT_EQ(contained_markdown("```\na\n``` no end\n"), "> ```\n> a\n> ``` no end\n");
}

TEST(MarkdownText, WhatEndsWhereItEndsStaysAsItIs) {
  for (const char* text : {"a\n```sh\nb\n```\n", "a ```b``` c\n", "``` a`b\nno fence\n", "```\n````\n", "    ```\n",
                           "~~~ `\na\n~~~~  \n", "\n"})
    EXPECT_EQ(contained_markdown(text), text);
  EXPECT_EQ(contained_markdown("a"), "a\n");
  EXPECT_EQ(contained_markdown(""), "");
}

TEST(MarkdownText, LinesAreEscapedAndPrefixed) {
  EXPECT_EQ(escape_markdown("a_b *c* <d>"), "a\\_b \\*c\\* \\<d\\>");
  EXPECT_EQ(prefix_lines("a\n\nb\n", "> "), "> a\n>\n> b\n");
}

}  // namespace
}  // namespace panko
