#include "catalog/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "agents/transcript.hpp"
#include "base/text.hpp"
#include "catalog/catalog.hpp"
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

std::string describe(const Session& session) {
  return fmt::format("{} ({})", session.summary.id, elide(clean_line_for_terminal(session.summary.title), 40));
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
  std::optional<Session> of_all;
  std::optional<Session> of_project;  // of the innermost one that contains `here`
  std::size_t depth = 0;
  for (const SessionFile& file : find_session_files()) {
    auto session = look_at(file);
    if (!session) continue;
    const fs::path project = without_slash(session->summary.cwd);
    if (contains(project, here) && project.native().size() > depth) {
      depth = project.native().size();
      of_project = *session;
      if (project == here) break;  // nothing lies deeper, and what follows is older
    }
    if (!of_all) of_all = std::move(*session);
  }
  if (of_project)
    return ResolvedSession{
        .path = of_project->file.path,
        .note = fmt::format("Latest session of {}: {}", clean_line_for_terminal(project_of(of_project->summary.cwd)),
                            describe(*of_project))};
  if (!of_all) return fail("There is no session yet: no agent that panko knows has left one for this user.");
  return ResolvedSession{.path = of_all->file.path,
                         .note = fmt::format("No session of this directory; the latest of all: {}", describe(*of_all))};
}

Result<ResolvedSession> resolve_id(std::string_view word) {
  const std::string name = clean_line_for_terminal(truncate_utf8(word, kLongestId));
  if (word.size() < kShortestPrefix)
    return fail(
        fmt::format("\"{}\" is too short for a session: give a path, \"latest\" or at least {} characters of an "
                    "id (see `panko list`).",
                    name, kShortestPrefix));
  std::vector<Session> found;
  // Most agents name the file after the id: look there first, and open every file only when that finds nothing.
  const auto files = find_session_files();
  for (const bool by_name : {true, false}) {
    for (const SessionFile& file : files) {
      if (by_name && !file.path.stem().native().starts_with(word)) continue;
      auto session = look_at(file);
      if (!session || !session->summary.id.starts_with(word)) continue;
      if (session->summary.id == word) return ResolvedSession{.path = session->file.path, .note = std::nullopt};
      found.push_back(std::move(*session));
    }
    if (!found.empty()) break;
  }
  if (found.empty()) return fail(fmt::format("There is no session \"{}\"; `panko list` shows them.", name));
  if (found.size() == 1) return ResolvedSession{.path = found[0].file.path, .note = std::nullopt};
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
