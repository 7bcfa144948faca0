// Wakes a thread that waits in poll(): raised by any thread, it stays readable until it is taken back. Throws Failure
// when it is made and no descriptor is left.
#pragma once

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <cerrno>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/result.hpp"

namespace panko {

class WakeFlag {
 public:
  WakeFlag() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!fd_) throw Failure(fmt::format("Cannot make an eventfd: {}.", describe_errno(errno)));
  }
  [[nodiscard]] int fd() const { return fd_.get(); }
  void raise() const { ::eventfd_write(fd(), 1); }
  void take_back() const {
    eventfd_t count = 0;
    ::eventfd_read(fd(), &count);
  }

 private:
  Fd fd_;
};

}  // namespace panko
