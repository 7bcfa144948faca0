#include "base/json_text.hpp"

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

struct Escape {
  std::optional<std::uint32_t> character;  // nullopt: no escape of JSON
  std::size_t length = 2;
};

/// The escape at `at` (of its backslash).
Escape read_escape(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size()) return {std::nullopt, text.size() - at};
  switch (const char c = text[at + 1]) {
    case '"':
    case '\\':
    case '/': return {static_cast<std::uint32_t>(c)};
    case 'b': return {'\b'};
    case 'f': return {'\f'};
    case 'n': return {'\n'};
    case 'r': return {'\r'};
    case 't': return {'\t'};
    case 'u': break;
    default: return {std::nullopt};
  }
  const auto high = hex4(text, at + 2);
  if (!high) return {std::nullopt};
  if (*high >= 0xD800 && *high < 0xDC00 && text.substr(at + 6).starts_with("\\u")) {
    const auto low = hex4(text, at + 8);
    if (low && *low >= 0xDC00 && *low < 0xE000) return {0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00), 12};
  }
  const bool is_none = *high == 0 || (*high >= 0xD800 && *high < 0xE000);
  return {is_none ? kReplacement : *high, 6};
}

}  // namespace

std::string unescape_json(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  for (std::size_t at = 0;;) {
    const std::size_t backslash = std::min(body.find('\\', at), body.size());
    out += body.substr(at, backslash - at);
    if (backslash == body.size()) return out;
    const auto [character, length] = read_escape(body, backslash);
    if (character) {
      append_utf8(out, *character);
    } else {
      out += body.substr(backslash, length);
    }
    at = backslash + length;
  }
}

std::string valid_json_escapes(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0;;) {
    const std::size_t backslash = std::min(json.find('\\', at), json.size());
    out += json.substr(at, backslash - at);
    if (backslash == json.size()) return out;
    const auto [character, length] = read_escape(json, backslash);
    if (!character) out += '\\';
    out += character == kReplacement ? "\\ufffd" : json.substr(backslash, length);
    at = backslash + length;
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
