#include "agents/unread_agents.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <system_error>
#include <utility>

#include "agents/session_text.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

struct Shape {
  std::string_view id;
  std::string_view name;
  const char* variable;           // names the agent's own folder; may be nullptr
  std::string_view below_home;    // where that folder is without it
  std::string_view below_folder;  // from it to the sessions
  unsigned levels;                // as in SessionRoot
  std::string_view file_begin;    // of a file's name
  std::string_view file_end;
  std::string_view folder;                // the file's own, if it has a fixed name
  std::string_view begin;                 // of the file, white space left out
  std::array<std::string_view, 3> marks;  // in its head, white space left out; empty: none
  bool is_named_by_folder = false;        // all files have the same name
};

constexpr auto kShapes = std::to_array<Shape>({
    {"opencode",
     "OpenCode",
     nullptr,
     ".local/share/opencode",
     "storage/session",
     1,
     "ses_",
     ".json",
     "",
     "{",
     {R"("projectID":")", R"("directory":")", R"("time":{)"}},
    {"amp",
     "Amp",
     nullptr,
     ".local/share/amp",
     "threads",
     0,
     "T-",
     ".json",
     "",
     "{",
     {R"("id":"T-)", R"("created":)", R"("messages":[)"}},
    {"cursor",
     "Cursor",
     nullptr,
     ".cursor",
     "projects",
     3,
     "",
     ".jsonl",
     "",
     R"({"role":"user","message":{"content":[{"type":")",
     {}},
    {"qwen",
     "Qwen Code",
     nullptr,
     ".qwen",
     "projects",
     2,
     "",
     ".jsonl",
     "chats",
     R"({"uuid":")",
     {R"("parentUuid":)", R"("sessionId":")", R"("version":")"}},
    {"cline",
     "Cline",
     "CLINE_DIR",
     ".cline",
     "data/tasks",
     1,
     "api_conversation_history",
     ".json",
     "",
     R"([{"role":"user","content":[{"type":")",
     {},
     true},
    {"droid",
     "Droid",
     "FACTORY_DIR",
     ".factory",
     "sessions",
     1,
     "",
     ".jsonl",
     "",
     R"({"type":"session_start","id":")",
     {R"("title":")"}},
    {"kimi",
     "Kimi Code",
     nullptr,
     ".kimi-code",
     "sessions",
     2,
     "state",
     ".json",
     "",
     R"({"createdAt":")",
     {R"("agents":{)", R"("workDir":")"},
     true},
    {"grok",
     "Grok",
     "GROK_HOME",
     ".grok",
     "sessions",
     2,
     "chat_history",
     ".jsonl",
     "",
     R"({"type":"system","content":"YouareGrok)",
     {},
     true},
});

constexpr std::uint64_t kHead = 16 << 10;

template <std::size_t I>
std::vector<SessionRoot> roots_of() {
  const Shape& shape = kShapes.at(I);
  const char* configured = shape.variable == nullptr ? nullptr : std::getenv(shape.variable);
  const char* home = std::getenv("HOME");
  fs::path folder;
  if (configured != nullptr && *configured != '\0') {
    folder = configured;
  } else if (home != nullptr && *home != '\0') {
    folder = fs::path(home) / shape.below_home;
  } else {
    return {};
  }
  // Without links: a session is known by its real path.
  std::error_code error;
  fs::path real = fs::weakly_canonical(folder / shape.below_folder, error);
  return {{.directory = error ? folder / shape.below_folder : std::move(real), .levels = shape.levels}};
}

void add_files(const Shape& shape, const fs::path& folder, unsigned levels, std::vector<fs::path>& found) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    const std::string name = entry->path().filename().native();
    if (entry->is_directory(ignored)) {
      if (levels > 0 && name != "subagents") add_files(shape, entry->path(), levels - 1, found);
    } else if (name.starts_with(shape.file_begin) && name.ends_with(shape.file_end) &&
               entry->is_regular_file(ignored) && (shape.folder.empty() || folder.filename() == shape.folder)) {
      found.push_back(entry->path());
    }
  }
}

template <std::size_t I>
std::vector<fs::path> sessions_of() {
  std::vector<fs::path> found;
  for (const SessionRoot& root : roots_of<I>()) add_files(kShapes.at(I), root.directory, root.levels, found);
  return found;
}

std::string squeezed(std::string_view head) {
  std::string text(head.substr(0, kHead));
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return text;
}

template <std::size_t I>
bool recognises(std::string_view head) {
  const Shape& shape = kShapes.at(I);
  const std::string text = squeezed(head);
  return text.starts_with(shape.begin) &&
         std::ranges::all_of(shape.marks, [&](std::string_view mark) { return text.contains(mark); });
}

/// What the head says, else the file's name, or its folder's where all files have the same.
template <std::size_t I>
Summary summarise(const Source& source, const fs::path& path) {
  const fs::path named = kShapes.at(I).is_named_by_folder ? path.parent_path().filename() : path.stem();
  Summary summary;
  summary.id = to_valid_utf8(named.native());
  std::string head(static_cast<std::size_t>(std::min(source.size(), kHead)), '\0');
  head.resize(source.read_at(0, head).value_or(0));
  constexpr std::string_view kTitle = R"("title":)";
  if (const auto at = head.find(kTitle); at != std::string::npos) {
    std::string_view rest = trim(std::string_view(head).substr(at + kTitle.size()));
    const auto end = rest.starts_with('"') ? rest.find('"', 1) : std::string_view::npos;
    if (end != std::string_view::npos)
      summary.title = title_line(to_valid_utf8(unescape_json(rest.substr(1, end - 1))));
  }
  if (summary.title.empty()) summary.title = summary.id;
  return summary;
}

template <std::size_t I>
Result<Digest> digest(const Source& source, const fs::path& path, DigestProgress& progress) {
  progress = {};
  Summary summary = summarise<I>(source, path);
  Digest known;
  known.facts.id = std::move(summary.id);
  known.facts.title = std::move(summary.title);
  return known;
}

template <std::size_t I>
constexpr Agent kAgent{
    .id = kShapes[I].id,
    .name = kShapes[I].name,
    .find_sessions = sessions_of<I>,
    .session_roots = roots_of<I>,
    .recognises = recognises<I>,
    .summarise = summarise<I>,
    .digest = digest<I>,
    .read = nullptr,
    .load = nullptr,
    .load_image = nullptr,
};

template <std::size_t... I>
constexpr std::array<const Agent*, sizeof...(I)> make_agents(std::index_sequence<I...> /*shapes*/) {
  return {&kAgent<I>...};
}
constexpr auto kAgents = make_agents(std::make_index_sequence<kShapes.size()>());

}  // namespace

std::span<const Agent* const> unread_agents() {
  return kAgents;
}

}  // namespace panko
