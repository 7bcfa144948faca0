// Secrets in URLs and headers.
#include <algorithm>
#include <array>
#include <string>

#include "redact/characters.hpp"
#include "redact/scanners.hpp"
#include "redact/value_test.hpp"

namespace panko {

namespace {

constexpr std::size_t kLongest = 512;
constexpr std::size_t kLongestHeader = 16384;

bool ends_url(char c) {
  return is_one_of(c, kSpace | kQuote) || c == '<' || c == '>' || c == '\0' || c == '\\' || c == '|';
}

bool is_common_password(std::string_view value) {
  static constexpr auto kCommon = std::to_array<std::string_view>(
      {"pass", "password", "passwd", "pwd", "pw", "secret", "token", "xxx", "xxxx", "***", "****", "..."});
  return is_in(kCommon, value) || value.starts_with("[redacted") || value.starts_with("$") || value.starts_with("<") ||
         value.starts_with("{") || value.starts_with("***") || value.starts_with("xxx") || value.starts_with("%s") ||
         value.starts_with("...") || value.contains("PASSWORD") || value.contains("YOUR") || value.contains("your");
}

bool starts_with_any_case(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && std::ranges::equal(text.substr(0, lower.size()), lower, {}, to_lower);
}

}  // namespace

std::size_t scan_url_user(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  if (!is_one_of(scan.at(anchor.begin - 1), kAlnum)) return anchor.end;
  const std::size_t stop = std::min(text.size(), anchor.end + kLongest);
  std::size_t colon = std::string_view::npos;
  std::size_t sign = std::string_view::npos;
  std::size_t i = anchor.end;
  for (; i < stop && !ends_url(text[i]); ++i) {
    if (text[i] == ':' && colon == std::string_view::npos) colon = i;
    if (text[i] == '@') sign = i;
    if (text[i] == '/' || text[i] == '?' || (text[i] == '#' && sign != std::string_view::npos)) {
      // A password may hold a slash that nobody escaped: then "@host" comes soon.
      break;
    }
  }
  if (sign == std::string_view::npos) {
    // Cut off inside the password.
    if (colon != std::string_view::npos && i == text.size() && colon + 1 < i && colon > anchor.end &&
        !std::ranges::all_of(text.substr(colon + 1, i - colon - 1), [](char c) { return is_one_of(c, kDigit); }) &&
        i - colon > 4 && !is_common_password(text.substr(colon + 1, i - colon - 1)))
      matches.add(colon + 1, i, {}, false);
    return anchor.end;
  }
  if (colon == std::string_view::npos || colon > sign) {
    const std::string_view user = text.substr(anchor.end, sign - anchor.end);
    if (user.size() >= 16 && is_random(user) && !is_placeholder(user)) matches.add(anchor.end, sign, "url-secret");
    return anchor.end;
  }
  const std::string_view password = text.substr(colon + 1, sign - colon - 1);
  if (password.empty() || is_common_password(password)) return anchor.end;
  matches.add(colon + 1, sign, {}, password.size() >= 8 && (is_searchable(password) || is_random(password)));
  return anchor.end;
}

std::size_t scan_url_query(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  std::size_t begin = anchor.begin;
  while (begin > scan.begin && anchor.begin - begin < 64 && is_one_of(text[begin - 1], kWord)) --begin;
  const char before = scan.at(begin - 1);
  if (before != '?' && before != '&' && before != ';' && before != '#') return anchor.end;
  std::size_t end = anchor.end;
  const std::size_t stop = std::min(text.size(), anchor.end + kLongestHeader);
  while (end < stop && !ends_url(text[end]) && text[end] != '&' && text[end] != ')' && text[end] != '#' &&
         text[end] != ';' && text[end] != ',')
    ++end;
  const std::string_view value = text.substr(anchor.end, end - anchor.end);
  const std::string_view name = text.substr(begin, anchor.end - begin);
  const bool is_weak =
      starts_with_any_case(name, "key=") || starts_with_any_case(name, "code=") || name.ends_with("ey=");
  // otpauth://...?secret=BASE32
  const bool is_one_time_secret = name == "secret=" && value.size() >= 16 && std::ranges::all_of(value, [](char c) {
                                    return is_one_of(c, kUpper) || (c >= '2' && c <= '7') || c == '=';
                                  });
  if (value.size() >= (is_weak ? 16U : 8U) && !is_placeholder(value) && !is_reference(value) &&
      (is_random(value) || is_one_time_secret || (value.size() >= 16 && value.find('%') != std::string_view::npos)))
    matches.add(anchor.end, end, {}, is_searchable(value));
  return std::max(anchor.end, end);
}

std::size_t scan_authorization(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  std::size_t at = anchor.end;
  const std::size_t stop = std::min(text.size(), at + 24);
  bool any = false;
  if (!is_one_of(scan.at(anchor.begin), kLetter)) return anchor.end;
  const bool is_scheme = starts_with_any_case(text.substr(anchor.begin), "bearer");
  while (at < stop && (is_one_of(text[at], kSpace | kQuote) || text[at] == ':' || text[at] == '=' || text[at] == ',' ||
                       text[at] == '\\' || text[at] == '[' || text[at] == '>')) {
    any |= text[at] == ':' || text[at] == '=' || text[at] == ',' || (is_scheme && text[at] == ' ');
    ++at;
  }
  if (!any) return anchor.end;
  static constexpr auto kSchemes =
      std::to_array<std::string_view>({"basic ", "bearer ", "token ", "digest ", "apikey ", "aws4-hmac-sha256 ",
                                       "negotiate ", "oauth ", "ntlm ", "key ", "bot ", "sso-key ", "genie"});
  bool has_scheme = is_scheme;
  bool has_list = false;
  for (const std::string_view scheme : kSchemes)
    if (starts_with_any_case(text.substr(at), scheme)) {
      at += scheme.size();
      has_scheme = true;
      has_list = scheme.starts_with("digest") || scheme.starts_with("aws4") || scheme.starts_with("oauth");
      break;
    }
  while (at < text.size() && (text[at] == ' ' || is_one_of(text[at], kQuote) || text[at] == '\\')) ++at;
  // Digest and AWS have a list of names and values, of which some are secret.
  std::size_t line = at;
  const std::size_t most = std::min(text.size(), at + kLongestHeader);
  while (has_list && line < std::min(most, at + 2048) && text[line] != '\n' && text[line] != '\0') ++line;
  const std::string_view header = text.substr(at, std::min<std::size_t>(line - at, 2048));
  bool is_list = false;
  for (const std::string_view name : {"Signature=", "response=", "Credential=", "oauth_signature=", "token="}) {
    const std::size_t found = has_list ? header.find(name) : std::string_view::npos;
    if (found == std::string_view::npos || header.substr(0, found).contains('\n')) continue;
    std::size_t from = at + found + name.size();
    while (from < text.size() && is_one_of(text[from], kQuote)) ++from;
    std::size_t to = from;
    while (to < line && !ends_url(text[to]) && text[to] != ',' && text[to] != '/') ++to;
    if (to - from >= 8 && !is_placeholder(text.substr(from, to - from))) matches.add(from, to);
    is_list = true;
  }
  if (is_list) return line;
  std::size_t end = at;
  while (end < most && !ends_url(text[end]) && text[end] != ',' && text[end] != ';' && text[end] != ')' &&
         text[end] != '}')
    ++end;
  const std::string_view value = text.substr(at, end - at);
  if (value.size() < 8 || is_placeholder(value) || is_reference(value)) return anchor.end;
  const bool looks = is_random(value) ||
                     (has_scheme && !is_scheme &&
                      std::ranges::any_of(value, [](char c) { return is_one_of(c, kDigit); }) && value.size() >= 8) ||
                     (has_scheme && value.ends_with("="));
  if (!looks || (is_scheme && (value.size() < 16 || !is_random(value)))) return anchor.end;
  matches.add(at, end, {}, is_searchable(value));
  return end;
}

std::size_t scan_cookie(const ScanText& scan, ByteSpan anchor, Matches& matches) {
  const std::string_view text = scan.text;
  std::size_t at = anchor.end;
  while (at < text.size() && (is_one_of(text[at], kQuote) || text[at] == '\\')) ++at;
  const bool is_flag = scan.at(anchor.begin - 1) == '-' && scan.at(anchor.begin - 2) == '-';
  if (at >= text.size() || (text[at] != ':' && !(is_flag && (text[at] == ' ' || text[at] == '=')))) return anchor.end;
  const bool is_set = anchor.begin >= scan.begin + 4 && starts_with_any_case(text.substr(anchor.begin - 4), "set-");
  ++at;
  while (at < text.size() && (text[at] == ' ' || is_one_of(text[at], kQuote) || text[at] == '\\' || text[at] == '['))
    ++at;
  const std::size_t stop = std::min(text.size(), at + kLongestHeader);
  static constexpr auto kPreferences =
      std::to_array<std::string_view>({"lang", "language", "locale", "theme", "tz", "timezone", "currency", "consent",
                                       "i18n", "color", "path", "domain", "expires", "max-age", "samesite"});
  for (int pair = 0; at < stop && pair < 64; ++pair) {
    const std::size_t name = at;
    while (at < stop && !is_one_of(text[at], kSpace | kQuote) && text[at] != '=' && text[at] != ';' && text[at] != '\0')
      ++at;
    if (at >= stop || text[at] != '=') break;
    std::string key(text.substr(name, at - name));
    std::ranges::transform(key, key.begin(), to_lower);
    const std::size_t from = ++at;
    while (at < stop && !is_one_of(text[at], kSpace | kQuote) && text[at] != ';' && text[at] != '\0' &&
           text[at] != '\\' && text[at] != ',')
      ++at;
    const std::string_view value = text.substr(from, at - from);
    if (value.size() >= 4 && !is_in(kPreferences, std::string_view(key)) && !is_placeholder(value) &&
        !is_reference(value))
      matches.add(from, at, {}, is_searchable(value));
    if (is_set || at >= stop || text[at] != ';') break;
    ++at;
    while (at < stop && text[at] == ' ') ++at;
  }
  return std::max(at, anchor.end);
}

}  // namespace panko
