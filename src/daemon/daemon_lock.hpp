// daemon.lock: held by the daemon for life, and before it touches the database or the socket. Two daemons cannot be.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "base/fd.hpp"

namespace panko {

class DaemonLock {
 public:
  /// nullopt: another process holds it, see holder(). Throws Failure when the file cannot be used.
  [[nodiscard]] static std::optional<DaemonLock> take(const std::filesystem::path& path);

  /// Holds it for as long as it is open, whichever program has it.
  [[nodiscard]] Fd take_descriptor() { return std::move(file_); }

  /// Who holds it; 0 when that is not known yet.
  [[nodiscard]] static pid_t holder(const std::filesystem::path& path);

 private:
  explicit DaemonLock(Fd file) : file_(std::move(file)) {}

  Fd file_;
};

}  // namespace panko
