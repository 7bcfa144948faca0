#include "agents/gemini.hpp"

#include <cstdlib>
#include <system_error>

namespace panko {

namespace fs = std::filesystem;

namespace {

/// Folders of projects, each with a folder of chats.
fs::path root() {
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  // Without links: the daemon knows a session by its real path.
  std::error_code error;
  const fs::path folder = fs::path(home) / ".gemini" / "tmp";
  fs::path real = fs::weakly_canonical(folder, error);
  return error ? folder : real;
}

std::vector<SessionRoot> session_roots() {
  fs::path place = root();
  if (place.empty()) return {};
  return {{.directory = std::move(place), .levels = 2}};
}

std::vector<fs::path> find_sessions() {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator project(root(), error), end; !error && project != end; project.increment(error)) {
    std::error_code ignored;
    for (fs::directory_iterator file(project->path() / "chats", ignored); !ignored && file != fs::directory_iterator();
         file.increment(ignored)) {
      std::error_code unknown;
      const fs::path extension = file->path().extension();
      if ((extension == ".json" || extension == ".jsonl") && file->is_regular_file(unknown))
        found.push_back(file->path());
    }
  }
  return found;
}

}  // namespace

constinit const Agent kGemini{
    .id = "gemini",
    .name = "Gemini CLI",
    .find_sessions = find_sessions,
    .session_roots = session_roots,
    .recognises = recognises_gemini,
    .record_lists = gemini_record_lists,
    .summarise = summarise_gemini,
    .digest = digest_gemini,
    .read = read_gemini,
    .follow = follow_gemini,
    .load = load_gemini,
    .load_image = load_gemini_image,
};

}  // namespace panko
