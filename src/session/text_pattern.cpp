#include "session/text_pattern.hpp"

#include <fmt/format.h>
#include <hs/hs.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <new>
#include <span>

#include "base/text.hpp"

namespace panko {

namespace {

using Codepoint = std::int32_t;

std::vector<Codepoint> characters_of(std::string_view text) {
  std::vector<Codepoint> characters;
  while (!text.empty()) {
    const auto [codepoint, length] = decode_character(text);
    characters.push_back(codepoint);
    text.remove_prefix(length);
  }
  return characters;
}

/// The character and its other cases.
std::vector<Codepoint> cases_of(Codepoint c) {
  std::vector<Codepoint> cases{c};
  for (const Codepoint other : {utf8proc_tolower(c), utf8proc_toupper(c), utf8proc_totitle(c)})
    if (std::ranges::find(cases, other) == cases.end()) cases.push_back(other);
  return cases;
}

/// Whether every writer of JSON writes the character as it is. Some escape what has a meaning in HTML, and '+'.
bool is_never_escaped(Codepoint c) {
  return c >= 0x20 && c < 0x7f && !std::string_view("\"\\/<>&'=+`").contains(static_cast<char>(c));
}

/// Either as it is or as \uXXXX; no character of a JSON string's grammar.
bool is_sometimes_escaped(Codepoint c) {
  return c >= 0x80;
}

void append_bytes(std::string& expression, Codepoint c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto length = static_cast<std::size_t>(utf8proc_encode_char(c, bytes.data()));
  for (const unsigned byte : std::span(bytes).first(length))
    fmt::format_to(std::back_inserter(expression), "\\x{:02x}", byte);
}

/// `\uXXXX` in either case of its digits; a surrogate pair beyond 0xffff.
void append_escape(std::string& expression, Codepoint c) {
  const auto unit = [&](unsigned value) {
    expression += R"(\\u)";
    for (const char digit : fmt::format("{:04x}", value)) {
      if (digit >= 'a') {
        fmt::format_to(std::back_inserter(expression), "[{}{}]", digit, static_cast<char>(digit - 'a' + 'A'));
      } else {
        expression += digit;
      }
    }
  };
  const auto value = static_cast<unsigned>(c);
  if (value < 0x10000) {
    unit(value);
  } else {
    unit(0xd800 + ((value - 0x10000) >> 10));
    unit(0xdc00 + ((value - 0x10000) & 0x3ff));
  }
}

/// A regular expression over bytes that meets just these characters.
std::string expression_of(std::span<const Codepoint> characters, bool exact_case, bool in_json) {
  std::string expression;
  for (const Codepoint c : characters) {
    if (c < 0x80) {  // its cases are the flag's work
      append_bytes(expression, c);
      continue;
    }
    expression += "(?:";
    const auto cases = exact_case ? std::vector{c} : cases_of(c);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      if (i > 0) expression += '|';
      append_bytes(expression, cases[i]);
      if (in_json) {
        expression += '|';
        append_escape(expression, cases[i]);
      }
    }
    expression += ')';
  }
  return expression;
}

/// The part to look for in JSON: the longest run of characters that are written there in a known way, and of such runs
/// one that is written in one way alone.
std::span<const Codepoint> part_for_json(std::span<const Codepoint> characters) {
  // A command is shown as one line with its sign in front, but recorded as name and arguments.
  const bool is_command = characters.front() == '/' || characters.front() == '!' || characters.front() == '#';
  if (is_command) characters = characters.subspan(1);
  const auto longest_run = [&](auto is_part) {
    std::span<const Codepoint> longest;
    for (auto from = characters.begin(); from != characters.end();) {
      const auto end = std::find_if_not(from, characters.end(), is_part);
      if (static_cast<std::size_t>(end - from) > longest.size()) longest = {from, end};
      from = std::find_if(end, characters.end(), is_part);
    }
    return longest;
  };
  const auto plain = longest_run([&](Codepoint c) { return is_never_escaped(c) && !(is_command && c == ' '); });
  constexpr std::size_t kSelective = 3;
  if (plain.size() >= kSelective) return plain;
  const auto mixed = longest_run(
      [&](Codepoint c) { return (is_never_escaped(c) || is_sometimes_escaped(c)) && !(is_command && c == ' '); });
  return mixed.size() > plain.size() ? mixed : plain;
}

struct Compiled {
  std::shared_ptr<const hs_database> database;
  std::size_t longest = 0;
};

Result<Compiled> compile(const std::string& expression, bool exact_case) {
  const unsigned flags = exact_case ? 0 : HS_FLAG_CASELESS;
  hs_database_t* database = nullptr;
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_expression_info(expression.c_str(), flags, &info, &error) != HS_SUCCESS ||
      hs_compile(expression.c_str(), flags, HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
    const std::string reason = error->message;
    hs_free_compile_error(error);
    std::free(info);
    return fail(fmt::format("This text cannot be looked for on this machine: {}.", reason));
  }
  const std::size_t longest = info->max_width;
  std::free(info);
  return Compiled{.database = {database, [](hs_database_t* owned) { hs_free_database(owned); }}, .longest = longest};
}

}  // namespace

