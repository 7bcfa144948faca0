#include "agents/json_text.hpp"

#include <algorithm>
#include <cstdint>

#include "base/text.hpp"

namespace panko {

namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

/// Four hexadecimal digits at `at`.
std::optional<std::uint32_t> hex4(std::string_view text, std::size_t at) {
  if (text.size() < at + 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(at, 4)) {
    value <<= 4;
    if (c >= '0' && c <= '9') {
      value |= static_cast<std::uint32_t>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      value |= static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

/// Appends the character of `\uXXXX` at `at` (of the backslash); returns how much was taken, 0 when it is malformed.
std::size_t append_unicode(std::string& out, std::string_view body, std::size_t at) {
  auto c = hex4(body, at + 2);
  if (!c) return 0;
  std::size_t taken = 6;
  if (*c >= 0xD800 && *c < 0xDC00 && body.substr(at + 6).starts_with("\\u")) {
    const auto low = hex4(body, at + 8);
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      c = 0x10000 + ((*c - 0xD800) << 10) + (*low - 0xDC00);
      taken = 12;
    }
  }
  append_utf8(out, *c == 0 || (*c >= 0xD800 && *c < 0xE000) ? kReplacement : *c);
  return taken;
}

}  // namespace

std::string unescape_json(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  std::size_t at = 0;
  for (;;) {
    const std::size_t escape = std::min(body.find('\\', at), body.size());
    out += body.substr(at, escape - at);
    if (escape + 1 >= body.size()) {
      out += body.substr(escape);
      return out;
    }
    at = escape + 2;
    switch (const char c = body[escape + 1]) {
      case '"':
      case '\\':
      case '/': out += c; break;
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'u':
        if (const std::size_t taken = append_unicode(out, body, escape); taken > 0) {
          at = escape + taken;
          break;
        }
        [[fallthrough]];
      default: out += body.substr(escape, 2); break;
    }
  }
}

std::optional<std::size_t> json_object_length(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c == '\\') ++at;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return std::nullopt;
      if (--depth == 0) return at + 1;
    }
  }
  return std::nullopt;
}

std::string repair_json(std::string_view text) {
  std::string repaired = to_valid_utf8(text);
  std::ranges::replace_if(repaired, [](unsigned char c) { return c < 0x20; }, ' ');
  return repaired;
}

}  // namespace panko
