// A name that tells and what it is given: in code, configuration, shells, JSON, YAML, XML, tables and sentences.
#include <algorithm>
#include <array>

#include "redact/characters.hpp"
#include "redact/key_name.hpp"
#include "redact/scanners.hpp"
#include "redact/value_test.hpp"

namespace panko {

namespace {

constexpr std::size_t kLongestName = 96;
constexpr std::size_t kLongestValue = 8192;  // between quotes
constexpr std::size_t kLongestRun = 512;     // without: what is longer is taken when the front is a secret

bool is_name(char c) {
  return is_one_of(c, kWord) || c == '.';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::size_t skip_blanks(std::string_view text, std::size_t at, std::size_t most = 64) {
  const std::size_t stop = std::min(text.size(), at + most);
  while (at < stop && is_blank(text[at])) ++at;
  return at;
}

/// What stands at the place of a value.
struct Value {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_quoted = false;
};

/// Backslashes, and a quote behind them; npos: there is none.
std::size_t behind_quote(std::string_view text, std::size_t at) {
  std::size_t i = at;
  while (i < text.size() && i < at + 4 && text[i] == '\\') ++i;
  return i < text.size() && is_one_of(text[i], kQuote) ? i + 1 : std::string_view::npos;
}

Value read_value(std::string_view text, std::size_t at, bool to_line_end) {
  // b"...", @"...", $'...'
  std::size_t quote = behind_quote(text, at);
  if (quote == std::string_view::npos && at + 1 < text.size() &&
      (is_one_of(text[at], kLetter) || text[at] == '@' || text[at] == '$') && is_one_of(text[at + 1], kQuote))
    quote = behind_quote(text, at + 1);
  if (quote != std::string_view::npos) {
    const char mark = text[quote - 1];
    if (text.substr(quote, 2) == std::string_view{std::array{mark, mark}.data(), 2}) quote += 2;  // """
    const std::string_view rest = text.substr(quote, kLongestValue);
    std::size_t end = 0;
    while (end < rest.size() && rest[end] != mark && rest[end] != '\n') ++end;
    const bool closed = end < rest.size() && rest[end] == mark;
    while (closed && end > 0 && rest[end - 1] == '\\') --end;
    return {quote, quote + end, true};
  }
  std::size_t end = at;
  const std::size_t stop = std::min(text.size(), at + kLongestRun);
  static constexpr std::string_view kEnds = "\"'`<>";
  static constexpr std::string_view kCodeEnds = ",;)]}|";
  // access_token=...&scope=...
  const auto begins_next = [&](std::size_t i) {
    const std::size_t name = end_of_run(text.substr(0, std::min(text.size(), i + 40)), i + 1, kWord);
    return name > i + 1 && name < text.size() && text[name] == '=';
  };
  while (end < stop && !(text[end] == '&' && begins_next(end)) && !is_one_of(text[end], kSpace) && text[end] != '\0' &&
         !kEnds.contains(text[end]) && (to_line_end || !kCodeEnds.contains(text[end])) &&
         !(text[end] == '\\' && end + 1 < stop && (text[end + 1] == 'n' || is_one_of(text[end + 1], kQuote))))
    ++end;
  while (end > at &&
         (kCodeEnds.contains(text[end - 1]) || text[end - 1] == '.' || text[end - 1] == ':' || text[end - 1] == '\\'))
    --end;
  return {at, end, false};
}

/// "..."value": "X"" or "value: X" within what follows the name of a pair; npos: there is none.
std::size_t find_pair_value(std::string_view text, std::size_t at) {
  const std::string_view window = text.substr(at, 240);
  for (std::size_t i = 0; (i = window.find("alue", i)) != std::string_view::npos; i += 4) {
    if (i == 0 || to_lower(window[i - 1]) != 'v') continue;
    const std::string_view before = window.substr(0, i);
    if (std::ranges::count(before, '}') > 0) return std::string_view::npos;
    std::size_t end = at + i + 4;
    while (end < text.size() && (text[end] == '\\' || is_one_of(text[end], kQuote))) ++end;
    end = skip_blanks(text, end);
    if (end < text.size() && (text[end] == ':' || text[end] == '=')) return skip_blanks(text, end + 1);
    if (end < text.size() && text[end] == '>') return end + 1;
  }
  return std::string_view::npos;
}

/// Behind the tag of an element that begins there, if one does.
std::size_t in_element(std::string_view text, std::size_t at) {
  const std::size_t open = end_of_run(text.substr(0, std::min(text.size(), at + 64)), at, kSpace);
  if (open >= text.size() || text[open] != '<') return at;
  const std::size_t close = end_of_run(text.substr(0, std::min(text.size(), open + 48)), open + 1, kAlnum);
  return close > open + 1 && close < text.size() && text[close] == '>' ? close + 1 : at;
}

/// "... created: X", "... to go on:", and X alone on the next line; npos: a line says no such thing.
std::size_t find_announced(std::string_view text, std::size_t at) {
  static constexpr auto kOfFiles = std::to_array<std::string_view>(
      {"commit", "sha", "hash", "digest", "checksum", "fingerprint", "file", "version", " id"});
  const std::string_view window = text.substr(at, 100);
  std::size_t colon = 0;
  while (colon < window.size() && window[colon] != ':' &&
         (is_one_of(window[colon], kAlnum | kQuote) || std::string_view(" -_()/.").contains(window[colon])))
    ++colon;
  if (colon >= window.size() || window[colon] != ':') return std::string_view::npos;
  const std::string_view between = window.substr(0, colon);
  if (std::ranges::any_of(kOfFiles, [&](std::string_view word) { return between.contains(word); }))
    return std::string_view::npos;
  std::size_t value = skip_blanks(text, at + colon + 1);
  for (int lines = 0; lines < 2 && value < text.size() && (text[value] == '\n' || text[value] == '\r'); ++lines)
    value = skip_blanks(text, value + 1);
  if (value == at + colon + 1 || value >= text.size()) return std::string_view::npos;
  const std::size_t end = std::min(text.find_first_of(" \t\n", value), text.size());
  const std::size_t behind = skip_blanks(text, end);
  return behind >= text.size() || text[behind] == '\n' || text[behind] == '\r' ? value : std::string_view::npos;
}

/// "name: ", "key: ", what stands before the name of a pair.
bool ends_with_pair_name(std::string_view before) {
  return before.ends_with("name: ") || before.ends_with("key: ") || before.ends_with("Name: ") ||
         before.ends_with("Key: ");
}

/// "set -x NAME VALUE", "ENV NAME VALUE": what stands before the name.
bool sets_next(std::string_view before) {
  static constexpr auto kSetters =
      std::to_array<std::string_view>({"set -x ", "set -gx ", "set -Ux ", "set -xg ", "setenv ", "setx ", "ENV ",
                                       "SetEnv ", "config set ", "configure set ", "config --global ", "_header "});
  return std::ranges::any_of(kSetters, [&](std::string_view setter) { return before.ends_with(setter); });
}

/// "The API key is ...", "the access token, ...": what the two words say together.
NameSays what_words_say(const ScanText& scan, std::size_t begin, std::size_t end) {
  std::size_t from = begin;
  if (scan.at(begin - 1) == ' ') {
    --from;
    while (from > scan.begin && begin - from < 24 && is_one_of(scan.text[from - 1], kAlnum)) --from;
  }
  return what_name_says(scan.text.substr(from, end - from));
}

bool is_at_line_begin(const ScanText& scan, std::size_t at) {
  while (at > scan.begin && is_blank(scan.text[at - 1])) --at;
  return at == scan.begin || scan.text[at - 1] == '\n';
}

/// As people are given one: not a word, and not a number. `is_marked`: between signs that mark it as something to type.
bool is_given_password(std::string_view value, bool is_marked) {
  const auto has = [&](unsigned classes) {
    return std::ranges::any_of(value, [&](char c) { return is_one_of(c, classes); });
  };
  const bool has_sign = std::ranges::any_of(value, [](char c) {
    return !is_one_of(c, kAlnum | kBase64UrlSign | kUrlSign) && static_cast<unsigned char>(c) < 0x80;
  });
  return value.size() >= 8 && value.size() <= 64 && (has(kDigit) || (is_marked && has_sign)) && has(kLetter) &&
         (is_marked || has_sign || (has(kUpper) && has(kLower))) && !value.contains(' ') && !is_placeholder(value) &&
         !is_reference(value) && !is_plain_datum(value) && !is_code(value);
}

}  // namespace

std::size_t scan_assignment(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  std::size_t begin = anchor.begin;
  while (begin > scan.begin && anchor.begin - begin < kLongestName && is_name(text[begin - 1])) --begin;
  std::size_t end = anchor.end;
  while (end < text.size() && end - anchor.end < kLongestName && is_name(text[end])) ++end;
  std::size_t done = end;
  while (end > begin && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  if (end - anchor.begin < anchor.size()) return done;
  const bool is_flag = text[begin] == '-';
  const std::string_view name = text.substr(begin, end - begin);

  // The sign between name and value, looked at before the name: most names have none.
  std::size_t at = end;
  const std::size_t quoted = behind_quote(text, at);
  if (quoted != std::string_view::npos) at = quoted;
  if (at < text.size() && text[at] == ']') ++at;
  if (text.substr(at).starts_with("**")) at += 2;  // **Password**: X
  const std::size_t sign = skip_blanks(text, at);
  if (sign >= text.size()) return done;
  const bool is_spaced = sign > at;
  const char c = text[sign];
  const std::string_view rest = text.substr(sign);
  std::size_t value_at = std::string_view::npos;
  bool is_sentence = false;
  bool is_announced = false;
  bool is_env = false;
  if (rest.starts_with("=>") || rest.starts_with(":=") || rest.starts_with("==") || rest.starts_with("?=") ||
      rest.starts_with("+=")) {
    value_at = skip_blanks(text, sign + (rest.starts_with("===") ? 3 : 2));
  } else if (c == '=' || c == ':') {
    value_at = skip_blanks(text, sign + 1);
    if (text.substr(value_at).starts_with("** ")) value_at += 3;  // **Password:** X
    is_env = c == '=' && !is_spaced && quoted == std::string_view::npos;
  } else if (c == '>' && !is_spaced) {
    value_at = in_element(text, sign + 1);  // <password>X</password>, <Password><Value>X</Value></Password>
  } else if (rest.starts_with("</") && !is_spaced) {
    const std::size_t tag = text.substr(0, std::min(text.size(), sign + 32)).find('>', sign);
    if (tag == std::string_view::npos) return done;
    value_at = in_element(text, tag + 1);  // <key>password</key><string>X</string>
    if (value_at == tag + 1) return done;
  } else if (is_spaced && rest.starts_with("REG_SZ")) {
    value_at = skip_blanks(text, sign + 6);
  } else if ((c == ',' && quoted != std::string_view::npos) || (c == '|' && is_spaced)) {
    value_at = skip_blanks(text, sign + 1);  // define('K', 'V'), | K | V |
  } else if ((quoted != std::string_view::npos && is_spaced && rest.starts_with("value")) ||
             (c == '\n' && ends_with_pair_name(text.substr(scan.begin, begin - scan.begin)))) {
    value_at = find_pair_value(text, sign);  // <add key="K" value="V"/>, - name: K\n  value: V
  } else if (is_spaced && (is_flag || sets_next(text.substr(scan.begin, begin - scan.begin)))) {
    value_at = sign;
    is_env = !is_flag;
  } else if (c == ',' || (is_spaced && (rest.starts_with("is ") || rest.starts_with("is: ") ||
                                        rest.starts_with("was ") || rest.starts_with("(") || is_one_of(c, kQuote) ||
                                        rest.starts_with("to ") || is_one_of(c, kAlnum)))) {
    is_sentence = true;
    value_at = sign;
    if (c == ',' || c == '(') value_at = skip_blanks(text, sign + 1);
    if (rest.starts_with("is: ")) value_at = skip_blanks(text, sign + 4);
    if (rest.starts_with("is ") || rest.starts_with("to ")) value_at = skip_blanks(text, sign + 3);
    if (rest.starts_with("was ")) value_at = skip_blanks(text, sign + 4);
    if (quoted != std::string_view::npos && (rest.starts_with("with ") || rest.starts_with("as ")))
      value_at = skip_blanks(text, sign + (rest.starts_with("as ") ? 3 : 5));  // Use `API_KEY` with `X`
    if (const std::size_t announced = find_announced(text, sign); announced != std::string_view::npos) {
      value_at = announced;
      is_announced = true;
    }
    if (text.substr(value_at).starts_with("now ") || text.substr(value_at).starts_with("set ")) value_at += 4;
    if (text.substr(value_at).starts_with(": ")) value_at += 2;
  } else {
    return done;
  }
  const NameSays says = is_sentence ? what_words_say(scan, begin, end) : what_name_says(name);
  if (says == NameSays::nothing) return done;

  const char first = value_at < text.size() ? text[value_at] : '\0';
  // "K": {"value": "X"}; {"name": "K", "value": "X"}; - name: K\n  value: X
  if (first == '{' || (c == ',' && quoted != std::string_view::npos && text.substr(sign, 24).contains("alue")))
    value_at = find_pair_value(text, sign);
  // YAML: the value is on the next line, as a block.
  if (first == '|' || first == '>') {
    const std::size_t line = text.substr(value_at, 4).find('\n');  // behind "|", ">-", "|2-"
    value_at = line != std::string_view::npos ? skip_blanks(text, value_at + line + 1) : std::string_view::npos;
  }
  if (value_at == std::string_view::npos || value_at >= text.size()) return done;
  // `token: string = "..."`
  Value value = read_value(text, value_at, is_env && c == '=');
  if (!value.is_quoted && c == ':') {
    std::size_t equals = value.begin;
    while (equals < text.size() && equals - value.begin < 48 &&
           (is_one_of(text[equals], kAlnum) || std::string_view("_&'<>[]. ?*:").contains(text[equals])))
      ++equals;
    if (equals > value.begin && equals < text.size() && text[equals] == '=' && text[equals - 1] == ' ')
      value = read_value(text, skip_blanks(text, equals + 1), false);
  }
  const std::string_view found = text.substr(value.begin, value.end - value.begin);
  if (is_sentence) {
    const bool is_token = std::ranges::all_of(
        found, [](char ch) { return is_one_of(ch, kBase64Character) || ch == '.' || ch == '=' || ch == '~'; });
    const bool is_long = found.size() >= 16 && is_token && says != NameSays::maybe && is_random(found) &&
                         entropy(found) >= 3 && !is_placeholder(found) && !is_plain_datum(found);
    const bool is_given =
        says == NameSays::password && name != "pass" && name != "Pass" && c != ',' && c != '(' &&
        is_given_password(found, value.is_quoted && text[value.begin - 1] != '\'') &&
        (is_announced || rest.starts_with("is") || is_one_of(c, kQuote) || is_at_line_begin(scan, begin));
    if (name.ends_with('s') ? !is_given : !is_long && !is_given) return done;
  } else if (!is_secret_value(found, says, {.is_quoted = value.is_quoted, .is_env = is_env}) ||
             (found.size() < 16 && text.substr(value.end, 3) == "...")) {
    return found.size() + 2 >= kLongestRun ? std::max(done, value.end) : done;
  }
  matches.add(value.begin, value.end, says == NameSays::password ? "password" : "secret", is_searchable(found));
  return std::max(done, value.end);
}

}  // namespace panko