Result<TextPattern> TextPattern::of(std::string_view text) {
  if (text.empty()) return fail("There is nothing to look for: the text is empty.");
  if (!is_valid_utf8(text)) return fail("The text to look for is no valid UTF-8.");
  const auto characters = characters_of(text);
  if (characters.size() > kMostCharacters)
    return fail(fmt::format("The text to look for is longer than {} characters.", kMostCharacters));
  const bool exact_case = std::ranges::any_of(characters, [](Codepoint c) { return utf8proc_tolower(c) != c; });
  TextPattern pattern;
  pattern.characters_ = characters.size();
  auto shown = compile(expression_of(characters, exact_case, false), exact_case);
  if (!shown) return std::unexpected(std::move(shown.error()));
  pattern.shown_ = std::move(shown->database);
  if (const auto part = part_for_json(characters); !part.empty()) {
    auto raw = compile(expression_of(part, exact_case, true), exact_case);
    if (!raw) return std::unexpected(std::move(raw.error()));
    pattern.raw_ = std::move(raw->database);
    pattern.longest_raw_ = raw->longest;
  }
  return pattern;
}

PatternScanner::PatternScanner(const TextPattern& pattern) : pattern_(pattern) {
  hs_scratch_t* scratch = nullptr;
  for (const auto& database : {pattern.shown_, pattern.raw_})
    if (database && hs_alloc_scratch(database.get(), &scratch) != HS_SUCCESS) throw std::bad_alloc();
  scratch_ = {scratch, [](hs_scratch_t* owned) { hs_free_scratch(owned); }};
}

void PatternScanner::scan(const hs_database& database, std::string_view bytes, std::vector<std::size_t>& ends) const {
  constexpr std::size_t kMost = std::numeric_limits<unsigned>::max();
  const auto note = [](unsigned, unsigned long long, unsigned long long to, unsigned, void* into) {
    auto& found = *static_cast<std::vector<std::size_t>*>(into);
    if (found.empty() || found.back() != to) found.push_back(static_cast<std::size_t>(to));
    return 0;
  };
  const std::span<const char> all = bytes;
  const auto scanned = all.first(std::min(all.size(), kMost));
  hs_scan(&database, scanned.data(), static_cast<unsigned>(scanned.size()), 0, scratch_.get(), note, &ends);
}

void PatternScanner::find_raw(std::string_view bytes, std::vector<std::size_t>& ends) const {
  scan(*pattern_.raw_, bytes, ends);
}

std::vector<MatchRange> PatternScanner::find(std::string_view text) const {
  std::vector<std::size_t> ends;
  scan(*pattern_.shown_, text, ends);
  std::vector<MatchRange> matches;
  std::size_t last = 0;
  for (const std::size_t end : ends) {
    std::size_t begin = end;  // so many characters back: each case of a character is one
    for (std::size_t i = 0; i < pattern_.characters_; ++i)
      while ((static_cast<unsigned char>(text[--begin]) & 0xc0) == 0x80) continue;
    if (begin < last) continue;
    matches.push_back({begin, end - begin});
    last = end;
  }
  return matches;
}

}  // namespace panko
