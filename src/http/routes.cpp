#include "http/routes.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include "http/form_text.hpp"

namespace panko {

namespace {

constexpr std::size_t kMaxIndexDigits = 9;

std::optional<std::size_t> index_from(std::string_view text) {
  std::size_t index = 0;
  if (text.empty() || text.size() > kMaxIndexDigits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return index;
}

/// The first window, unless the query says another one. An anchor that is empty or cannot be one leads nowhere.
Route::Kind parse_window(Route::Kind kind, std::string_view query, Route& route) {
  const auto last = form_value(query, "last");
  const auto before = form_value(query, "before");
  const auto from = form_value(query, "from");
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
  auto text = typed_text(form_value(query, "q").value_or(""));
  auto after = percent_decoded(form_value(query, "after").value_or(""));
  if (!text || !after || !can_be_found(*text)) return Route::Kind::wrong;
  route.text = std::move(*text);
  route.anchor = std::move(*after);
  return Route::Kind::find;
}

Route::Kind parse_files(std::string_view query, Route& route) {
  const auto after = form_value(query, "after");
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

Route::Kind parse_download(std::string_view query, Route& route) {
  const auto format = form_value(query, "format");
  route.text = format.value_or("");
  const bool is_known = !format || *format == "html" || *format == "md" || *format == "jsonl";
  return is_known ? Route::Kind::download : Route::Kind::share_nowhere;
}

/// Fills in what `rest`, the path below "/s/TOKEN/", names.
Route::Kind parse_below_share(std::string_view rest, std::string_view query, Route& route) {
  if (rest.empty()) return parse_window(Route::Kind::page, query, route);
  if (rest == "w") return parse_window(Route::Kind::window, query, route);
  if (rest == "find") return parse_find(query, route);
  if (rest == "files") return parse_files(query, route);
  if (rest == "live") return Route::Kind::live;
  if (rest == "open") return parse_window(Route::Kind::open, query, route);
  if (rest == "unlock") return parse_window(Route::Kind::unlock, query, route);
  if (rest == "seen") return Route::Kind::seen;
  if (rest == "download") return parse_download(query, route);
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
