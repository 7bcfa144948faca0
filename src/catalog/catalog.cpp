#include "catalog/catalog.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "agents/transcript.hpp"

namespace panko {

namespace {

WallTime wall_time_of(const timespec& time) {
  return WallTime(std::chrono::seconds(time.tv_sec) + std::chrono::milliseconds(time.tv_nsec / 1'000'000));
}

}  // namespace

std::vector<SessionFile> find_session_files() {
  std::vector<SessionFile> files;
  for (const Agent* agent : all_agents()) {
    for (std::filesystem::path& path : agent->find_sessions()) {
      struct stat status{};
      if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
      files.push_back({.path = std::move(path),
                       .agent = agent,
                       .size = static_cast<std::uint64_t>(status.st_size),
                       .modified_at = wall_time_of(status.st_mtim)});
    }
  }
  std::ranges::sort(files, [](const SessionFile& a, const SessionFile& b) {
    return a.modified_at != b.modified_at ? a.modified_at > b.modified_at : a.path < b.path;
  });
  return files;
}

Result<Session> look_at(const SessionFile& file) {
  auto peek = peek_session(file.path);
  if (!peek) return std::unexpected(std::move(peek.error()));
  Session session{.file = file, .summary = std::move(peek->summary)};
  session.file.agent = peek->agent;
  return session;
}

}  // namespace panko
