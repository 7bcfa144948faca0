// Markdown (CommonMark with GitHub's tables, strikethrough, task lists and bare links) into the HTML writer.
// Raw HTML is shown as the text that it is; images become links; links lead only where Url::external allows. Linear in
// the input, nesting bounded; hostile text that would blow up comes out as preformatted text instead.
#pragma once

#include <string_view>

#include "render/html.hpp"

namespace panko {

/// Elements nested deeper than this lose their tags, never their text.
constexpr std::size_t kMarkdownNesting = 64;

/// A heading of level 1 becomes an h3: above it are the page's title and the user's turns.
void write_markdown(HtmlWriter& html, std::string_view markdown);

}  // namespace panko
