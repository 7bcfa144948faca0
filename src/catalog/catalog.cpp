#include "catalog/catalog.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "catalog/index.hpp"

namespace panko {

std::vector<SessionFile> find_session_files() {
  std::vector<SessionFile> files;
  for (const Agent* agent : all_agents()) {
    for (std::filesystem::path& path : agent->find_sessions()) {
      struct stat status{};
      if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
      files.push_back({.path = std::move(path),
                       .agent = agent,
                       .size = static_cast<std::uint64_t>(status.st_size),
                       .modified_at = stamp_of(status).modified_at()});
    }
  }
  std::ranges::sort(files, [](const SessionFile& a, const SessionFile& b) {
    return a.modified_at != b.modified_at ? a.modified_at > b.modified_at : a.path.native() < b.path.native();
  });
  return files;
}

}  // namespace panko
