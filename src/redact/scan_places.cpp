// Secrets by the place where they stand: files of a known form, statements, lists of words.
#include <algorithm>
#include <array>

#include "redact/characters.hpp"
#include "redact/scanners.hpp"
#include "redact/value_test.hpp"

namespace panko {

namespace {

bool starts_with_any_case(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && std::ranges::equal(text.substr(0, lower.size()), lower, {}, to_lower);
}

std::size_t end_of_line(const ScanText& scan, std::size_t at, std::size_t most = 8192) {
  const std::size_t stop = std::min(scan.text.size(), at + most);
  while (at < stop && scan.text[at] != '\n') ++at;
  return at;
}

bool ends_word(char c) {
  return is_one_of(c, kSpace | kQuote) || c == '\0' || c == '\\';
}

/// Behind "   12→" and the indentation.
std::size_t behind_gutter(const ScanText& scan, std::size_t at) {
  const std::size_t start = at;
  while (scan.at(at) == ' ' || scan.at(at) == '\t') ++at;
  const std::size_t digits = end_of_run(scan.text, at, kDigit);
  if (digits > at && scan.text.substr(digits).starts_with("\u2192"))
    at = digits + 3;
  else if (digits > at && scan.at(digits) == '\t')
    at = digits + 1;
  else
    at = start;
  return at;
}

constexpr std::size_t kDocument = 64 << 10;
constexpr std::size_t kDeepest = 256;  // indentation

}  // namespace

std::size_t scan_marker(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  // "[redacted: github-token #3]"
  std::size_t at = anchor.end;
  const std::size_t stop = std::min(scan.text.size(), at + 64);
  while (at < stop && (is_one_of(scan.text[at], kLower | kDigit) || scan.text[at] == ' ' || scan.text[at] == '-')) ++at;
  if (scan.at(at) != '#') return anchor.end;
  const std::size_t end = end_of_run(scan.text, at + 1, kDigit);
  if (end > at + 1 && scan.at(end) == ']') matches.add_marker({anchor.begin, end + 1});
  return anchor.end;
}

std::size_t scan_kubernetes(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  // kind: Secret, "kind": "Secret"
  std::size_t before = anchor.begin;
  while (before > scan.begin && (text[before - 1] == ' ' || is_one_of(text[before - 1], kQuote))) --before;
  if (before < scan.begin + 5 || text[before - 1] != ':') return anchor.end;
  --before;
  while (before > scan.begin && is_one_of(text[before - 1], kQuote)) --before;
  if (before < scan.begin + 4 || text.substr(before - 4, 4) != "kind" || is_one_of(scan.at(anchor.end), kAlnum))
    return anchor.end;
  const std::size_t low = anchor.begin - std::min(anchor.begin - scan.begin, kDocument);
  const std::size_t begin = text.substr(low, anchor.begin - low).rfind("\n---");
  const std::size_t from = begin == std::string_view::npos ? low : low + begin;
  const std::string_view behind = text.substr(anchor.end, kDocument);
  const std::size_t to = anchor.end + std::min(behind.size(), behind.find("\n---"));
  // Lines below "data:" that stand further in; in JSON, strings up to the brace.
  const std::string_view document = text.substr(0, to);
  for (std::size_t at = from; (at = document.find("ata", at)) != std::string_view::npos;) {
    const std::size_t key = at;
    at += 3;
    const bool is_plain = key > from && text[key - 1] == 'd' && !is_one_of(scan.at(key - 2), kAlnum);
    const bool is_string = key > from && text[key - 1] == 'D' && text.substr(0, key - 1).ends_with("string");
    if (!is_plain && !is_string) continue;
    std::size_t i = at;
    while (i < to && is_one_of(text[i], kQuote)) ++i;
    if (i >= to || text[i] != ':') continue;
    ++i;
    while (i < to && text[i] == ' ') ++i;
    const bool is_json = i < to && text[i] == '{';
    std::size_t name = key;
    while (name > scan.begin && key - name < kDeepest && text[name - 1] != '\n') --name;
    const std::size_t indent = behind_gutter(scan, name);
    std::size_t column = 0;
    while (column < kDeepest && scan.at(indent + column) == ' ') ++column;
    if (is_json) {
      std::size_t end = std::min(to, document.find('}', i));
      bool is_value = false;
      for (std::size_t j = i; j < end;) {
        if (text[j] == ':') is_value = true;
        if (text[j] == ',') is_value = false;
        if (text[j] != '"') {
          ++j;
          continue;
        }
        const std::size_t close = std::min(end, document.find('"', j + 1));
        if (is_value && close > j + 1) matches.add(j + 1, close, {}, is_searchable(text.substr(j + 1, close - j - 1)));
        j = close + 1;
      }
      at = end;
      continue;
    }
    for (std::size_t line = document.find('\n', i); line < to;) {
      const std::size_t end = std::min(to, end_of_line(scan, line + 1));
      const std::size_t content = behind_gutter(scan, line + 1);
      std::size_t deep = 0;
      while (deep < kDeepest && scan.at(content + deep) == ' ') ++deep;
      if (deep <= column || content + deep >= end) break;
      const std::size_t colon = text.substr(0, end).find(": ", content);
      std::size_t value = colon == std::string_view::npos ? content + deep : colon + 2;
      while (value < end && (text[value] == ' ' || is_one_of(text[value], kQuote))) ++value;
      std::size_t stop = end;
      while (stop > value && (is_one_of(text[stop - 1], kSpace | kQuote))) --stop;
      const std::string_view found = text.substr(value, stop - value);
      if (found.size() >= 4 && found != "|" && found != ">-" && !is_placeholder(found) && !is_reference(found) &&
          !found.ends_with(':'))
        matches.add(value, stop, {}, is_searchable(found));
      line = end;
      at = end;
    }
  }
  return to;
}

std::size_t scan_token_path(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  if (is_one_of(scan.at(anchor.begin - 1), kAlnum)) return anchor.end;
  std::size_t end = anchor.end;
  while (end < scan.text.size() && end - anchor.end < 512 && !ends_word(scan.text[end]) && scan.text[end] != '/' &&
         scan.text[end] != ':' && scan.text[end] != ',' && scan.text[end] != ')')
    ++end;
  std::string_view value = scan.text.substr(anchor.end, end - anchor.end);
  while (value.starts_with('\\')) value.remove_prefix(1);
  if (value.size() >= 16 && is_random(value) && !is_placeholder(value) && entropy(value) >= 3)
    matches.add(anchor.end, end, {}, is_searchable(value));
  return end;
}

std::size_t scan_sql(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  std::size_t at = anchor.end;
  const auto blanks = [&] {
    const std::size_t from = at;
    while (at < text.size() && is_one_of(text[at], kSpace) && at - from < 16) ++at;
    return at > from;
  };
  if (!blanks()) return anchor.end;
  if (starts_with_any_case(text.substr(anchor.begin), "identified")) {
    if (starts_with_any_case(text.substr(at), "with ")) {
      at += 5;
      while (at < text.size() && !is_one_of(text[at], kSpace) && at - anchor.end < 64) ++at;
      blanks();
    }
    if (!starts_with_any_case(text.substr(at), "by")) return anchor.end;
    at += 2;
    blanks();
    if (starts_with_any_case(text.substr(at), "password")) at += 8;
    blanks();
  }
  while (at < text.size() && text[at] == '\\') ++at;
  if (at >= text.size() || (text[at] != '\'' && text[at] != '"')) return anchor.end;
  const char quote = text[at];
  const std::size_t from = ++at;
  while (at < text.size() && text[at] != quote && text[at] != '\n' && at - from < 512) ++at;
  const std::string_view value = text.substr(from, at - from);
  if (value.size() >= 4 && !value.contains(' ') && !is_placeholder(value) && !is_reference(value) &&
      !is_plain_datum(value))
    matches.add(from, value.ends_with('\\') ? at - 1 : at, {}, is_searchable(value));
  return at;
}

std::size_t scan_pgpass(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  // host:port:database:user:password; the anchor is what stands behind ":port:".
  const std::string_view text = scan.text;
  const std::size_t port = text.substr(0, anchor.begin - 1).rfind(':');
  std::size_t begin = port;
  while (begin > scan.begin && port - begin < 255 &&
         (is_one_of(text[begin - 1], kAlnum) || text[begin - 1] == '-' || text[begin - 1] == '.' ||
          text[begin - 1] == '*'))
    --begin;
  if (begin == port || scan.at(begin - 1) == ':' || scan.at(begin - 1) == '/') return anchor.end;
  std::size_t at = anchor.begin;
  for (int field = 0; field < 2; ++field) {  // database, user
    const std::size_t from = at;
    while (at < text.size() && at - from < 64 && (is_one_of(text[at], kWord) || text[at] == '*' || text[at] == '.'))
      ++at;
    if (at == from || scan.at(at) != ':') return anchor.end;
    ++at;
  }
  std::size_t end = at;
  while (end < text.size() && end - at < 256 && !ends_word(text[end])) ++end;
  const std::string_view password = text.substr(at, end - at);
  if (password.size() < 4 || is_placeholder(password) || is_reference(password) ||
      std::ranges::all_of(password, [](char c) { return is_one_of(c, kDigit); }))
    return anchor.end;
  matches.add(at, end, {}, is_searchable(password));
  return end;
}

std::size_t scan_netrc(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  if (!is_one_of(scan.at(anchor.end), kSpace) || !is_one_of(scan.at(anchor.begin - 1), kSpace)) return anchor.end;
  const std::size_t from = anchor.begin - std::min<std::size_t>(anchor.begin - scan.begin, 200);
  const std::string_view before = text.substr(from, anchor.begin - from);
  if (!before.contains("login ") || !(before.contains("machine ") || before.contains("default"))) return anchor.end;
  std::size_t at = anchor.end;
  while (at < text.size() && is_one_of(text[at], kSpace)) ++at;
  std::size_t end = at;
  while (end < text.size() && !is_one_of(text[end], kSpace) && text[end] != '\0' && end - at < 512) ++end;
  const std::string_view value = text.substr(at, end - at);
  if (value.size() >= 4 && !is_placeholder(value) && !is_reference(value))
    matches.add(at, end, {}, is_searchable(value));
  return end;
}

std::size_t scan_seed_phrase(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  // Words of the list have 3 to 8 letters; these are in sentences and not in it.
  static constexpr auto kSentence = std::to_array<std::string_view>(
      {"the",  "and",   "for",  "are",  "was",  "but", "not", "with", "from", "this", "has",    "have", "its",
       "were", "which", "when", "then", "also", "all", "can", "each", "into", "our",  "should", "would"});
  std::size_t at = anchor.end;
  const std::size_t stop = std::min(text.size(), at + 64);
  while (at < stop && text[at] != ':' && text[at] != '=' && text[at] != '"' && text[at] != '\'' && text[at] != '\n')
    ++at;
  if (at >= stop) return anchor.end;
  while (at < text.size() && !is_one_of(text[at], kLower) && at - anchor.end < 80) ++at;
  const std::size_t begin = at;
  std::size_t end = at;
  std::size_t words = 0;
  while (words < 25) {
    const std::size_t stop_of_word = end_of_run(text, at, kLower);
    const std::string_view word = text.substr(at, stop_of_word - at);
    if (word.size() < 3 || word.size() > 8 || is_in(kSentence, word)) break;
    ++words;
    end = at = stop_of_word;
    // A blank, a line end, a comma, "2. ".
    for (std::size_t i = 0;
         i < 8 && at < text.size() &&
         (is_one_of(text[at], kSpace | kDigit) || text[at] == ',' || text[at] == '.' || text[at] == ')');
         ++i)
      ++at;
    if (at == end) break;
  }
  if (words >= 12 || (words >= 6 && scan.ends_at(end))) {
    matches.add(begin, end);
    return end;
  }
  return anchor.end;
}

}  // namespace panko
