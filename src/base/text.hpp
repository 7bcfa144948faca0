// Cleaning text that panko did not write itself: transcripts, provider output, IPC replies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace panko {

struct DecodedCharacter {
  std::int32_t codepoint;  // negative when malformed
  std::size_t length;      // bytes taken; at least 1
};

/// The character at the front of a text that is not empty.
[[nodiscard]] DecodedCharacter decode_character(std::string_view text);

/// Whether the character changes how others are read without being seen itself: bidirectional controls, zero-width
/// characters, tags.
[[nodiscard]] bool is_invisible(std::int32_t codepoint);

/// Every malformed sequence becomes U+FFFD. Valid text comes back unchanged.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);
[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// How many bytes at the front of `text`, which begins with ESC, are a terminal sequence. One that does not end is only
/// its introducer: nothing may hide behind it.
[[nodiscard]] std::size_t terminal_sequence_length(std::string_view text);

/// Colours, cursor movements, window titles and the like taken out of terminal output; what they stood between stays.
[[nodiscard]] std::string strip_terminal_sequences(std::string_view text);

/// For one line on a terminal: controls (C0, DEL, C1), escape sequences and bidirectional or zero-width characters
/// become visible (ESC is "␛"), line ends and tabs become one space. Nothing in the result can drive a terminal.
[[nodiscard]] std::string clean_line_for_terminal(std::string_view text);

/// The same for text of many lines: "\n" and tabs stay.
[[nodiscard]] std::string clean_for_terminal(std::string_view text);

/// Columns that cleaned text takes on a terminal (wide characters 2, combining 0).
[[nodiscard]] std::size_t terminal_width(std::string_view text);

/// Cut to at most `columns`, with "…" when something was cut; never inside a character.
[[nodiscard]] std::string elide(std::string_view text, std::size_t columns);

/// At most `bytes` of valid UTF-8 from the front, never half a character.
[[nodiscard]] std::string_view truncate_utf8(std::string_view text, std::size_t bytes);

/// Runs of white space become one space; none at the ends. At most so many bytes: it may end inside of a character.
[[nodiscard]] std::string squeeze_white_space(std::string_view text, std::size_t most = std::string_view::npos);

}  // namespace panko
