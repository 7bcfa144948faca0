#include "redact/value_test.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "redact/characters.hpp"

namespace panko {

namespace {

constexpr std::size_t kLooked = 256;  // characters of a value: more say nothing more

std::string lower(std::string_view text) {
  std::string out(text.substr(0, kLooked));
  std::ranges::transform(out, out.begin(), to_lower);
  return out;
}

bool is_all(std::string_view text, unsigned classes) {
  return std::ranges::all_of(text, [&](char c) { return is_one_of(c, classes); });
}

std::size_t longest_consonants(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    const bool is_consonant = is_one_of(c, kLetter) && !std::string_view("aeiouyAEIOUY").contains(c);
    run = is_consonant ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

/// Of a variable, with dots and slashes between: no name has a digit in the middle of its letters.
bool is_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_one_of(c, kWord | kUrlSign); }) &&
         (!is_random(text) || is_all(text, kUpper | kDigit | kBase64UrlSign));
}

/// Words of a program or a person: letters, with signs between them.
bool is_words(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    return is_one_of(c, kLetter) || c == '_' || c == '-' || c == '.' || c == ' ' || c == ':' || c == '/' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

/// "DB_PASSWORD_2": of a variable, and not what it holds.
bool is_variable_name(std::string_view value) {
  constexpr int kMostDigits = 3;
  return value.contains('_') && is_one_of(value.front(), kUpper) &&
         std::ranges::all_of(value, [](char c) { return is_one_of(c, kUpper | kDigit) || c == '_'; }) &&
         std::ranges::count_if(value, [](char c) { return is_one_of(c, kDigit); }) <= kMostDigits;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_one_of(text[i], kHexDigit)) return false;
  }
  return true;
}

}  // namespace

double entropy(std::string_view text) {
  text = text.substr(0, kLooked);
  if (text.empty()) return 0;
  std::array<unsigned, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  const auto size = static_cast<double>(text.size());
  for (const unsigned count : counts)
    if (count > 0) bits -= count / size * std::log2(count / size);
  return bits;
}

bool is_placeholder(std::string_view value) {
  if (value.starts_with("[redacted") || value.starts_with("<") || value.starts_with("{{") || value.starts_with("***"))
    return true;
  const std::string text = lower(value);
  static constexpr auto kParts = std::to_array<std::string_view>(
      {"xxxx",        "....",       "****",       "your",         "example", "changeme",     "change-me",  "change_me",
       "placeholder", "redacted",   "dummy",      "todo",         "insert",  "replace",      "0123456789", "123456789",
       "abcdefgh",    "fixme",      "\u2026",     "\u2022\u2022", "[hidden", "<secret",      "null",       "undefined",
       "-here",       "_here",      "asterisk",   "sample",       "test-",   "test_",        "fake",       "mock",
       "foobar",      "secret_key", "secret-key", "api_key",      "api-key", "access_token", "..."});
  if (std::ranges::any_of(kParts, [&](std::string_view part) { return text.contains(part); }))
    return text.size() < 32 || !is_random(value) || text.contains("xxxx") || text.contains("example");
  static constexpr auto kWhole = std::to_array<std::string_view>(
      {"none",   "true",     "false",    "yes",       "no",       "string", "password", "secret",
       "token",  "required", "optional", "user:pass", "username", "user",   "pass",     "passwd",
       "test",   "enabled",  "disabled", "default",   "unset",    "empty",  "missing",  "invalid",
       "hidden", "masked",   "bearer",   "basic",     "admin",    "root",   "postgres", "localhost"});
  if (is_in(kWhole, std::string_view(text))) return true;
  // One character again and again.
  return std::ranges::all_of(text, [&](char c) { return c == text.front(); });
}

bool is_reference(std::string_view value) {
  if (value.empty()) return true;
  const char first = value.front();
  if (first == '<' || first == '{' || first == '[' || first == '(') return true;
  // $NAME, ${NAME}, $(command); *alias and &anchor of YAML; @file; %s, %NAME%.
  const std::string_view rest = value.substr(1);
  if (first == '$' && (rest.starts_with('{') || rest.starts_with('(') || is_name(rest))) return true;
  if ((first == '*' || first == '&' || first == '@') && is_name(rest)) return true;
  if (first == '%' && (value.size() <= 3 || value.back() == '%')) return true;
  if (value.starts_with("!Ref") || value.starts_with("!Sub") || value.starts_with("arn:")) return true;
  static constexpr auto kRoots = std::to_array<std::string_view>(
      {"process.env", "os.environ", "os.getenv", "env.",  "ENV[",  "secrets.", "var.",     "local.",
       "data.",       "exports.",   "config.",   "self.", "this.", "req.",     "request.", "settings.",
       "import.meta", "System.",    "vault:",    "op://", "ref+",  "file:",    "module.",  "props.",
       "params.",     "options.",   "args.",     "cfg.",  "ctx.",  "std::",    "crate::"});
  if (std::ranges::any_of(kRoots, [&](std::string_view root) { return value.starts_with(root); })) return true;
  // A call, an index, a template: code.
  if (const auto bracket = value.find_first_of("([{"); bracket != std::string_view::npos && bracket > 0) {
    const std::string_view callee = value.substr(0, bracket);
    const bool is_name =
        std::ranges::all_of(callee, [](char c) { return is_one_of(c, kAlnum) || c == '_' || c == '.' || c == ':'; });
    if (is_name && (value[bracket] != '{' || callee.back() == '$') &&
        (bracket + 1 >= value.size() || value.find_first_of(")]}", bracket) != std::string_view::npos ||
         value.back() == value[bracket] || value[bracket] == '('))
      return true;
  }
  return value.contains("::") || value.contains("${") || value.contains("{{") || value.contains("$(");
}

