#include "base/text.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdint>

namespace panko {

DecodedCharacter decode_character(std::string_view text) {
  utf8proc_int32_t codepoint = -1;
  const auto taken = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                      static_cast<utf8proc_ssize_t>(text.size()), &codepoint);
  if (taken <= 0) return {-1, 1};
  return {codepoint, static_cast<std::size_t>(taken)};
}

bool is_invisible(std::int32_t c) {
  return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0x061C ||
         c == 0xFEFF || c == 0x2028 || c == 0x2029 || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

namespace {

constexpr std::size_t kLongestSequence = 4096;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string clean(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto [c, length] = decode_character(text);
    if (c < 0) {
      out += kReplacement;
    } else if (c == '\n' || c == '\t') {
      out += keep_lines ? static_cast<char>(c) : ' ';
    } else if (c == '\r' && text.size() > 1 && text[1] == '\n') {
      // the line feed that follows ends the line
    } else if (c < 0x20) {
      out += fmt::format("\xE2\x90{}", static_cast<char>(0x80 + c));  // U+2400 + c: the control's picture
    } else if (c == 0x7F) {
      out += "\xE2\x90\xA1";  // U+2421
    } else if ((c >= 0x80 && c < 0xA0) || is_invisible(c)) {
      out += fmt::format("<U+{:04X}>", c);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

std::size_t width_of(std::int32_t codepoint) {
  const int width = utf8proc_charwidth(codepoint);
  return width > 0 ? static_cast<std::size_t>(width) : 0;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto [codepoint, length] = decode_character(text);
    if (codepoint < 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto [codepoint, length] = decode_character(text);
    out += codepoint < 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(length);
  }
  return out;
}

std::string clean_line_for_terminal(std::string_view text) {
  return clean(text, false);
}

std::string clean_for_terminal(std::string_view text) {
  return clean(text, true);
}

std::size_t terminal_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto [codepoint, length] = decode_character(text);
    width += codepoint < 0 ? 1 : width_of(codepoint);
    text.remove_prefix(length);
  }
  return width;
}

std::string elide(std::string_view text, std::size_t columns) {
  if (terminal_width(text) <= columns) return std::string(text);
  std::string out;
  std::size_t width = 0;
  while (!text.empty()) {
    const auto [codepoint, length] = decode_character(text);
    const std::size_t next = codepoint < 0 ? 1 : width_of(codepoint);
    if (width + next + 1 > columns) break;
    out += text.substr(0, length);
    width += next;
    text.remove_prefix(length);
  }
  return columns == 0 ? out : out + "…";
}

std::string_view truncate_utf8(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

std::string squeeze_white_space(std::string_view text, std::size_t most) {
  std::string out(std::min(text.size(), most), '\0');
  std::size_t size = 0;
  bool gap = true;
  for (const char c : text) {
    if (size == out.size()) break;
    const bool is_space = c == ' ' || (c >= '\t' && c <= '\r');
    out[size] = is_space ? ' ' : c;
    size += is_space && gap ? 0 : 1;
    gap = is_space;
  }
  if (size > 0 && gap) --size;
  out.resize(size);
  return out;
}

std::size_t terminal_sequence_length(std::string_view text) {
  if (text.size() < 2) return 1;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  std::size_t i = 2;
  switch (text[1]) {
    case '[':
      while (i < text.size() && at(i) >= 0x30 && at(i) < 0x40) ++i;
      while (i < text.size() && at(i) >= 0x20 && at(i) < 0x30) ++i;
      return i < text.size() && at(i) >= 0x40 && at(i) < 0x7F ? i + 1 : 2;
    case ']':  // OSC and its like carry text that is not for the screen, on one line
    case 'P':
    case '_':
    case '^':
    case 'X':
      for (; i < text.size() && text[i] != '\n' && i < kLongestSequence; ++i) {
        if (text[i] == '\a') return i + 1;
        if (text[i] == '\x1B') return i + 1 < text.size() && text[i + 1] == '\\' ? i + 2 : 2;
      }
      return 2;
    default:
      while (i - 1 < text.size() && at(i - 1) >= 0x20 && at(i - 1) < 0x30) ++i;
      return i - 1 < text.size() && at(i - 1) >= 0x30 && at(i - 1) < 0x7F ? i : 1;
  }
}

std::string strip_terminal_sequences(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::string_view plain = text.substr(0, text.find('\x1B'));
    out += plain;
    text.remove_prefix(plain.size());
    if (!text.empty()) text.remove_prefix(terminal_sequence_length(text));
  }
  return out;
}

}  // namespace panko
