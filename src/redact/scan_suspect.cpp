// Each value of a text that holds credentials: output of env, a .env file, a vault's answer.
#include <algorithm>

#include "redact/characters.hpp"
#include "redact/key_name.hpp"
#include "redact/scanners.hpp"
#include "redact/value_test.hpp"

namespace panko {

namespace {

bool is_harmless(std::string_view value) {
  if (value.size() < 6 || is_plain_datum(value) || is_placeholder(value) || is_reference(value)) return true;
  // Words: "production", "en_GB.UTF-8", "xterm-256color", a sentence.
  if (value.contains(' ')) return true;
  const bool any_digit = std::ranges::any_of(value, [](char c) { return is_one_of(c, kDigit); });
  const bool any_sign = std::ranges::any_of(
      value, [](char c) { return !is_one_of(c, kAlnum) && !std::string_view("_-.:/,=@+").contains(c); });
  return !any_sign && (!any_digit || !is_random(value));
}

}  // namespace

void scan_suspect(const ScanText& scan, Matches& matches) {
  const std::string_view text = scan.text;
  for (std::size_t line = scan.view.content; line < text.size();) {
    const std::size_t end = std::min(text.find('\n', line), text.size());
    const std::string_view all = text.substr(line, end - line);
    const std::size_t sign = all.find_first_of("=:");
    if (sign != std::string_view::npos && sign > 0 && sign < 128) {
      std::size_t from = line + sign + 1;
      if (text[line + sign] == ':' && text.substr(from).starts_with("=")) ++from;
      while (from < end && (is_one_of(text[from], kSpace | kQuote) || text[from] == '\\')) ++from;
      std::size_t to = end;
      while (to > from && (is_one_of(text[to - 1], kSpace | kQuote) || text[to - 1] == ',' || text[to - 1] == '\\'))
        --to;
      const std::string_view value = text.substr(from, to - from);
      if (!is_harmless(value)) matches.add(from, to, {}, is_searchable(value));
    }
    line = end + 1;
  }
}

}  // namespace panko
