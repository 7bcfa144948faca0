#include "http/routes.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace panko {

namespace {

constexpr std::size_t kMaxIndexDigits = 9;

std::optional<unsigned> hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const auto high = hex_value(text[i + 1]);
    const auto low = hex_value(text[i + 2]);
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high << 4 | *low);
    i += 2;
  }
  return decoded;
}

/// Cuts `text` at the first `separator` and returns what stood before it.
std::string_view take_until(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

/// The value of the first `from` in the query; undecoded.
std::string_view value_of_from(std::string_view query) {
  while (!query.empty()) {
    auto value = take_until(query, '&');
    if (take_until(value, '=') == "from") return value;
  }
  return {};
}

std::optional<std::size_t> index_from(std::string_view text) {
  std::size_t index = 0;
  if (text.empty() || text.size() > kMaxIndexDigits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return index;
}

/// Fills in what `rest`, the path below "/s/TOKEN/", names.
void parse_below_share(std::string_view rest, std::string_view query, Route& route) {
  route.kind = Route::Kind::share_nowhere;
  if (rest.empty()) {
    auto from = percent_decoded(value_of_from(query));
    if (!from) return;
    route.anchor = std::move(*from);
    route.kind = Route::Kind::page;
    return;
  }
  const auto folder = take_until(rest, '/');
  if (folder == "a") {
    route.asset = rest;
    route.kind = Route::Kind::asset;
  } else if (folder == "b" && !rest.contains('/')) {
    auto anchor = percent_decoded(rest);
    if (!anchor || anchor->empty()) return;
    route.anchor = std::move(*anchor);
    route.kind = Route::Kind::block;
  } else if (folder == "i") {
    auto anchor = percent_decoded(take_until(rest, '/'));
    const auto index = index_from(rest);
    if (!anchor || anchor->empty() || !index) return;
    route.anchor = std::move(*anchor);
    route.index = *index;
    route.kind = Route::Kind::image;
  }
}

}  // namespace

Route parse_route(std::string_view target) {
  Route route;
  const auto path = take_until(target, '?');
  const auto query = target;
  if (path == "/robots.txt") {
    route.kind = Route::Kind::robots;
  } else if (path.starts_with("/s/")) {
    auto rest = path.substr(3);
    const bool has_slash = rest.contains('/');
    route.token = take_until(rest, '/');
    if (has_slash) {
      parse_below_share(rest, query, route);
    } else {
      route.kind = Route::Kind::share;
    }
  }
  return route;
}

}  // namespace panko
