// One JSON object, looked at in place: simdjson finds its structural characters (and checks its UTF-8), one walk over
// them checks the grammar and links each bracket with its end. After that every value is a view of the text, and
// skipping one costs the same whatever its size. Nothing is unescaped here.
// Not for use by several threads at once; a JsonValue is good until the next load() and as long as the text is.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace panko {

enum class JsonStatus : std::uint8_t {
  complete,      // exactly one object, and nothing behind it
  bad_encoding,  // malformed UTF-8, or control characters inside a string
  too_deep,      // nested deeper than JsonIndex::kDeepest
  malformed,     // anything else: cut off, no object, more than one
};

class JsonIndex;

class JsonValue {
 public:
  JsonValue() = default;

  [[nodiscard]] bool is_object() const { return first() == '{'; }
  [[nodiscard]] bool is_array() const { return first() == '['; }
  [[nodiscard]] bool is_string() const { return first() == '"'; }
  [[nodiscard]] bool is_null() const { return first() == 'n'; }
  [[nodiscard]] bool is_true() const { return first() == 't'; }
  /// A whole number of at most 19 digits without a sign.
  [[nodiscard]] std::optional<std::uint64_t> as_count() const;
  /// The value as it stands in the text.
  [[nodiscard]] std::string_view raw() const;
  /// What stands between the quotes, still escaped; empty when it is no string.
  [[nodiscard]] std::string_view body() const;

  /// Calls `visit(key, value)` for each member of an object: keys as they stand between their quotes.
  template <class Visit>
  void for_each_member(Visit visit) const;
  /// Calls `visit(value)` for each element of an array.
  template <class Visit>
  void for_each_element(Visit visit) const;
  /// The first member of that name; a null-like value (no type is true) when there is none.
  [[nodiscard]] JsonValue operator[](std::string_view name) const;

 private:
  friend class JsonIndex;
  JsonValue(const JsonIndex& index, std::uint32_t token) : index_(&index), token_(token) {}
  [[nodiscard]] char first() const;

  const JsonIndex* index_ = nullptr;
  std::uint32_t token_ = 0;
};

class JsonIndex {
 public:
  static constexpr std::size_t kDeepest = 64;
  static constexpr std::size_t kPadding = 64;  // what simdjson wants

  /// The text must be readable for kPadding bytes behind its end, and shorter than 4 GiB.
  [[nodiscard]] JsonStatus load(std::string_view text);
  [[nodiscard]] JsonValue root() const { return {*this, 0}; }

 private:
  friend class JsonValue;
  [[nodiscard]] JsonStatus walk();
  [[nodiscard]] bool is_scalar(std::uint32_t token) const;
  [[nodiscard]] std::string_view between(std::uint32_t token) const;  // from it to the next, without trailing space
  [[nodiscard]] std::uint32_t behind(std::uint32_t token) const {     // the token behind the value
    const char c = text_.data()[at_[token]];
    return (c == '{' || c == '[' ? ends_[token] : token) + 1;
  }

  simdjson::dom::parser parser_;
  std::vector<std::uint32_t> ends_;  // by token: of a bracket, the token that closes it
  std::string_view text_;
  const std::uint32_t* at_ = nullptr;  // by token: its place in the text
  std::uint32_t count_ = 0;
};

// Small, and called for each value of half a gigabyte.

inline std::string_view JsonIndex::between(std::uint32_t token) const {
  const char* const text = text_.data();
  const char* const begin = text + at_[token];
  const char* end = text + at_[token + 1];
  while (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r' || end[-1] == '\n') --end;
  return {begin, end};
}

inline char JsonValue::first() const {
  return index_ == nullptr ? '\0' : index_->text_.data()[index_->at_[token_]];
}

inline std::string_view JsonValue::body() const {
  if (!is_string()) return {};
  const std::string_view quoted = index_->between(token_);
  return {quoted.data() + 1, quoted.size() - 2};
}

template <class Visit>
void JsonValue::for_each_member(Visit visit) const {
  if (!is_object()) return;
  const std::uint32_t end = index_->ends_[token_];
  for (std::uint32_t token = token_ + 1; token < end;) {
    const std::string_view key = index_->between(token);
    visit(std::string_view(key.data() + 1, key.size() - 2), JsonValue(*index_, token + 2));
    token = index_->behind(token + 2) + 1;  // the comma
  }
}

template <class Visit>
void JsonValue::for_each_element(Visit visit) const {
  if (!is_array()) return;
  const std::uint32_t end = index_->ends_[token_];
  for (std::uint32_t token = token_ + 1; token < end;) {
    visit(JsonValue(*index_, token));
    token = index_->behind(token) + 1;
  }
}

}  // namespace panko
