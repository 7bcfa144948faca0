// Where a gateway listens: addresses of this machine, and ports that nobody gets by chance.
// Pure but for asking the kernel; may be called from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace panko {

/// The address that `--bind` names, in the kernel's own spelling; empty for plain loopback. An error unless this
/// machine has the address; 0.0.0.0 and :: mean all that it has.
[[nodiscard]] Result<std::string> check_bind_address(const std::string& address);

/// What to listen at, for a bind address as above.
[[nodiscard]] std::string listening_address(const std::string& bind);

/// "http://HOST:PORT" for visitors, IPv6 in brackets; for all addresses, the first one that is not loopback.
[[nodiscard]] std::string base_url_of(const std::string& bind, std::uint16_t port);

using PortRange = std::pair<std::uint16_t, std::uint16_t>;  // both included

/// The ports that the kernel gives to anybody who asks for none in particular.
[[nodiscard]] std::optional<PortRange> ephemeral_ports();

/// A port to try: from 20000 to 29999, outside the ephemeral range. A tunnel that outlives its daemon points at this
/// port, so no other program should get it by chance meanwhile.
[[nodiscard]] std::uint16_t random_gateway_port(const std::optional<PortRange>& avoid);

}  // namespace panko
