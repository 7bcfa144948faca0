// `panko check`: whether a file is a session, and how well it can be read. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace panko {

struct CheckReport {
  std::string id;
  std::string_view agent;    // its id: "claude"
  std::uint64_t blocks = 0;  // of the main line, branches and sub-agents
  std::chrono::seconds duration{0};
  std::uint64_t unreadable_lines = 0;
};

/// An error when it is no session or cannot be read at all; damaged lines are counted.
[[nodiscard]] Result<CheckReport> check_session(const std::filesystem::path& path);

}  // namespace panko
