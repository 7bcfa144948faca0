#include "http/gzip.hpp"

#include <algorithm>
#include <optional>

namespace panko {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string_view take_until(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return trimmed(part);
}

bool is_name(std::string_view text, std::string_view name) {
  return std::ranges::equal(text, name, {}, [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : +c; });
}

/// "q=0", "q=0.0", ...: the only weights that refuse.
bool has_zero_weight(std::string_view parameters) {
  while (!parameters.empty()) {
    auto value = take_until(parameters, ';');
    if (is_name(take_until(value, '='), "q")) {
      return trimmed(value).starts_with('0') && trimmed(value).find_first_not_of("0.") == std::string_view::npos;
    }
  }
  return false;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<bool> by_name;
  bool by_star = false;
  while (!accept_encoding.empty()) {
    auto parameters = take_until(accept_encoding, ',');
    const auto coding = take_until(parameters, ';');
    if (is_name(coding, "gzip") || is_name(coding, "x-gzip")) {
      by_name = !has_zero_weight(parameters);
    } else if (coding == "*") {
      by_star = !has_zero_weight(parameters);
    }
  }
  return by_name.value_or(by_star);
}

}  // namespace panko
