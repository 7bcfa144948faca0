// A desktop's own small programs, run for what they do at once.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace panko {

/// Runs the program with `input` as its standard input and waits until it ends, for `time` at most; then it is killed.
/// True when it was there and ended with status 0. What it left running in the background goes on.
[[nodiscard]] bool run_helper(std::vector<std::string> arguments, std::string_view input,
                              std::chrono::milliseconds time);

/// Starts the program and gives it `time` to fail. True when it was there and ended with status 0, or is still at it:
/// then it goes on, and nobody waits for it any more.
[[nodiscard]] bool start_helper(std::vector<std::string> arguments, std::chrono::milliseconds time);

/// The variable's value; empty when it is not set.
[[nodiscard]] std::string environment_variable(const char* name);

}  // namespace panko
