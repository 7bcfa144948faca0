// Sockets that listen, at a port or at a path. Non-blocking and close-on-exec. Throws Failure.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/fd.hpp"

namespace panko {

/// At an IP address. Holds nothing when the port is taken.
[[nodiscard]] Fd listen_at_port(const std::string& address, std::uint16_t port);

/// At a Unix socket that nobody but this user may use (0600), in the place of one that an earlier program left there.
[[nodiscard]] Fd listen_at_path(const std::filesystem::path& path);

/// This machine's side of a socket.
struct LocalEnd {
  boost::asio::generic::stream_protocol protocol{0, 0};
  std::string address{};         // in numbers; an IPv4 address stays one on an IPv6 socket. Empty: a Unix socket
  std::uint16_t port = 0;        // 0: a Unix socket
  std::filesystem::path path{};  // of a Unix socket
};
[[nodiscard]] LocalEnd local_end_of(int socket);

}  // namespace panko
