#include "daemon/daemon_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <charconv>

#include "base/files.hpp"

namespace panko {

std::optional<DaemonLock> DaemonLock::take(const std::filesystem::path& path) {
  // Never unlinked: whoever held the old file and whoever makes a new one would both believe that they are alone.
  Fd file{::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!file) throw Failure(fmt::format("Cannot open {}: {}.", path.native(), describe_errno(errno)));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::nullopt;
    throw Failure(fmt::format("Cannot lock {}: {}.", path.native(), describe_errno(errno)));
  }
  // The lock is what counts; on a full disk the pid is missing from it and holder() says 0.
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file.get(), 0) == 0 && ::pwrite(file.get(), pid.data(), pid.size(), 0) < 0)
    (void)::ftruncate(file.get(), 0);
  return DaemonLock(std::move(file));
}

pid_t DaemonLock::holder(const std::filesystem::path& path) {
  const std::string content = read_file(path, 64).value_or("");
  pid_t pid = 0;
  std::from_chars(content.data(), content.data() + content.size(), pid);
  return pid;
}

}  // namespace panko
