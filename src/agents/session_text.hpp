// Texts that somebody said, as blocks, lists and previews show them. Pure.
#pragma once

#include <string>
#include <string_view>

namespace panko {

/// Without white space at its ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// Adds a line of its own.
void append_line(std::string& text, std::string_view line);

/// As much of a JSON string's body as is kept of a name (an id, a branch, a model, a tool) or of a path: every session
/// has some in the index, and a file may say what it likes.
[[nodiscard]] std::string_view short_name(std::string_view body);
[[nodiscard]] std::string_view short_path(std::string_view body);

/// One line of at most 200 bytes.
[[nodiscard]] std::string title_line(std::string_view text);

/// White space squeezed, at most Digest::kTextBytes.
[[nodiscard]] std::string preview_line(std::string_view text);

}  // namespace panko
