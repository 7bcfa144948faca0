// Runs a program to its end on the loop and keeps what it said: for the short commands by which providers are asked
// things. It ends at the deadline at the latest, and with the coroutine that waits for it.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace panko {

struct ProgramRun {
  std::vector<std::string> arguments;                     // the program first; no secret
  std::optional<std::vector<std::string>> environment{};  // absent: what tunnel programs get (child_environment)
  std::string input{};                                    // secrets may go here; at most 60 KiB
  std::chrono::milliseconds time{2000};
  std::size_t output_bytes = std::size_t{256} << 10;  // of each stream; the rest is thrown away
};

struct ProgramResult {
  std::optional<int> exit_status{};  // nullopt: killed by a signal, or by us when its time was over
  bool timed_out = false;
  std::string output{};
  std::string errors{};
};

/// The error: it cannot be run at all.
[[nodiscard]] boost::asio::awaitable<Result<ProgramResult>> run_program(ProgramRun run);

/// What a tunnel program may see of our environment: PATH, HOME, LANG, TZ, proxies, and `more` ("NAME=value").
[[nodiscard]] std::vector<std::string> child_environment(std::vector<std::string> more = {});

}  // namespace panko
