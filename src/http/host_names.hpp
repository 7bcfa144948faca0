// Which Host a request may name. A page in the owner's browser can point its own name at 127.0.0.1; the name that it
// then sends gives it away. Pure values; no name is ever resolved.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace panko {

class HostNames {
 public:
  /// The names of the listener itself: loopback and the literal address it is bound to, each only with its own port.
  void set_listener(const std::string& bound_address, std::uint16_t port);

  /// Names that the gateway's provider says its origin sees. The port is the tunnel's affair: any, or none.
  void set_tunnel_names(std::vector<std::string> names);
  [[nodiscard]] const std::vector<std::string>& tunnel_names() const { return tunnel_names_; }

  /// Bound to all addresses: then the one that the visitor connected to (`local_address`) is a name too.
  [[nodiscard]] bool is_wildcard() const { return is_wildcard_; }
  [[nodiscard]] bool accepts(std::string_view host, std::string_view local_address = {}) const;

 private:
  std::vector<std::string> own_names_;  // an IPv6 address in brackets
  std::vector<std::string> tunnel_names_;
  std::uint16_t port_ = 0;
  bool is_wildcard_ = false;
};

}  // namespace panko
