#include "daemon/control_socket.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.hpp"
#include "protocol/address.hpp"

namespace panko {

namespace {

Failure failure(std::string_view what, const std::filesystem::path& path) {
  return Failure(fmt::format("Cannot {} {}: {}.", what, path.native(), describe_errno(errno)));
}

Fd make_socket(const std::filesystem::path& path) {
  Fd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!socket) throw failure("make the socket", path);
  return socket;
}

/// umask is the process's: no other thread runs when the daemon binds.
class NarrowUmask {
 public:
  NarrowUmask() : old_(::umask(0177)) {}
  ~NarrowUmask() { ::umask(old_); }
  NarrowUmask(const NarrowUmask&) = delete;
  NarrowUmask& operator=(const NarrowUmask&) = delete;

 private:
  mode_t old_;
};

void remove_stale(const std::filesystem::path& path, const sockaddr_un& address) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode))
    throw Failure(fmt::format("{} is not a socket; move it away, panko listens there.", path.native()));
  // Whoever removes the lock's file takes the lock from a daemon that lives; its socket is still its own.
  const Fd probe = make_socket(path);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    throw Failure(fmt::format("A daemon answers at {} though its lock is gone; end it with: kill {}", path.native(),
                              protocol::peer_of(probe.get()).value_or(protocol::Peer{}).pid));
  if (::unlink(path.c_str()) != 0) throw failure("remove the old socket", path);
}

}  // namespace

ControlSocket ControlSocket::listen(const std::filesystem::path& path) {
  const sockaddr_un address = value_or_throw(protocol::socket_address(path));
  remove_stale(path, address);
  Fd socket = make_socket(path);
  {
    const NarrowUmask narrow;
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw failure("make the socket", path);
  }
  ControlSocket result(path, std::move(socket));
  if (::listen(result.fd_.get(), SOMAXCONN) != 0) throw failure("listen on", path);
  return result;
}

ControlSocket::~ControlSocket() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

}  // namespace panko
