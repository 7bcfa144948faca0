// Every session of this user, whichever agent wrote it, newest first. Reads only heads and tails of files; nothing is
// kept. May be called from any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agents/agent.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace panko {

/// What the directory says of a session's file, without opening it.
struct SessionFile {
  std::filesystem::path path;
  const Agent* agent = nullptr;
  std::uint64_t size = 0;
  WallTime modified_at;
};

struct Session {
  SessionFile file;
  Summary summary;
};

/// Newest first. Files that vanish meanwhile are left out.
[[nodiscard]] std::vector<SessionFile> find_session_files();

/// Opens the file: what a list shows of it. The error is one sentence (no session, no permission, gone).
[[nodiscard]] Result<Session> look_at(const SessionFile& file);

}  // namespace panko
