#include "desktop/helper_program.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "base/fd.hpp"
#include "base/spawn.hpp"

namespace panko {

bool run_helper(std::vector<std::string> arguments, std::string_view input, std::chrono::milliseconds time) {
  // A file rather than a pipe: a helper that does not read cannot keep us waiting.
  const Fd file(::memfd_create("panko", MFD_CLOEXEC));
  if (!file || ::write(file.get(), input.data(), input.size()) != static_cast<ssize_t>(input.size()) ||
      ::lseek(file.get(), 0, SEEK_SET) != 0)
    return false;
  const auto process = spawn_program({.arguments = std::move(arguments), .environment = {}, .input = file.get()});
  if (!process) return false;

  pollfd ended{.fd = process->pidfd.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ended, 1, static_cast<int>(time.count())) != 1) ::kill(-process->pid, SIGKILL);
  int status = 0;
  return ::waitpid(process->pid, &status, 0) == process->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace panko
