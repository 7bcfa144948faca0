// Classes of bytes that tokens are made of. One table, so that a run costs a load and a test for each byte.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace panko {

enum CharacterClass : std::uint16_t {
  kDigit = 1,
  kUpper = 2,
  kLower = 4,
  kHexLetter = 8,
  kBase64Sign = 16,     // + /
  kBase64UrlSign = 32,  // - _
  kSpace = 64,
  kQuote = 128,    // " ' `
  kUrlSign = 256,  // . : /
};
inline constexpr unsigned kLetter = kUpper | kLower;
inline constexpr unsigned kAlnum = kLetter | kDigit;
inline constexpr unsigned kHexDigit = kDigit | kHexLetter;
inline constexpr unsigned kWord = kAlnum | kBase64UrlSign;
inline constexpr unsigned kBase64Character = kAlnum | kBase64Sign | kBase64UrlSign;

inline constexpr std::array<std::uint16_t, 256> kCharacterClasses = [] {
  std::array<std::uint16_t, 256> classes{};
  const auto add = [&](std::string_view characters, unsigned what) {
    for (const char c : characters) classes[static_cast<unsigned char>(c)] |= static_cast<std::uint16_t>(what);
  };
  add("0123456789", kDigit);
  add("ABCDEFGHIJKLMNOPQRSTUVWXYZ", kUpper);
  add("abcdefghijklmnopqrstuvwxyz", kLower);
  add("ABCDEFabcdef", kHexLetter);
  add("+/", kBase64Sign);
  add("-_", kBase64UrlSign);
  add(" \t\r\n\f\v", kSpace);
  add("\"'`", kQuote);
  add(".:/", kUrlSign);
  return classes;
}();

[[nodiscard]] constexpr bool is_one_of(char c, unsigned classes) {
  return (kCharacterClasses[static_cast<unsigned char>(c)] & classes) != 0;
}

[[nodiscard]] constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

template <class List, class Value>
[[nodiscard]] constexpr bool is_in(const List& list, const Value& value) {
  return std::ranges::find(list, value) != std::ranges::end(list);
}

/// Where the run of such characters ends that begins at `from`.
[[nodiscard]] constexpr std::size_t end_of_run(std::string_view text, std::size_t from, unsigned classes) {
  while (from < text.size() && is_one_of(text[from], classes)) ++from;
  return from;
}

}  // namespace panko
