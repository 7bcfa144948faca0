#include "client/line_socket.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "base/files.hpp"
#include "protocol/address.hpp"

namespace panko {

namespace {

constexpr timeval kConnectTime{.tv_sec = 5, .tv_usec = 0};

Failure failure(const std::filesystem::path& path) {
  return Failure(fmt::format("Cannot connect to the daemon at {}: {}.", path.native(), describe_errno(errno)));
}

/// False: there is none.
bool check_owner(const std::filesystem::path& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return false;
    throw failure(path);
  }
  if (!S_ISSOCK(status.st_mode)) throw Failure(fmt::format("{} is not a socket; move it away.", path.native()));
  if (status.st_uid != ::geteuid())
    throw Failure(fmt::format("{} belongs to another user; set PANKO_HOME to a directory of your own.", path.native()));
  return true;
}

}  // namespace

Deadline deadline_in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

int milliseconds_until(std::optional<Deadline> deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, INT_MAX));
}

std::optional<LineSocket> LineSocket::connect(const std::filesystem::path& path) {
  const sockaddr_un address = value_or_throw(protocol::socket_address(path));
  if (!check_owner(path)) return std::nullopt;
  Fd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!socket) throw failure(path);
  // A daemon with all the clients that it takes leaves us in its backlog; a full backlog makes connect() wait.
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &kConnectTime, sizeof kConnectTime);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ECONNREFUSED || errno == ENOENT) return std::nullopt;
    if (errno == EAGAIN) throw Failure("The daemon has too many clients; end some of them, or try again.");
    throw failure(path);
  }
  const auto peer = protocol::peer_of(socket.get());
  if (!peer || peer->uid != ::geteuid())
    throw Failure(
        fmt::format("Another user's process listens at {}; set PANKO_HOME to a directory of your own.", path.native()));
  return LineSocket(std::move(socket), peer->pid);
}

bool wait_for(int fd, short events, std::optional<Deadline> deadline, int interrupt) {
  std::array<pollfd, 2> fds{
      {{.fd = fd, .events = events, .revents = 0}, {.fd = interrupt, .events = POLLIN, .revents = 0}}};
  while (::poll(fds.data(), fds.size(), milliseconds_until(deadline)) <= 0)
    if (deadline && std::chrono::steady_clock::now() >= *deadline) return false;
  if (fds[1].revents != 0) throw Interrupted();
  return true;
}

void LineSocket::send(std::string_view line, Deadline deadline, int interrupt) {
  while (!line.empty()) {
    const ssize_t sent = ::send(socket_.get(), line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      line.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      wait(POLLOUT, deadline, interrupt);
    } else if (errno != EINTR) {
      return;
    }
  }
}

std::optional<std::string> LineSocket::receive(std::optional<Deadline> deadline, int interrupt) {
  std::array<char, 16384> chunk;
  for (;;) {
    if (auto line = lines_.next()) {
      if (!line->has_value()) throw Failure("The daemon's answer cannot be read: " + line->error().message);
      return std::move(**line);
    }
    const ssize_t got = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got > 0) {
      lines_.feed({chunk.data(), static_cast<std::size_t>(got)});
    } else if (got < 0 && errno == EAGAIN) {
      wait(POLLIN, deadline, interrupt);
    } else if (got == 0 || errno != EINTR) {
      return std::nullopt;
    }
  }
}

void LineSocket::wait(short events, std::optional<Deadline> deadline, int interrupt) const {
  if (!wait_for(fd(), events, deadline, interrupt))
    throw Failure(
        fmt::format("The daemon (pid {}) does not answer; look into its log, or end it with: kill {}", peer_, peer_));
}

}  // namespace panko