bool is_random(std::string_view value) {
  value = value.substr(0, kLooked);
  if (value.size() < 8) return false;
  if (is_uuid(value)) return true;
  std::size_t digits = 0;
  std::size_t uppers = 0;
  std::size_t lowers = 0;
  std::size_t changes = 0;  // between kinds of characters: words have few
  unsigned before = 0;
  for (const char c : value) {
    const unsigned kind = kCharacterClasses[static_cast<unsigned char>(c)] & kAlnum;
    digits += kind == kDigit;
    uppers += kind == kUpper;
    lowers += kind == kLower;
    changes += kind != before;
    before = kind;
  }
  const std::size_t letters = uppers + lowers;
  if (digits == 0) {
    // In words a capital stands at a beginning, and not many consonants together.
    const std::size_t consonants = longest_consonants(value);
    return value.size() >= 10 && uppers >= 2 && lowers >= 2 && entropy(value) >= 2.9 &&
           ((changes * 5 >= value.size() * 2 && consonants >= 4) || consonants >= 7);
  }
  if (letters == 0) return false;
  if (is_all(value, kHexDigit)) return value.size() >= 16 && digits >= 3 && entropy(value) >= 2.5;
  const double bits = entropy(value);
  if (value.size() < 12) return uppers > 0 && lowers > 0 && bits >= 2.5 && changes >= 4;
  if (bits < 3) return false;
  // "my-service-name-v2": words with a number.
  const bool has_case = uppers > 0 && lowers > 0;
  return changes >= (has_case ? 4 : 5) && changes * 5 >= value.size();
}

bool is_searchable(std::string_view value) {
  return value.size() >= 12 && entropy(value) >= 3 && is_random(value);
}

bool is_plain_datum(std::string_view value) {
  if (value.empty()) return true;
  if (value.contains("://")) return true;
  const char first = value.front();
  if (value.starts_with("./") || value.starts_with("../") || value.starts_with("~/") || value.starts_with("\\\\"))
    return true;
  if (value.size() > 2 && is_one_of(value[0], kLetter) && value[1] == ':' && (value[2] == '\\' || value[2] == '/'))
    return true;
  if (first == '/' || std::ranges::count(value, '/') >= 2) {
    // A path has names in it; base64 has not.
    const std::size_t slashes = static_cast<std::size_t>(std::ranges::count(value, '/'));
    if (!is_random(value) || slashes * 8 > value.size() || value.contains('.')) return true;
  }
  return is_all(value, kDigit) || std::ranges::all_of(value, [](char c) {
           return is_one_of(c, kDigit) || c == '.' || c == ':' || c == '-' || c == '+' || c == 'T' || c == 'Z' ||
                  c == ',' || c == '%';
         });
}

bool is_code(std::string_view value) {
  const std::size_t bracket = value.find_first_of("([{");
  return bracket != std::string_view::npos && bracket > 0 &&
         std::ranges::all_of(value.substr(0, bracket),
                             [](char c) { return is_one_of(c, kWord) || c == '.' || c == ':' || c == '&'; }) &&
         !std::ranges::any_of(value.substr(0, bracket), [](char c) { return is_one_of(c, kDigit); });
}

bool is_secret_value(std::string_view value, NameSays says, ValueStands where) {
  if (value.size() < (says == NameSays::password ? 6U : 8U) || is_placeholder(value) || is_reference(value))
    return false;
  if (is_plain_datum(value) && !(says == NameSays::password && where.is_quoted && value.size() >= 8 &&
                                 !value.contains('/') && !value.contains("://")))
    return false;
  if (value.contains(' ') || value.contains('\t') || (!where.is_quoted && is_code(value))) return false;
  const bool any_digit = std::ranges::any_of(value, [](char c) { return is_one_of(c, kDigit); });
  const bool any_sign = std::ranges::any_of(
      value, [](char c) { return !is_one_of(c, kAlnum) && c != '_' && c != '-' && c != '.' && c != ':' && c != '/'; });
  switch (says) {
    case NameSays::password:
      if (is_words(value)) return (where.is_quoted || where.is_env) && value.size() >= 8 && is_random(value);
      return (any_digit || any_sign) && (value.size() >= 8 || (any_digit && !is_one_of(value.front(), kDigit)));
    case NameSays::secret:
      if (is_variable_name(value)) return false;
      if (is_words(value)) return is_random(value) && value.size() >= 16;
      return is_random(value) && (value.size() >= 12 || any_digit);
    case NameSays::maybe:
      return value.size() >= 32 && is_random(value) && entropy(value) >= 4.2 && !value.contains('.') &&
             !value.contains(':') && !value.contains('/');
    case NameSays::nothing: return false;
  }
  return false;
}

}  // namespace panko
