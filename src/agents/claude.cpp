#include "agents/claude.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <system_error>
#include <utility>

#include "agents/claude_side_files.hpp"
#include "agents/safe_name.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

/// The folders of projects, without links: the daemon knows a session by its real path, and two links to one folder
/// would show each session twice.
std::vector<fs::path> roots() {
  std::vector<fs::path> roots;
  const auto add = [&](const fs::path& root) {
    std::error_code error;
    fs::path projects = fs::weakly_canonical(root / "projects", error);
    if (error) projects = root / "projects";
    if (std::ranges::find(roots, projects) == roots.end()) roots.push_back(std::move(projects));
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

/// Calls `visit` with each regular file whose name ends in .jsonl in the folders of all projects.
void for_each_file(const std::function<void(const fs::path&)>& visit) {
  for (const fs::path& root : roots()) {
    std::error_code error;
    for (fs::directory_iterator project(root, error), end; !error && project != end; project.increment(error)) {
      std::error_code ignored;
      if (!project->is_directory(ignored)) continue;
      for (fs::directory_iterator file(project->path(), ignored); !ignored && file != fs::directory_iterator();
           file.increment(ignored)) {
        std::error_code unknown;
        if (file->path().extension() == ".jsonl" && file->is_regular_file(unknown)) visit(file->path());
      }
    }
  }
}

std::vector<fs::path> find_sessions() {
  std::vector<fs::path> found;
  for_each_file([&](const fs::path& file) {
    if (is_uuid(file.stem().native())) found.push_back(file);
  });
  return found;
}

/// Up to 2.0 sub-agents lay beside all sessions of the project.
std::vector<StraySideFile> stray_side_files() {
  std::vector<StraySideFile> found;
  for_each_file([&](const fs::path& file) {
    if (!file.stem().native().starts_with("agent-")) return;
    if (const auto session = claude_session_of(file)) found.push_back({.path = file, .session = *session});
  });
  return found;
}

/// Below a project's folder lie folders of side files: no sessions.
std::vector<SessionRoot> session_roots() {
  std::vector<SessionRoot> found;
  for (const fs::path& root : roots()) found.push_back({.directory = root, .levels = 1});
  return found;
}

}  // namespace

constinit const Agent kClaude{
    .id = "claude",
    .name = "Claude Code",
    .find_sessions = find_sessions,
    .session_roots = session_roots,
    .side_files = claude_side_files,
    .stray_side_files = stray_side_files,
    .recognises = recognises_claude,
    .summarise = summarise_claude,
    .digest = digest_claude,
    .read = read_claude,
    .follow = follow_claude,
    .load = load_claude,
    .load_image = load_claude_image,
};

}  // namespace panko
