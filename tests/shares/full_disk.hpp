// While it lives, no file of this process takes a write: what a full disk is to a database.
#pragma once

#include <sys/resource.h>

#include <csignal>

namespace panko::test {

class FullDisk {
 public:
  FullDisk() {
    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGXFSZ, &ignore, &handler_);
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    struct rlimit none = limit_;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    ::sigaction(SIGXFSZ, &handler_, nullptr);
  }

 private:
  struct rlimit limit_{};
  struct sigaction handler_{};
};

}  // namespace panko::test
