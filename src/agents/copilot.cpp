#include "agents/copilot.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <system_error>

#include "agents/json_lines.hpp"
#include "agents/notes_outline.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr RecordFormat kFormat{.note = note_copilot, .load_tool = load_copilot_tool, .repeats_calls = true};

fs::path root() {
  const char* configured = std::getenv("COPILOT_HOME");
  const char* home = std::getenv("HOME");
  fs::path folder;
  if (configured != nullptr && *configured != '\0') {
    folder = configured;
  } else if (home != nullptr && *home != '\0') {
    folder = fs::path(home) / ".copilot";
  } else {
    return {};
  }
  // Without links: the daemon knows a session by its real path.
  std::error_code error;
  fs::path real = fs::weakly_canonical(folder / "session-state", error);
  return error ? folder / "session-state" : real;
}

std::vector<SessionRoot> session_roots() {
  fs::path place = root();
  if (place.empty()) return {};
  return {{.directory = std::move(place), .levels = 1}};
}

std::vector<fs::path> find_sessions() {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(root(), error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      fs::path events = entry->path() / "events.jsonl";
      if (fs::is_regular_file(events, ignored)) found.push_back(std::move(events));
    } else if (entry->path().extension() == ".jsonl" && entry->is_regular_file(ignored)) {
      found.push_back(entry->path());
    }
  }
  return found;
}

bool is_copilot(const JsonValue& object) {
  constexpr auto kTypes = std::to_array<std::string_view>(
      {"session.", "user.message", "assistant.", "tool.", "hook.", "system.", "permission.", "subagent.", "abort"});
  const std::string_view type = object["type"].body();
  const bool is_known = std::ranges::any_of(
      kTypes, [&](std::string_view known) { return known.ends_with('.') ? type.starts_with(known) : type == known; });
  return is_known && object["data"].is_object() && object["id"].is_string() && object["timestamp"].is_string() &&
         !object["parentId"].raw().empty();
}

}  // namespace

bool recognises_copilot(std::string_view head) {
  constexpr std::size_t kSniffedRecords = 30;
  constexpr std::string_view kTornStart = R"({"type":"session.start","data":{)";
  bool found = false;
  const auto seen = read_first_records(head, kSniffedRecords, [&](const JsonValue& record) {
    found = is_copilot(record);
    return !found;
  });
  return seen && (found || (*seen == 0 && head.starts_with(kTornStart)));
}

constinit const Agent kCopilot{
    .id = "copilot",
    .name = "GitHub Copilot",
    .find_sessions = find_sessions,
    .session_roots = session_roots,
    .recognises = recognises_copilot,
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
