#include "http/host_names.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace panko {

namespace {

constexpr std::uint16_t kHttpPort = 80;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

/// As it stands in a URL: an IPv6 address needs brackets.
std::string as_host(std::string_view address) {
  return address.contains(':') ? '[' + std::string(address) + ']' : std::string(address);
}

struct HostAndPort {
  std::string_view name;
  std::uint16_t port = kHttpPort;
};

std::optional<HostAndPort> split(std::string_view host) {
  const auto name_end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  if (host.starts_with('[') && name_end == 0) return std::nullopt;
  HostAndPort parts{.name = host.substr(0, name_end)};
  if (parts.name.size() == host.size()) return parts;
  const auto port = host.substr(name_end + 1);
  if (host[name_end] != ':' || port.empty() || port.front() == '0') return std::nullopt;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), parts.port);
  if (error != std::errc() || end != port.data() + port.size()) return std::nullopt;
  return parts;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [name](const auto& known) { return equal_ignoring_case(known, name); });
}

}  // namespace

void HostNames::set_listener(const std::string& bound_address, std::uint16_t port) {
  own_names_ = {"127.0.0.1", "localhost", as_host(bound_address)};
  port_ = port;
  is_wildcard_ = bound_address == "0.0.0.0" || bound_address == "::";
}

void HostNames::set_tunnel_names(std::vector<std::string> names) {
  tunnel_names_ = std::move(names);
}

bool HostNames::accepts(std::string_view host, std::string_view local_address) const {
  const auto parts = split(host);
  if (!parts || parts->name.empty()) return false;
  if (contains(tunnel_names_, parts->name)) return true;
  if (parts->port != port_) return false;
  return contains(own_names_, parts->name) ||
         (is_wildcard_ && !local_address.empty() && equal_ignoring_case(as_host(local_address), parts->name));
}

}  // namespace panko
