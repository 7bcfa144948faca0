#include "agents/pi.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "agents/json_lines.hpp"
#include "agents/notes_outline.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr RecordFormat kFormat{.note = note_pi, .load_tool = load_pi_tool, .is_tree = true};

/// Folders of sessions, which lie in one folder a project, or all in it.
std::vector<SessionRoot> session_roots() {
  std::vector<SessionRoot> found;
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value == nullptr ? "" : value);
  };
  const auto add = [&](const fs::path& place) {
    // Without links: the daemon knows a session by its real path.
    std::error_code error;
    fs::path real = fs::weakly_canonical(place, error);
    if (error) real = place;
    if (std::ranges::find(found, real, &SessionRoot::directory) == found.end())
      found.push_back({.directory = std::move(real), .levels = 1});
  };
  const fs::path home = variable("HOME");
  if (const fs::path sessions = variable("PI_CODING_AGENT_SESSION_DIR"); !sessions.empty()) add(sessions);
  if (const fs::path folder = variable("PI_CODING_AGENT_DIR"); !folder.empty()) {
    add(folder / "sessions");
  } else if (!home.empty()) {
    add(home / ".pi/agent/sessions");
  }
  if (!home.empty()) add(home / ".omp/agent/sessions");
  return found;
}

void add_files(const fs::path& folder, unsigned levels, std::vector<fs::path>& found) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      if (levels > 0) add_files(entry->path(), levels - 1, found);
    } else if (entry->path().extension() == ".jsonl" && entry->is_regular_file(ignored)) {
      found.push_back(entry->path());
    }
  }
}

std::vector<fs::path> find_sessions() {
  std::vector<fs::path> found;
  for (const SessionRoot& root : session_roots()) add_files(root.directory, root.levels, found);
  return found;
}

bool is_header(const JsonValue& object) {
  return object["type"].body() == "session" && object["id"].is_string() && object["timestamp"].is_string() &&
         object["cwd"].is_string();
}

}  // namespace

bool recognises_pi(std::string_view head) {
  constexpr std::size_t kSniffedRecords = 5;  // a title may stand in front of the header
  bool found = false;
  const auto seen = read_first_records(head, kSniffedRecords, [&](const JsonValue& record) {
    found = is_header(record);
    return !found;
  });
  return seen && found;
}

constinit const Agent kPi{
    .id = "pi",
    .name = "pi",
    .find_sessions = find_sessions,
    .session_roots = session_roots,
    .recognises = recognises_pi,
    .summarise = [](const Source& source,
                    const fs::path& path) { return summarise_noted_lines(kFormat, source, path); },
    .digest = [](const Source& source, const fs::path& path,
                 DigestProgress& progress) { return digest_noted_lines(kFormat, source, path, progress); },
    .read = [](const Source& source, const fs::path& path,
               const ReadLimits& limits) { return read_noted_lines(kFormat, source, path, limits); },
    .follow = [](const fs::path& path) { return follow_noted_lines(kFormat, path); },
    .load = [](const Source& source, const OutlineBlock& block,
               const fs::path&) { return load_noted(kFormat, source, block); },
    .load_image = [](const Source& source, const OutlineBlock& block,
                     std::size_t index) { return load_noted_image(kFormat, source, block, index); },
};

}  // namespace panko
