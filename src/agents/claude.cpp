#include "agents/claude.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "agents/safe_name.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> roots() {
  std::vector<fs::path> roots;
  const auto add = [&](const fs::path& root) {
    if (std::ranges::find(roots, root) == roots.end()) roots.push_back(root);
  };
  const char* configured = std::getenv("CLAUDE_CONFIG_DIR");
  const char* home = std::getenv("HOME");
  const bool has_home = home != nullptr && *home != '\0';
  if (configured != nullptr && *configured != '\0') {
    add(configured);
  } else if (has_home) {
    add(fs::path(home) / ".claude");
  }
  if (has_home) add(fs::path(home) / ".config" / "claude");
  return roots;
}

std::vector<fs::path> find_sessions() {
  std::vector<fs::path> found;
  for (const fs::path& root : roots()) {
    std::error_code error;
    for (fs::directory_iterator project(root / "projects", error), end; !error && project != end;
         project.increment(error)) {
      std::error_code ignored;
      if (!project->is_directory(ignored)) continue;
      for (fs::directory_iterator file(project->path(), ignored); !ignored && file != fs::directory_iterator();
           file.increment(ignored)) {
        std::error_code unknown;
        if (file->path().extension() == ".jsonl" && is_uuid(file->path().stem().native()) &&
            file->is_regular_file(unknown))
          found.push_back(file->path());
      }
    }
  }
  return found;
}

/// Below a project's folder lie folders of side files: no sessions.
std::vector<SessionRoot> session_roots() {
  std::vector<SessionRoot> found;
  for (const fs::path& root : roots()) found.push_back({.directory = root / "projects", .levels = 1});
  return found;
}

}  // namespace

constinit const Agent kClaude{
    .id = "claude",
    .name = "Claude Code",
    .find_sessions = find_sessions,
    .session_roots = session_roots,
    .recognises = recognises_claude,
    .summarise = summarise_claude,
    .digest = digest_claude,
    .read = read_claude,
    .load = load_claude,
    .load_image = load_claude_image,
};

}  // namespace panko
