#include "daemon/process.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>

#include "base/files.hpp"
#include "base/memory.hpp"
#include "base/result.hpp"

namespace panko {

namespace {

constexpr rlim_t kDescriptors = 4096;

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kDescriptors) return;
  limit.rlim_cur = std::min(limit.rlim_max, kDescriptors);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

sigset_t end_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

void detach_from_starter() {
  const pid_t child = ::fork();
  if (child < 0) throw Failure(fmt::format("Cannot start a process for the daemon: {}.", describe_errno(errno)));
  if (child > 0) ::_exit(0);
  (void)::chdir("/");
}

void set_up_process() {
  ::umask(077);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);
  raise_descriptor_limit();
  if (!kSanitized) {  // they look into the process with ptrace
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
    // What a large session took goes back to the system: few arenas, and none keeps a large free top.
    ::mallopt(M_ARENA_MAX, 2);
    ::mallopt(M_TRIM_THRESHOLD, 1 << 20);
  }
}

void hold_end_signals() {
  const sigset_t set = end_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void heed_end_signals() {
  const sigset_t set = end_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::uint64_t count_open_descriptors() {
  std::error_code error;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end; entry != end; entry.increment(error))
    ++count;
  return count > 0 ? count - 1 : 0;  // the one that looks
}

}  // namespace panko
