#include "redact/escapes.hpp"

#include "redact/characters.hpp"

namespace panko {

namespace {

void put(Escape& escape, std::uint32_t c) {
  const auto add = [&](std::uint32_t byte) { escape.bytes.at(escape.size++) = static_cast<char>(byte); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xC0 | (c >> 6));
    add(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    add(0xE0 | (c >> 12));
    add(0x80 | ((c >> 6) & 0x3F));
    add(0x80 | (c & 0x3F));
  } else {
    add(0xF0 | (c >> 18));
    add(0x80 | ((c >> 12) & 0x3F));
    add(0x80 | ((c >> 6) & 0x3F));
    add(0x80 | (c & 0x3F));
  }
}

}  // namespace

std::optional<std::uint32_t> read_hex(std::string_view text, std::size_t at, std::size_t digits) {
  if (text.size() < at + digits) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(at, digits)) {
    if (!is_one_of(c, kHexDigit)) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(is_one_of(c, kDigit) ? c - '0' : to_lower(c) - 'a' + 10);
  }
  return value;
}

Escape read_escape(std::string_view text, std::size_t at) {
  Escape escape;
  const auto one = [&](std::uint32_t c, std::size_t length) {
    put(escape, c);
    escape.length = length;
    return escape;
  };
  if (at + 1 >= text.size()) return escape;
  switch (text[at + 1]) {
    case 'n': return one('\n', 2);
    case 't': return one('\t', 2);
    case 'r': return one('\r', 2);
    case 'b': return one('\b', 2);
    case 'f': return one('\f', 2);
    case 'e': return one(0x1B, 2);
    case '"':
    case '\'':
    case '\\':
    case '/': return one(static_cast<unsigned char>(text[at + 1]), 2);
    case '0':
      if (text.substr(at).starts_with("\\033")) return one(0x1B, 4);
      break;
    case 'x':
      if (const auto c = read_hex(text, at + 2, 2); c && *c != 0 && *c < 0x80) return one(*c, 4);
      break;
    case 'u':
      if (const auto c = read_hex(text, at + 2, 4)) {
        if (*c >= 0xD800 && *c < 0xDC00 && text.substr(at + 6).starts_with("\\u"))
          if (const auto low = read_hex(text, at + 8, 4); low && *low >= 0xDC00 && *low < 0xE000)
            return one(0x10000 + ((*c - 0xD800) << 10) + (*low - 0xDC00), 12);
        return one((*c >= 0xD800 && *c < 0xE000) || *c == 0 ? 0xFFFD : *c, 6);
      }
      break;
    default: break;
  }
  return escape;
}

}  // namespace panko
