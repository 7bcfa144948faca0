#include "agents/session_text.hpp"

#include "base/text.hpp"
#include "session/digest.hpp"

namespace panko {

namespace {

/// Enough to find a title or a preview in, whatever the white space in front; a prompt can have megabytes.
std::string squeeze_start(std::string_view text) {
  return squeeze_white_space(truncate_utf8(text, std::size_t{16} * 1024));
}

}  // namespace

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
