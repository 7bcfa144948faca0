// What the program tailscale says: its status, what tailscaled serves, and why it refuses. Pure; hostile input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tunnel/program.hpp"
#include "tunnel/provider.hpp"

namespace panko {

/// `tailscale status --json`
struct TailscaleNode {
  std::string backend{};   // "Running", "NeedsLogin", "Stopped", ...
  std::string dns_name{};  // "host.tailnet.ts.net", without the dot at its end
  bool online = false;
  bool has_certificates = false;  // the tailnet gives out certificates for HTTPS
};
[[nodiscard]] std::optional<TailscaleNode> parse_tailscale_status(std::string_view text);

/// `tailscale serve status --json`: what is mounted where.
struct TailscaleMount {
  std::string host{};
  std::uint16_t port = 0;
  std::string path{};   // "/panko"
  std::string proxy{};  // "http://127.0.0.1:23456"; empty: a file or a text
  bool foreground = false;
};
struct TailscaleServing {
  std::vector<TailscaleMount> mounts{};
  std::vector<std::uint16_t> public_ports{};  // with Funnel, which is on for all of a port or for nothing of it
  std::vector<std::uint16_t> tcp_ports{};     // forwarded as they are
};
/// nullopt: it is no such answer. Nothing served at all is an answer.
[[nodiscard]] std::optional<TailscaleServing> parse_tailscale_serving(std::string_view text);

/// Why a command failed, or had no effect though it ended well, by what it said.
[[nodiscard]] TunnelFailure tailscale_failure(const ProgramResult& result);

/// The first address that a text asks to be visited; empty: none.
[[nodiscard]] std::string consent_url(std::string_view text);

}  // namespace panko
