#include "http/routes.hpp"

#include <algorithm>
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

/// The value of the first parameter of that name, undecoded; nullopt: there is none.
std::optional<std::string_view> value_of(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    auto value = take_until(query, '&');
    if (take_until(value, '=') == name) return value;
  }
  return std::nullopt;
}

/// As a form writes it.
std::optional<std::string> typed_text(std::string_view value) {
  std::string spaced(value);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decoded(spaced);
}

std::optional<std::size_t> index_from(std::string_view text) {
  std::size_t index = 0;
  if (text.empty() || text.size() > kMaxIndexDigits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return index;
}

/// The first window, unless the query says another one. An anchor that is empty or cannot be one leads nowhere.
Route::Kind parse_window(Route::Kind kind, std::string_view query, Route& route) {
  const auto last = value_of(query, "last");
  const auto before = value_of(query, "before");
  const auto from = value_of(query, "from");
  auto anchor = percent_decoded(before.value_or(from.value_or("")));
  if (!anchor || (before && anchor->empty())) return Route::Kind::share_nowhere;
  if (last) {
    route.where = WindowAt::Where::last;
  } else if (!anchor->empty()) {
    route.where = before ? WindowAt::Where::before : WindowAt::Where::from;
    route.anchor = std::move(*anchor);
  }
  return kind;
}

Route::Kind parse_find(std::string_view query, Route& route) {
  auto text = typed_text(value_of(query, "q").value_or(""));
  auto after = percent_decoded(value_of(query, "after").value_or(""));
  if (!text || !after || !can_be_found(*text)) return Route::Kind::wrong;
  route.text = std::move(*text);
  route.anchor = std::move(*after);
  return Route::Kind::find;
}

Route::Kind parse_files(std::string_view query, Route& route) {
  const auto after = value_of(query, "after");
  const auto index = after ? index_from(*after) : 0;
  if (!index) return Route::Kind::wrong;
  route.index = *index;
  return Route::Kind::files;
}

/// Of b/ANCHOR and the like.
Route::Kind parse_place(Route::Kind kind, std::string_view rest, Route& route) {
  auto anchor = percent_decoded(rest);
  if (rest.contains('/') || !anchor || anchor->empty()) return Route::Kind::share_nowhere;
  route.anchor = std::move(*anchor);
  return kind;
}

Route::Kind parse_image(std::string_view rest, Route& route) {
  const auto place = take_until(rest, '/');
  const auto index = index_from(rest);
  if (!index) return Route::Kind::share_nowhere;
  route.index = *index;
  return parse_place(Route::Kind::image, place, route);
}

/// Fills in what `rest`, the path below "/s/TOKEN/", names.
Route::Kind parse_below_share(std::string_view rest, std::string_view query, Route& route) {
  if (rest.empty()) return parse_window(Route::Kind::page, query, route);
  if (rest == "w") return parse_window(Route::Kind::window, query, route);
  if (rest == "find") return parse_find(query, route);
  if (rest == "files") return parse_files(query, route);
  if (rest == "live") return Route::Kind::live;
  const auto folder = take_until(rest, '/');
  if (folder == "b") return parse_place(Route::Kind::block, rest, route);
  if (folder == "r") return parse_place(Route::Kind::records, rest, route);
  if (folder == "i") return parse_image(rest, route);
  if (folder != "a") return Route::Kind::share_nowhere;
  route.asset = rest;
  return Route::Kind::asset;
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
      route.kind = parse_below_share(rest, query, route);
    } else {
      route.kind = Route::Kind::share;
    }
  }
  return route;
}

}  // namespace panko
