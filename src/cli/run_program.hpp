// Asks one of the system's own tools: runs a program to its end and keeps what it said. It gets no terminal and no
// input, so that it cannot ask back. Blocking, with a deadline; for the one thread of a command.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace panko::cli {

struct ProgramRun {
  int status = -1;     // as it exited; -1: a signal ended it
  std::string output;  // both streams, at most 64 KiB
};

/// The error: it cannot be run, or did not end in time (it is killed then).
[[nodiscard]] Result<ProgramRun> run_program(const std::vector<std::string>& arguments, std::chrono::milliseconds time);

/// A word for a shell to read: in quotes where it needs them.
[[nodiscard]] std::string shell_word(std::string_view word);

}  // namespace panko::cli
