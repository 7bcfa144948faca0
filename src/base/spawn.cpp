#include "base/spawn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {  // glibc 2.36 forgot it in this one
#include <sys/pidfd.h>
}

#include <cassert>
#include <cerrno>

#include "base/files.hpp"

namespace panko {

namespace {

/// posix_spawn's two parameter objects, set up as every child of ours needs them.
class Recipe {
 public:
  Recipe(int input, int output, int errors) {
    assert((input == -1 || input > 2) && (output == -1 || output > 2) && (errors == -1 || errors > 2));
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);

    if (input < 0) {
      posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    } else {
      posix_spawn_file_actions_adddup2(&actions_, input, 0);
    }
    if (output < 0) {
      posix_spawn_file_actions_addopen(&actions_, 1, "/dev/null", O_WRONLY, 0);
    } else {
      posix_spawn_file_actions_adddup2(&actions_, output, 1);
    }
    posix_spawn_file_actions_adddup2(&actions_, errors < 0 ? 1 : errors, 2);
    // Ours are close-on-exec; this also holds for those that we inherited, and for sockets that Asio just accepted.
    posix_spawn_file_actions_addclosefrom_np(&actions_, 3);

    sigset_t all;
    sigfillset(&all);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  Recipe(const Recipe&) = delete;
  Recipe& operator=(const Recipe&) = delete;
  ~Recipe() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (const auto& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

Result<SpawnedProcess> spawn_program(const SpawnOptions& options) {
  assert(!options.arguments.empty());
  const auto& program = options.arguments.front();
  const Recipe recipe(options.input, options.output, options.errors);
  const auto arguments = pointers(options.arguments);
  const auto environment = options.environment ? pointers(*options.environment) : std::vector<char*>{};

  SpawnedProcess process;
  const int error = ::posix_spawnp(&process.pid, program.c_str(), recipe.actions(), recipe.attributes(),
                                   arguments.data(), options.environment ? environment.data() : environ);
  if (error != 0) return fail(fmt::format("Cannot run {}: {}.", program, describe_errno(error)));

  // Nobody has reaped the child yet, so the number is still its own.
  process.pidfd = Fd(::pidfd_open(process.pid, 0));
  if (!process.pidfd) {
    const int reason = errno;
    ::kill(process.pid, SIGKILL);
    ::waitpid(process.pid, nullptr, 0);
    return fail(fmt::format("Cannot watch {}: {}.", program, describe_errno(reason)));
  }
  return process;
}

}  // namespace panko
