#include "http/posted.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cctype>

#include "http/form_text.hpp"

namespace panko {

namespace json = boost::json;

namespace {

constexpr std::size_t kShortestVisit = 16;
constexpr std::size_t kLongestVisit = 64;

/// Parameters behind it say nothing that we want to know.
bool is_type(std::string_view content_type, std::string_view expected) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  return std::ranges::equal(content_type, expected, {}, [](unsigned char c) { return std::tolower(c); });
}

}  // namespace

std::optional<std::string> parse_unlock(std::string_view content_type, std::string_view body) {
  if (!is_type(content_type, "application/x-www-form-urlencoded")) return std::nullopt;
  const auto password = form_value(body, "password");
  return password ? typed_text(*password) : std::nullopt;
}

std::optional<Seen> parse_seen(std::string_view content_type, std::string_view body) {
  if (!is_type(content_type, "application/json")) return std::nullopt;
  boost::system::error_code error;
  const json::value document = json::parse(body, error);
  const json::object* object = error ? nullptr : document.if_object();
  const json::value* visit = object == nullptr ? nullptr : object->if_contains("visit");
  if (visit == nullptr || !visit->is_string()) return std::nullopt;
  const std::string_view name = visit->get_string();
  const bool is_plain = std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; });
  if (name.size() < kShortestVisit || name.size() > kLongestVisit || !is_plain) return std::nullopt;
  const json::value* again = object->if_contains("again");
  return Seen{.visit = std::string(name), .is_again = again != nullptr && again->is_bool() && again->get_bool()};
}

}  // namespace panko
