#include "render/markdown_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace panko {

namespace {

std::size_t longest_run_of_backticks(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, std::min(text.find('\n'), text.size()));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

/// As CommonMark has it, but for fences inside of lists and quotes, which end with those.
bool leaves_a_fence_open(std::string_view text) {
  char fence = 0;  // 0: outside
  std::size_t length = 0;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const auto indent = std::min(line.find_first_not_of(' '), line.size());
    line.remove_prefix(indent);
    if (indent > 3 || (!line.starts_with('`') && !line.starts_with('~'))) continue;
    const auto run = std::min(line.find_first_not_of(line.front()), line.size());
    const auto rest = line.substr(run);
    if (fence == 0 && run >= 3 && (line.front() == '~' || !rest.contains('`'))) {
      fence = line.front();
      length = run;
    } else if (line.front() == fence && run >= length && rest.find_first_not_of(" \t\r") == std::string_view::npos) {
      fence = 0;
    }
  }
  return fence != 0;
}

}  // namespace

std::string escape_markdown(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>#|~!&").contains(c)) out += '\\';
    out += c;
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  if (text.empty()) return {};
  const std::string fence(longest_run_of_backticks(text) + 1, '`');
  const bool touches = text.starts_with('`') || text.ends_with('`');
  return fmt::format("{}{}{}{}{}", fence, touches ? " " : "", text, touches ? " " : "", fence);
}

std::string markdown_code_block(std::string_view text, std::string_view language) {
  const std::string fence(std::max<std::size_t>(longest_run_of_backticks(text) + 1, 3), '`');
  return fmt::format("{}{}\n{}{}{}\n", fence, language, text, text.ends_with('\n') ? "" : "\n", fence);
}

std::string contained_markdown(std::string_view markdown) {
  if (leaves_a_fence_open(markdown)) return prefix_lines(markdown, "> ");
  return std::string(markdown) + (markdown.empty() || markdown.ends_with('\n') ? "" : "\n");
}

std::string prefix_lines(std::string_view text, std::string_view prefix) {
  std::string out;
  while (!text.empty()) {
    const auto line = take_line(text);
    out.append(line.empty() ? prefix.substr(0, prefix.find_last_not_of(' ') + 1) : prefix).append(line) += '\n';
  }
  return out;
}

}  // namespace panko
