// Each value of a text that holds credentials: output of env, a .env file, a vault's answer.
#include <algorithm>

#include "redact/characters.hpp"
#include "redact/key_name.hpp"
#include "redact/scanners.hpp"
#include "redact/value_test.hpp"

namespace panko {

namespace {

/// "production", "en_GB.UTF-8", "xterm-256color", "8080", "/usr/bin": nothing that anybody keeps for himself.
bool is_harmless(std::string_view value, NameSays says) {
  if (value.size() < (says == NameSays::password ? 4U : 6U) || is_placeholder(value) || is_reference(value))
    return true;
  if (says == NameSays::password) return value.contains("://");
  if (is_plain_datum(value) || value.ends_with("UTF-8") || value.ends_with("utf8")) return true;
  const bool any_digit = std::ranges::any_of(value, [](char c) { return is_one_of(c, kDigit); });
  const bool any_sign = std::ranges::any_of(value, [](char c) {
    return !is_one_of(c, kAlnum | kBase64Character | kUrlSign) && c != ',' && c != '=' && c != '@' && c != '~';
  });
  if (any_sign) return !any_digit && value.size() < 10;
  return !is_random(value) && (says == NameSays::nothing || !any_digit);
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// A pair's name that ends at `at`; empty when none does.
std::string_view name_before(std::string_view line, std::size_t at) {
  std::size_t end = at;
  while (end > 0 && (is_blank(line[end - 1]) || is_one_of(line[end - 1], kQuote) || line[end - 1] == '\\')) --end;
  std::size_t begin = end;
  while (begin > 0 && end - begin < 96 && (is_one_of(line[begin - 1], kWord) || line[begin - 1] == '.')) --begin;
  const std::string_view name = line.substr(begin, end - begin);
  return std::ranges::any_of(name, [](char c) { return is_one_of(c, kLetter); }) ? name : std::string_view();
}

/// The pairs of a line, wherever they stand in it: A=1, "a": "1", a: 1.
bool scan_pairs(std::string_view line, std::size_t place, Matches& matches) {
  bool any = false;
  for (std::size_t at = 0; (at = line.find_first_of("=:", at)) != std::string_view::npos;) {
    const std::size_t sign = at++;
    if (at < line.size() && (line[at] == '=' || line[at] == '>')) ++at;
    const std::string_view name = name_before(line, sign);
    if (name.empty() || line.substr(at).starts_with("//")) continue;
    any = true;
    while (at < line.size() && is_blank(line[at])) ++at;
    while (at < line.size() && line[at] == '\\') ++at;
    const char quote = at < line.size() && is_one_of(line[at], kQuote) ? line[at++] : '\0';
    std::size_t end = at;
    while (end < line.size() && (quote != '\0' ? line[end] != quote : !is_blank(line[end]) && line[end] != '"')) ++end;
    std::size_t stop = end;
    while (stop > at && (line[stop - 1] == ',' || line[stop - 1] == '\\' || line[stop - 1] == '\r' ||
                         (quote == '\0' && std::string_view("}])'").contains(line[stop - 1]))))
      --stop;
    const std::string_view value = line.substr(at, stop - at);
    // "A: B=C" is a pair in what looks like a value.
    if (quote == '\0' && line[sign] == ':' && value.contains('=') && !value.ends_with('=')) continue;
    if (!value.contains(' ') && !is_harmless(value, what_name_says(name))) {
      matches.add(place + at, place + stop, {}, is_searchable(value));
      at = end;
    }
  }
  return any;
}

}  // namespace

void scan_suspect(const ScanText& scan, Matches& matches) {
  const std::string_view text = scan.text;
  std::size_t lines = 0;
  for (std::size_t line = scan.view.content; line < text.size(); ++lines) {
    const std::size_t end = std::min(text.find('\n', line), text.size());
    const std::string_view all = text.substr(line, end - line);
    if (!scan_pairs(all, line, matches)) {
      // "token      hvs...." of a table, or the value alone.
      std::size_t last = all.size();
      while (last > 0 && (is_blank(all[last - 1]) || all[last - 1] == '\r')) --last;
      std::size_t from = last;
      while (from > 0 && !is_blank(all[from - 1])) --from;
      const std::string_view value = all.substr(from, last - from);
      const std::string_view rest = text.substr(end);
      const bool is_alone = from == 0 && lines == 0 && (rest.size() <= 1 || rest.starts_with("\n\n"));
      const std::string_view before = all.substr(0, from);
      const bool is_table = before.size() >= 3 && before.ends_with("  ") && before.find_first_not_of(" \t") == 0;
      const NameSays says = is_table ? what_name_says(before.substr(0, before.find(' '))) : NameSays::nothing;
      if ((is_alone || is_table) && !is_harmless(value, says))
        matches.add(line + from, line + last, {}, is_searchable(value));
    }
    line = end + 1;
  }
}

}  // namespace panko
