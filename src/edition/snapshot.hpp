// What is fixed about a session at the moment when it is shared. Reads only the head and the tail of the file: cheap at
// any size, but it blocks; may be called from any thread.
#pragma once

#include <filesystem>
#include <string>

#include "agents/transcript.hpp"
#include "base/result.hpp"

namespace panko {

struct SharedSession {
  std::filesystem::path path;  // canonical: without links
  std::string id;
  std::string directory;  // where its agent worked, as it says; empty: it does not
  std::string title;      // the session's, else the stem of its file; one line of valid UTF-8
  Snapshot snapshot;
};

/// The session at `path` as it is now. The error is one sentence: missing, a directory, of another user, no session.
[[nodiscard]] Result<SharedSession> prepare_share(const std::filesystem::path& path);

}  // namespace panko
