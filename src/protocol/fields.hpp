// The fields of one JSON object, read and written by the same calls: whoever describes a struct's fields once has it in
// both directions (messages.cpp). For this room alone. Pure.
#pragma once

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/text.hpp"
#include "protocol/wire.hpp"

namespace panko::protocol {

namespace json = boost::json;

inline std::string_view view(json::string_view text) {
  return {text.data(), text.size()};
}

/// Paths and names may hold any bytes; what goes over the socket is UTF-8.
inline json::string text(std::string_view bytes) {
  return json::string(to_valid_utf8(bytes));
}

// What take() expects, for the sentence when something else is there; nullptr: taken.

inline const char* take(const json::value& value, std::string& into) {
  if (!value.is_string()) return "a text";
  into = view(value.get_string());
  // A NUL would end a path early: two readers of one request would see two different paths.
  return into.contains('\0') ? "a text without NUL" : nullptr;
}

inline const char* take(const json::value& value, bool& into) {
  if (!value.is_bool()) return "true or false";
  into = value.get_bool();
  return nullptr;
}

template <std::integral T>
const char* take(const json::value& value, T& into) {
  boost::system::error_code error;
  into = value.is_number() ? value.to_number<T>(error) : T{};
  if (value.is_number() && !value.is_double() && !error) return nullptr;
  return std::is_same_v<T, std::uint16_t> ? "a whole number from 0 to 65535" : "a whole number";
}

template <class T>
const char* take(const json::value& value, std::vector<T>& into) {
  if (!value.is_array()) return "a list";
  for (const auto& element : value.get_array())
    if (const char* expected = take(element, into.emplace_back())) return expected;
  return nullptr;
}

inline const char* take(const json::value& value, std::vector<std::pair<std::string, std::uint64_t>>& into) {
  if (!value.is_object()) return "an object of counts";
  for (const auto& [key, count] : value.get_object()) {
    auto& [name, number] = into.emplace_back(view(key), 0);
    if (const char* expected = take(count, number)) return expected;
  }
  return nullptr;
}

// The same in the other direction.

inline json::value put(const std::string& value) {
  return text(value);
}

template <class T>
  requires std::is_arithmetic_v<T>
json::value put(T value) {
  return value;
}

template <class T>
json::value put(const std::vector<T>& items) {
  json::array array;
  for (const T& item : items) array.emplace_back(put(item));
  return array;
}

inline json::value put(const std::vector<std::pair<std::string, std::uint64_t>>& counts) {
  json::object object;
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}

/// Reads the fields of one object; the first thing that is wrong is kept.
class Reader {
 public:
  explicit Reader(const json::value& value) : object_(value.if_object()) {
    if (object_ == nullptr) error_ = "An object was expected.";
  }

  template <class T>
  Reader& need(std::string_view key, T& into) {
    return read(key, into, true);
  }
  /// An older build leaves it out; `into` stays as it is then.
  template <class T>
  Reader& usual(std::string_view key, T& into) {
    return read(key, into, false);
  }
  /// Left out when there is nothing to say.
  template <class T>
  Reader& may(std::string_view key, T& into) {
    return read(key, into, false);
  }
  template <class T>
  Reader& may(std::string_view key, std::optional<T>& into) {
    if (T value{}; find(key) != nullptr && read(key, value, true).error_.empty()) into = std::move(value);
    return *this;
  }
  template <class T>
  Reader& list(std::string_view key, std::vector<T>& into) {
    const json::value* value = error_.empty() ? find(key) : nullptr;
    if (value == nullptr) return *this;
    if (auto items = list_from_json<T>(*value))
      into = std::move(*items);
    else
      error_ = std::move(items.error().message);
    return *this;
  }
  /// Written for others; what it says is read from elsewhere.
  Reader& copy(std::string_view, const std::string&) { return *this; }

  template <class T>
  Result<T> result(T value) {
    if (!error_.empty()) return fail(std::move(error_));
    return value;
  }

 private:
  [[nodiscard]] const json::value* find(std::string_view key) const {
    if (object_ == nullptr) return nullptr;
    const json::value* value = object_->if_contains({key.data(), key.size()});
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  template <class T>
  Reader& read(std::string_view key, T& into, bool needed) {
    if (!error_.empty()) return *this;
    if (const json::value* value = find(key)) {
      if (const char* expected = take(*value, into)) error_ = fmt::format("\"{}\" has to be {}.", key, expected);
    } else if (needed) {
      error_ = fmt::format("\"{}\" is missing.", key);
    }
    return *this;
  }

  const json::object* object_;
  std::string error_;
};

/// Writes what a Reader reads.
class Writer {
 public:
  template <class T>
  Writer& need(std::string_view key, const T& value) {
    object_[key] = put(value);
    return *this;
  }
  template <class T>
  Writer& usual(std::string_view key, const T& value) {
    return need(key, value);
  }
  template <class T>
  Writer& may(std::string_view key, const T& value) {
    return value == T{} ? *this : need(key, value);
  }
  template <class T>
  Writer& may(std::string_view key, const std::optional<T>& value) {
    return value ? need(key, *value) : *this;
  }
  template <class T>
  Writer& list(std::string_view key, const std::vector<T>& items) {
    object_[key] = to_json_array(items);
    return *this;
  }
  Writer& copy(std::string_view key, const std::string& value) { return need(key, value); }

  json::object take() { return std::move(object_); }

 private:
  json::object object_;
};

}  // namespace panko::protocol
