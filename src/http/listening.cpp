#include "http/listening.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/files.hpp"
#include "base/result.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

constexpr int kBacklog = 512;

Failure cannot_listen(const std::filesystem::path& path, std::string_view why) {
  return Failure(fmt::format("Cannot listen at {}: {}.", path.native(), why));
}

/// In a directory that is nobody else's, and only one daemon at a time uses it: whose socket lies there is gone.
void remove_old_socket(const std::filesystem::path& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) throw cannot_listen(path, "something that is no socket is there; move it away");
  if (::unlink(path.c_str()) != 0) throw cannot_listen(path, describe_errno(errno));
}

std::string in_words(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

Fd listen_at_port(const std::string& address, std::uint16_t port) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) throw Failure(fmt::format("\"{}\" is no IP address to listen at.", address));
  const asio::ip::tcp::endpoint endpoint(ip, port);
  const auto refused = [&](int code) {
    return Failure(fmt::format("Cannot listen at {} port {}: {}.", address, port, describe_errno(code)));
  };

  Fd fd(::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!fd) throw refused(errno);
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    if (errno == EADDRINUSE) return {};
    throw refused(errno);
  }
  return fd;
}

Fd listen_at_path(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& name = path.native();
  const auto longest = sizeof address.sun_path - 1;
  if (name.size() > longest) {
    throw cannot_listen(path, fmt::format("the path has {} bytes, and {} is the limit for a socket; set PANKO_HOME to "
                                          "a directory with a shorter path",
                                          name.size(), longest));
  }
  std::ranges::copy(name, address.sun_path);

  remove_old_socket(path);
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // The file that bind makes has the mode of the socket.
  if (!fd || ::fchmod(fd.get(), 0600) != 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd.get(), kBacklog) != 0)
    throw cannot_listen(path, describe_errno(errno));
  return fd;
}

LocalEnd local_end_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  LocalEnd end{.protocol = {storage.ss_family, 0}};
  if (storage.ss_family == AF_UNIX) {
    end.path = reinterpret_cast<const sockaddr_un&>(storage).sun_path;
    return end;
  }
  asio::ip::tcp::endpoint endpoint;
  std::copy_n(reinterpret_cast<const char*>(&storage), std::min<std::size_t>(size, endpoint.capacity()),
              reinterpret_cast<char*>(endpoint.data()));
  endpoint.resize(size);
  end.address = in_words(endpoint.address());
  end.port = endpoint.port();
  return end;
}

}  // namespace panko
