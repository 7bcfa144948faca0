#include "base/json_index.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace panko {

namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at > from;
  };
  const bool zero = at < text.size() && text[at] == '0';
  const std::size_t from = at;
  if (!digits() || (zero && at > from + 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits()) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return false;
  }
  return at == text.size();
}

// A parser grown for one huge line keeps five bytes for each of the line's; so much of a line is kept room for.
constexpr std::size_t kKept = std::size_t{512} * 1024;

}  // namespace

JsonStatus JsonIndex::load(std::string_view text) {
  text_ = text;
  if (text.empty()) return JsonStatus::malformed;
  const bool is_oversized = parser_.capacity() > kKept && text.size() < parser_.capacity() / 2;
  if (parser_.capacity() < text.size() || is_oversized) {
    if (is_oversized) ends_ = {};
    if (parser_.allocate(std::max(text.size(), std::min(2 * text.size(), kKept))) != simdjson::SUCCESS)
      return JsonStatus::malformed;
  }
  const auto error = parser_.implementation->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                                    simdjson::stage1_mode::regular);
  if (error == simdjson::UTF8_ERROR || error == simdjson::UNESCAPED_CHARS) return JsonStatus::bad_encoding;
  if (error != simdjson::SUCCESS) return JsonStatus::malformed;
  at_ = parser_.implementation->structural_indexes.get();
  count_ = parser_.implementation->n_structural_indexes;
  if (ends_.size() < count_) ends_.resize(count_);
  return walk();
}

JsonStatus JsonIndex::walk() {
  // Copies, which stay in registers: for all the compiler knows, what is written into `ends` are the members.
  const char* const text = text_.data();
  const std::uint32_t* const at = at_;
  const std::uint32_t count = count_;
  std::uint32_t* const ends = ends_.data();
  std::array<std::uint32_t, kDeepest> open;  // the tokens of the brackets around
  std::size_t depth = 0;
  std::uint32_t token = 0;
  const auto peek = [&](std::uint32_t i) { return i < count ? text[at[i]] : '\0'; };

  if (peek(0) != '{') return JsonStatus::malformed;
  for (;;) {
    // A value starts at `token`.
    const char c = peek(token);
    if (c == '{' || c == '[') {
      const char next = peek(token + 1);
      if (next == c + 2) {  // ']' and '}' lie two behind '[' and '{'
        ends[token] = token + 1;
        token += 2;
      } else {
        if (depth == kDeepest) return JsonStatus::too_deep;
        open[depth++] = token++;
        if (c == '{') {
          if (next != '"' || peek(token + 1) != ':') return JsonStatus::malformed;
          token += 2;
        }
        continue;
      }
    } else if (c == '"' || is_scalar(token)) {
      ++token;
    } else {
      return JsonStatus::malformed;
    }
    // A value has ended before `token`.
    for (;;) {
      if (depth == 0) return token == count ? JsonStatus::complete : JsonStatus::malformed;
      const char opened = text[at[open[depth - 1]]];
      const char delimiter = peek(token);
      if (delimiter == ',') {
        ++token;
        if (opened == '{') {
          if (peek(token) != '"' || peek(token + 1) != ':') return JsonStatus::malformed;
          token += 2;
        }
        break;
      }
      if (delimiter != opened + 2) return JsonStatus::malformed;
      ends[open[--depth]] = token++;
    }
  }
}

bool JsonIndex::is_scalar(std::uint32_t token) const {
  if (token + 1 >= count_) return false;
  const std::string_view raw = between(token);
  switch (raw.front()) {
    case 't': return raw == "true";
    case 'f': return raw == "false";
    case 'n': return raw == "null";
    default: return is_number(raw);
  }
}

std::optional<std::uint64_t> JsonValue::as_count() const {
  const char c = first();
  if (!is_digit(c)) return std::nullopt;
  const std::string_view digits = index_->between(token_);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || digits.size() > 19 || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::string_view JsonValue::raw() const {
  if (index_ == nullptr) return {};
  if (!is_object() && !is_array()) return index_->between(token_);
  const std::uint32_t begin = index_->at_[token_];
  return index_->text_.substr(begin, index_->at_[index_->ends_[token_]] + 1 - begin);
}

JsonValue JsonValue::operator[](std::string_view name) const {
  if (!is_object()) return {};
  const std::uint32_t end = index_->ends_[token_];
  for (std::uint32_t token = token_ + 1; token < end; token = index_->behind(token + 2) + 1) {
    const std::string_view key = index_->between(token);
    if (key.size() == name.size() + 2 && key.substr(1, name.size()) == name) return {*index_, token + 2};
  }
  return {};
}

}  // namespace panko
