// The program that a daemon becomes by `serve --restart`: asked whether it could take over, then put in our place.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/places.hpp"
#include "daemon/handover.hpp"

namespace panko {

/// What `serve --self-check` prints: one JSON object with build, protocol and version of the handover. Throws Failure
/// when this program could not serve here: config.toml, state.db.
[[nodiscard]] std::string self_check(const Places& places);

/// Asks the program at this path by `serve --self-check`. The error is a sentence: what is wrong with it. For a worker:
/// it blocks, at most for `time`, and not once the descriptor `stop` is readable.
[[nodiscard]] Result<void> check_next_program(const std::filesystem::path& program, std::chrono::milliseconds time,
                                              int stop = -1);

struct NextProgram {
  std::filesystem::path path;
  bool foreground = false;
  std::string search_path;    // PATH; empty: ours
  std::string notify_socket;  // empty: none
};

/// Replaces this process's program. Comes back only when that failed; nothing has changed then. SIGTERM and SIGINT wait
/// from now on (process.hpp), for the next program or until this one goes on.
[[nodiscard]] Failure exec_next_program(const NextProgram& next, const Handover& handover);

}  // namespace panko
