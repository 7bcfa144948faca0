// The public base URL as a tunnel program or the user gives it, before anybody is told of it. Hostile input. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace panko {

/// "http(s)://host[:port][/path]" without slashes at its end; nullopt when the text is anything else: another scheme, a
/// user, a query, a character that would have to be quoted somewhere.
[[nodiscard]] std::optional<std::string> read_base_url(std::string_view text);

/// "example.com", "127.0.0.1": letters, digits, dashes and dots.
[[nodiscard]] bool is_host_name(std::string_view text);

/// Whether a URL's host is this machine, for everybody ("localhost", 127.0.0.0/8, "[::1]").
[[nodiscard]] bool is_loopback_url(std::string_view url);

/// `more`, the URL's host, and this machine's names: what whoever hands requests on to us may have put as their Host.
[[nodiscard]] std::vector<std::string> hosts_behind(std::string_view url, std::vector<std::string> more = {});

}  // namespace panko
