#include "agents/session_text.hpp"

#include "base/text.hpp"
#include "session/digest.hpp"

namespace panko {

namespace {

/// More than a title or a preview takes, where there is more; a prompt can have megabytes, and begin with white space.
std::string squeeze_start(std::string_view text) {
  constexpr std::size_t kMost = std::size_t{16} * 1024;
  return squeeze_white_space(truncate_utf8(text, kMost), Digest::kTextBytes + 1);
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

void append_line(std::string& text, std::string_view line) {
  if (!text.empty()) text += '\n';
  text += line;
}

std::string_view short_name(std::string_view body) {
  return truncate_utf8(body, 256);
}

std::string_view short_path(std::string_view body) {
  return truncate_utf8(body, 4096);  // the kernel's own limit
}

std::string title_line(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string line = squeeze_start(text);
  if (line.size() <= kLongest) return line;
  return std::string(truncate_utf8(line, kLongest - 3)) + "…";
}

std::string preview_line(std::string_view text) {
  const std::string line = squeeze_start(text);
  return std::string(truncate_utf8(line, Digest::kTextBytes));
}

}  // namespace panko
