#include "daemon/announcement.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/log.hpp"
#include "base/text.hpp"

namespace panko {

void ReadyPipe::running(pid_t pid) {
  tell(fmt::format("running {}", pid));
}

void ReadyPipe::error(std::string_view sentence) {
  // One write of at most PIPE_BUF bytes: it does not block and is not torn.
  tell(fmt::format("error {}", truncate_utf8(squeeze_white_space(sentence), 2000)));
}

void ReadyPipe::tell(std::string_view line) {
  if (!pipe_) return;
  const std::string bytes = std::string(line) + '\n';
  if (::write(pipe_.get(), bytes.data(), bytes.size()) < 0) log_info("The client that started the daemon is gone.");
  close();
}

void ReadyPipe::close() {
  // As one of the standard streams the pipe keeps its number: the next file opened must not become standard input.
  if (pipe_ && pipe_.get() <= STDERR_FILENO) {
    const Fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    if (null) ::dup2(null.get(), pipe_.release());
  }
  pipe_.reset();
}

ServiceManager::ServiceManager() {
  if (const char* address = std::getenv("NOTIFY_SOCKET")) address_ = address;
  ::unsetenv("NOTIFY_SOCKET");
}

void ServiceManager::tell(std::string_view state) const {
  sockaddr_un address{};
  if (address_.empty() || address_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, address_.data(), address_.size());
  if (address_.front() == '@') address.sun_path[0] = '\0';  // the abstract name space
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  const Fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket || ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
                          reinterpret_cast<const sockaddr*>(&address), size) < 0)
    log_warning(fmt::format("The service manager did not take {}.", state));
}

std::string reloading_state() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1'000'000 + now.tv_nsec / 1000);
}

}  // namespace panko
