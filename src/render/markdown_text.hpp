// Text of a session inside Markdown that panko writes, so that it stays where it was put. Pure.
#pragma once

#include <string>
#include <string_view>

namespace panko {

/// Within a line: what would make a link, HTML or emphasis of it stands as it is.
[[nodiscard]] std::string escape_markdown(std::string_view text);

/// Within a line, as code. `text` is one line.
[[nodiscard]] std::string markdown_code(std::string_view text);

/// A code block, whose fence nothing inside can close.
[[nodiscard]] std::string markdown_code_block(std::string_view text, std::string_view language);

/// Markdown that somebody else wrote, as it is; one that leaves a code block open is quoted ("> "), so that it ends
/// where it ends. With a line end at its end, unless it is empty.
[[nodiscard]] std::string contained_markdown(std::string_view markdown);

/// Each line behind the prefix, of which an empty line keeps no space at the end.
[[nodiscard]] std::string prefix_lines(std::string_view text, std::string_view prefix);

}  // namespace panko
