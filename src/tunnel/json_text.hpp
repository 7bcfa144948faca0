// The text at a key of a JSON object that somebody else wrote. Pure.
#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace panko {

/// nullptr: there is none, or it is no text. It lives as long as the object.
[[nodiscard]] inline const boost::json::string* find_text(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_string();
}

/// Empty: likewise.
[[nodiscard]] inline std::string text_at(const boost::json::object& object, std::string_view key) {
  const auto* text = find_text(object, key);
  return text == nullptr ? std::string() : std::string(*text);
}

}  // namespace panko
