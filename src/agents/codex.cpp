#include "agents/codex.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <system_error>
#include <utility>

#include "agents/codex_document.hpp"
#include "agents/codex_outline.hpp"
#include "agents/codex_scan.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

fs::path root() {
  const char* configured = std::getenv("CODEX_HOME");
  if (configured != nullptr && *configured != '\0') return configured;
  const char* home = std::getenv("HOME");
  return home != nullptr && *home != '\0' ? fs::path(home) / ".codex" : fs::path();
}

/// Rollouts by what they are called when they are not compressed.
using Found = std::map<std::string, fs::path>;

void add_file(const fs::directory_entry& file, Found& found) {
  std::string name = file.path().filename().native();
  std::error_code ignored;
  if (!name.starts_with("rollout-") || !file.is_regular_file(ignored)) return;
  const bool compressed = name.ends_with(".jsonl.zst");
  if (compressed) name.resize(name.size() - std::string_view(".zst").size());
  if (!name.ends_with(".jsonl") && !name.ends_with(".json")) return;  // the latter of spring 2025
  // While one is being compressed, or moved to the archive, it is there twice.
  const auto [known, is_new] = found.try_emplace(std::move(name), file.path());
  if (!is_new && !compressed && known->second.extension() == ".zst") known->second = file.path();
}

void add_folder(const fs::path& folder, unsigned depth, Found& found) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_directory(ignored)) {
      add_file(*entry, found);
    } else if (depth > 0) {
      add_folder(entry->path(), depth - 1, found);
    }
  }
}

/// Year, month and day; in early releases, none of them.
std::vector<SessionRoot> session_roots() {
  const fs::path home = root();
  if (home.empty()) return {};
  std::vector<SessionRoot> found{{.directory = home / "sessions", .levels = 3},
                                 {.directory = home / "archived_sessions", .levels = 0}};
  for (SessionRoot& place : found) {
    // Without links: the daemon knows a session by its real path.
    std::error_code error;
    fs::path real = fs::weakly_canonical(place.directory, error);
    if (!error) place.directory = std::move(real);
  }
  return found;
}

std::vector<fs::path> find_sessions() {
  Found found;
  for (const SessionRoot& place : session_roots()) add_folder(place.directory, place.levels, found);
  std::vector<fs::path> paths;
  paths.reserve(found.size());
  for (auto& [name, path] : found) paths.push_back(std::move(path));
  return paths;
}

}  // namespace

Result<Outline> read_codex(const Source& source, const fs::path& path, const ReadLimits& limits) {
  CodexOutlineBuilder builder(limits.records_until);
  JsonLinesProgress progress;
  if (const auto added = builder.add_all(source, progress); !added) return std::unexpected(added.error());
  Outline outline = builder.finish(path, limits.side_records_until);
  outline.facts.unreadable_lines = progress.unreadable;
  return outline;
}

constinit const Agent kCodex{
    .id = "codex",
    .name = "Codex",
    .find_sessions = find_sessions,
    .session_roots = session_roots,
    .recognises = recognises_codex,
    .record_lists = codex_record_lists,
    .summarise = summarise_codex,
    .digest = digest_codex,
    .read = read_codex,
    .follow = follow_codex,
    .load = load_codex,
    .load_image = load_codex_image,
};

}  // namespace panko
