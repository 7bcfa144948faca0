#include "catalog/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agents/transcript.hpp"
#include "base/text.hpp"
#include "catalog/catalog.hpp"
#include "catalog/library.hpp"
#include "config/places.hpp"
#include "session/outline.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kShortestPrefix = 4;
constexpr std::size_t kCandidatesNamed = 5;
/// Longer than any id of any agent.
constexpr std::size_t kLongestId = 128;

Result<ResolvedSession> resolve_path(const fs::path& path) {
  std::error_code error;
  fs::path real = fs::canonical(path, error);
  if (!error) {
    // Refused here, before anybody starts a daemon for it.
    if (auto peek = peek_session(real); !peek) return std::unexpected(std::move(peek.error()));
    return ResolvedSession{.path = std::move(real), .note = std::nullopt};
  }
  const std::string name = clean_line_for_terminal(path.native());
  if (error == std::errc::no_such_file_or_directory)
    return fail(fmt::format("There is no file {}; `panko list` shows the sessions.", name));
  return fail(fmt::format("{} cannot be opened: {}.", name, error.message()));
}

/// What a file has to say of itself to be told from others.
struct Candidate {
  fs::path path;
  std::string id;
  std::string title;
  std::string cwd;
  bool is_child = false;
};

/// Looks into the index first, and opens only files that it does not have as they are.
class Looks {
 public:
  [[nodiscard]] std::optional<Candidate> look_at(const SessionFile& file) {
    load();
    if (const auto found = indexed_.find(file.path.native()); found != indexed_.end()) {
      const SessionEntry& entry = found->second;
      const SessionFacts& facts = entry.digest.facts;
      if (entry.size == file.size && entry.modified_at == file.modified_at)
        return Candidate{.path = file.path, .id = facts.id, .title = facts.title, .cwd = facts.cwd};
    }
    const auto peek = peek_session(file.path);
    if (!peek) return std::nullopt;
    const Summary& summary = peek->summary;
    return Candidate{
        .path = file.path, .id = summary.id, .title = summary.title, .cwd = summary.cwd, .is_child = summary.is_child};
  }

 private:
  void load() {
    if (std::exchange(is_loaded_, true)) return;
    const auto places = find_places();
    if (!places) return;
    for (SessionEntry& entry : load_indexed_sessions(*places)) {
      std::string path = entry.path.native();
      indexed_.emplace(std::move(path), std::move(entry));
    }
  }

  std::unordered_map<std::string, SessionEntry> indexed_;
  bool is_loaded_ = false;
};

std::string describe(const Candidate& session) {
  return fmt::format("{} ({})", session.id, elide(clean_line_for_terminal(session.title), 40));
}

bool contains(const fs::path& project, const fs::path& directory) {
  if (!project.is_absolute()) return false;
  return std::ranges::mismatch(project, directory).in1 == project.end();
}

/// "/a/b/" is "/a/b": a trailing slash would count as a component.
fs::path without_slash(fs::path path) {
  path = path.lexically_normal();
  return path.has_filename() || !path.has_relative_path() ? path : path.parent_path();
}

Result<ResolvedSession> resolve_latest(const fs::path& working_directory) {
  const fs::path here = without_slash(working_directory);
  std::optional<Candidate> of_all;
  std::optional<Candidate> of_project;  // of the innermost one that contains `here`
  Looks looks;
  std::size_t depth = 0;
  for (const SessionFile& file : find_session_files()) {
    if (file.agent->read == nullptr) continue;
    auto session = looks.look_at(file);
    if (!session || session->is_child) continue;
    const fs::path project = without_slash(session->cwd);
    if (contains(project, here) && project.native().size() > depth) {
      depth = project.native().size();
      of_project = *session;
      if (project == here) break;  // nothing lies deeper, and what follows is older
    }
    if (!of_all) of_all = std::move(*session);
  }
  if (of_project)
    return ResolvedSession{
        .path = of_project->path,
        .note = fmt::format("Latest session of {}: {}", clean_line_for_terminal(project_of(of_project->cwd)),
                            describe(*of_project))};
  if (!of_all) return fail("There is no session yet: no agent that panko knows has left one for this user.");
  return ResolvedSession{.path = of_all->path,
                         .note = fmt::format("No session of this directory; the latest of all: {}", describe(*of_all))};
}

Result<ResolvedSession> resolve_id(std::string_view word) {
  const std::string name = clean_line_for_terminal(truncate_utf8(word, kLongestId));
  if (word.size() < kShortestPrefix)
    return fail(
        fmt::format("\"{}\" is too short for a session: give a path, \"latest\" or at least {} characters of an "
                    "id (see `panko list`).",
                    name, kShortestPrefix));
  std::vector<Candidate> found;
  Looks looks;
  // Agents put the id into the name of the file: look there first, and open every file only when that finds nothing.
  const auto files = find_session_files();
  for (const bool by_name : {true, false}) {
    for (const SessionFile& file : files) {
      if (by_name && !file.path.filename().native().contains(word)) continue;
      auto session = looks.look_at(file);
      if (!session || !session->id.starts_with(word)) continue;
      if (session->id == word) return ResolvedSession{.path = session->path, .note = std::nullopt};
      found.push_back(std::move(*session));
    }
    if (!found.empty()) break;
  }
  if (found.empty()) return fail(fmt::format("There is no session \"{}\"; `panko list` shows them.", name));
  if (found.size() == 1) return ResolvedSession{.path = found[0].path, .note = std::nullopt};
  std::string names;
  for (std::size_t i = 0; i < std::min(found.size(), kCandidatesNamed); ++i)
    names += (i == 0 ? "" : ", ") + describe(found[i]);
  if (found.size() > kCandidatesNamed) names += fmt::format(" and {} more", found.size() - kCandidatesNamed);
  return fail(fmt::format("\"{}\" is the beginning of {} sessions: {}.", name, found.size(), names));
}

}  // namespace

Result<ResolvedSession> resolve_session(std::string_view word, const fs::path& working_directory) {
  if (word == "latest") return resolve_latest(working_directory);
  std::error_code error;
  const fs::path path(word);
  if (word.find('/') != std::string_view::npos || fs::exists(path, error)) return resolve_path(path);
  if (path.extension() == ".jsonl" || path.extension() == ".json") return resolve_path(path);
  return resolve_id(word);
}

}  // namespace panko
