#include "desktop/helper_program.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/fd.hpp"
#include "base/spawn.hpp"

namespace panko {

namespace {

bool ends_within(const SpawnedProcess& process, std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd ended{.fd = process.pidfd.get(), .events = POLLIN, .revents = 0};
    const int found = ::poll(&ended, 1, std::max(0, static_cast<int>(left.count())));
    if (found >= 0 || errno != EINTR) return found == 1;
  }
}

bool succeeded(const SpawnedProcess& process) {
  int status = 0;
  return ::waitpid(process.pid, &status, 0) == process.pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

bool run_helper(std::vector<std::string> arguments, std::string_view input, std::chrono::milliseconds time) {
  // A file rather than a pipe: a helper that does not read cannot keep us waiting.
  const Fd file(::memfd_create("panko", MFD_CLOEXEC));
  if (!file || ::write(file.get(), input.data(), input.size()) != static_cast<ssize_t>(input.size()) ||
      ::lseek(file.get(), 0, SEEK_SET) != 0)
    return false;
  const auto process = spawn_program({.arguments = std::move(arguments), .environment = {}, .input = file.get()});
  if (!process) return false;

  if (!ends_within(*process, time)) ::kill(-process->pid, SIGKILL);
  return succeeded(*process);
}

bool start_helper(std::vector<std::string> arguments, std::chrono::milliseconds time) {
  const auto process = spawn_program({.arguments = std::move(arguments), .environment = {}});
  return process && (!ends_within(*process, time) || succeeded(*process));
}

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace panko
