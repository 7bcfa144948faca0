#include "agents/codex_names.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "agents/json_lines.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"
#include "session/source.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLargest = 64 << 20;

struct Name {
  std::int64_t given_ms = INT64_MIN;
  std::string name;
};
using Names = std::unordered_map<std::string, std::vector<Name>>;  // by session, in the order of the file

struct Read {
  FileIdentity identity;
  std::shared_ptr<const Names> names;
};

std::shared_ptr<const Names> read_names(const fs::path& index) {
  auto names = std::make_shared<Names>();
  auto source = Source::open(index);
  if (!source || source->size() > kLargest) return names;
  const JsonLinesVisitor visitor{
      .record =
          [&](const JsonRecord& record) {
            std::string id = unescape_json(short_name(record.object["id"].body()));
            Name name{.given_ms = INT64_MIN, .name = title_line(unescape_json(record.object["thread_name"].body()))};
            if (const auto given = from_iso8601(record.object["updated_at"].body()))
              name.given_ms = given->time_since_epoch().count();
            if (!id.empty() && !name.name.empty()) (*names)[std::move(id)].push_back(std::move(name));
            return true;
          },
      .unshown = [](const UnshownLine&) {}};
  // What cannot be read of it names nothing.
  (void)read_json_lines(*source, visitor);
  return names;
}

std::shared_ptr<const Names> names_in(const fs::path& index) {
  static std::mutex mutex;
  static std::map<fs::path, Read> known;
  const auto identity = identify_file(index);
  if (!identity) return nullptr;
  const std::scoped_lock lock(mutex);
  Read& read = known[index];
  if (read.names == nullptr || read.identity != *identity) read = {.identity = *identity, .names = read_names(index)};
  return read.names;
}

/// Beside "sessions" or "archived_sessions", whichever the rollout lies below.
fs::path index_of(const fs::path& rollout) {
  constexpr int kLevels = 4;
  fs::path folder = rollout.parent_path();
  for (int level = 0; level < kLevels && !folder.empty(); ++level, folder = folder.parent_path())
    if (folder.filename() == "sessions" || folder.filename() == "archived_sessions")
      return folder.parent_path() / "session_index.jsonl";
  return {};
}

}  // namespace

std::string codex_name_of(const fs::path& rollout, std::string_view id, std::optional<WallTime> until) {
  const fs::path index = index_of(rollout);
  if (index.empty()) return {};
  const auto names = names_in(index);
  if (names == nullptr) return {};
  const auto of_session = names->find(std::string(id));
  if (of_session == names->end()) return {};
  std::string found;
  for (const Name& name : of_session->second)
    if (!until || name.given_ms <= until->time_since_epoch().count()) found = name.name;
  return found;
}

}  // namespace panko
