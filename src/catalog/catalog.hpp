// The session files of this user, whichever agent wrote them, as the directories have them. Opens no file. May be
// called from any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "agents/agent.hpp"
#include "base/clock.hpp"

namespace panko {

/// What the directory says of a session's file, without opening it.
struct SessionFile {
  std::filesystem::path path;
  const Agent* agent = nullptr;
  std::uint64_t size = 0;
  WallTime modified_at;
};

/// Newest first. Files that vanish meanwhile are left out.
[[nodiscard]] std::vector<SessionFile> find_session_files();

}  // namespace panko
