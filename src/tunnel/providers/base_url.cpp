#include "tunnel/providers/base_url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "tunnel/provider.hpp"

namespace panko {

namespace {

constexpr std::size_t kLongest = 1024;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_address_in_brackets(std::string_view text) {
  return text.size() > 4 && text.starts_with('[') && text.ends_with(']') &&
         text.find_first_not_of("0123456789abcdefABCDEF:.", 1) == text.size() - 1;
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

}  // namespace

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && is_letter_or_digit(text.front()) && is_letter_or_digit(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_'; });
}

std::optional<std::string> read_base_url(std::string_view text) {
  const auto url = text;
  if (url.size() > kLongest) return std::nullopt;
  if (text.starts_with("https://")) {
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return std::nullopt;
  }
  const auto path = text.substr(std::min(text.find('/'), text.size()));
  auto host = text.substr(0, text.size() - path.size());
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && !host.ends_with(']')) {
    if (!is_port(host.substr(colon + 1))) return std::nullopt;
    host = host.substr(0, colon);
  }
  if (!is_host_name(host) && !is_address_in_brackets(host)) return std::nullopt;
  constexpr std::string_view kOthers = "/-._~%";
  if (!std::ranges::all_of(path, [&](char c) { return is_letter_or_digit(c) || kOthers.contains(c); }))
    return std::nullopt;
  return std::string(url.substr(0, url.find_last_not_of('/') + 1));
}

bool is_loopback_url(std::string_view url) {
  const auto host = host_of(url);
  return host == "localhost" || host.ends_with(".localhost") || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

std::vector<std::string> hosts_behind(std::string_view url, std::vector<std::string> more) {
  for (auto host : {host_of(url), std::string("localhost"), std::string("127.0.0.1")}) {
    if (!host.empty() && std::ranges::find(more, host) == more.end()) more.push_back(std::move(host));
  }
  return more;
}

}  // namespace panko
