#include "protocol/address.hpp"

#include <fmt/format.h>

#include <cstring>

namespace panko::protocol {

Result<sockaddr_un> socket_address(const std::filesystem::path& path) {
  sockaddr_un address{};
  const std::string& name = path.native();
  constexpr std::size_t kLimit = sizeof address.sun_path - 1;
  if (name.size() > kLimit)
    return fail(
        fmt::format("The socket's path {} has {} bytes and at most {} are possible; set PANKO_HOME to a directory with "
                    "a shorter path.",
                    name, name.size(), kLimit));
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  return address;
}

std::optional<Peer> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  return Peer{.pid = credentials.pid, .uid = credentials.uid};
}

}  // namespace panko::protocol
