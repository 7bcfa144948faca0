// The Unix socket's name and who is at its other end. The one place that knows sockaddr_un and SO_PEERCRED.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include <filesystem>
#include <optional>

#include "base/result.hpp"

namespace panko::protocol {

/// Refuses a path that does not fit into sun_path; the sentence names the path and the limit.
[[nodiscard]] Result<sockaddr_un> socket_address(const std::filesystem::path& path);

struct Peer {
  pid_t pid;
  uid_t uid;
};
/// Of a connected socket: the process that connected, or the one that listens.
[[nodiscard]] std::optional<Peer> peer_of(int socket);

}  // namespace panko::protocol
