// Starts a program beside this one: in a session of its own, with signals as by default and no descriptor of ours but
// those that it is given. The caller reaps it, or leaves it behind. Thread-safe; waits only for the exec.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace panko {

struct SpawnOptions {
  std::vector<std::string> arguments;                   // the program first; without a slash it is searched on PATH
  std::optional<std::vector<std::string>> environment;  // "NAME=value"; absent: ours
  int input = -1;                                       // becomes standard input; -1: /dev/null
  int output = -1;                                      // becomes standard output; -1: /dev/null
  int errors = -1;                                      // becomes standard error; -1: the same as output
};

struct SpawnedProcess {
  pid_t pid = 0;
  Fd pidfd;  // readable once the process has ended
};

/// The error says which program cannot be run and why (missing, not executable, ...).
[[nodiscard]] Result<SpawnedProcess> spawn_program(const SpawnOptions& options);

}  // namespace panko
