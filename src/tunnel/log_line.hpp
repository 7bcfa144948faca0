// One line of a tunnel program's log, as text ("2026-05-29T09:25:34Z INF message key=value") or as a JSON object, which
// Go programs write by choice. Hostile input: visitors can put things into it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace panko {

struct LogLine {
  std::string message;  // in the text form with the key=value pairs behind it
  std::string detail;   // JSON: the fields that say what went wrong
};

[[nodiscard]] LogLine parse_log_line(std::string_view line);

/// The line with each of these replaced by "...".
[[nodiscard]] std::string without_secrets(std::string_view line, const std::vector<std::string>& secrets);

/// For the user: one line of at most so many bytes that cannot drive a terminal and names no share. Empty when the line
/// says nothing.
[[nodiscard]] std::string quote_log_line(std::string_view line, std::size_t bytes = 200);

}  // namespace panko
