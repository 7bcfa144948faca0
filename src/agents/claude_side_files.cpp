#include "agents/claude_side_files.hpp"

#include <algorithm>
#include <system_error>

#include "agents/claude_text.hpp"
#include "agents/json_lines.hpp"
#include "agents/safe_name.hpp"
#include "agents/text_hash.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLargestMeta = 64 << 10;
constexpr int kDeepest = 8;
constexpr std::size_t kMostListed = 1000;

std::optional<std::string> read_small(const Source& source, std::uint64_t limit) {
  if (source.size() > limit) return std::nullopt;
  auto bytes = source.read({0, static_cast<std::uint32_t>(source.size())});
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

/// The folder of a session's side files, from its own folder.
fs::path folder_of(const fs::path& session) {
  return session.stem();
}

ClaudeOpening read_opening(const Source& source) {
  ClaudeOpening opening;
  Source head = source;
  head.cut_at(256 << 10);
  const JsonLinesVisitor visitor{.record =
                                     [&](const JsonRecord& json) {
                                       const ClaudeRecord record = parse_claude_record(json.object);
                                       if (opening.session_id.empty()) opening.session_id = record.session_id;
                                       if (record.type != ClaudeRecordType::user) return true;
                                       for_each_claude_part(record.content, [&](const ClaudePart& part, std::uint16_t) {
                                         if (opening.prompt_hash == 0 && part.type == ClaudePart::Type::text)
                                           opening.prompt_hash = text_hash(unescape_json(part.text));
                                       });
                                       opening.is_whole = true;
                                       return false;
                                     },
                                 .unshown = [](const UnshownLine&) {}};
  if (!read_json_lines(head, visitor)) return {};
  return opening;
}

/// Of the bytes in front of a place: whether a file that was read up to there has only grown.
Result<std::uint64_t> hash_before(const Source& source, std::uint64_t end) {
  constexpr std::uint64_t kMost = 1024;
  const std::uint64_t length = std::min(end, kMost);
  const auto bytes = source.read({end - length, static_cast<std::uint32_t>(length)});
  if (!bytes) return std::unexpected(bytes.error());
  return text_hash(*bytes);
}

}  // namespace

std::vector<fs::path> claude_side_files(const fs::path& session) {
  std::vector<fs::path> files;
  for (const std::string_view kind : {"subagents", "tool-results"}) {
    const fs::path folder = folder_of(session) / kind;
    std::error_code error;
    // What is JSON beside a sub-agent is no text of it.
    for (fs::directory_iterator file(session.parent_path() / folder, error), end; !error && file != end;
         file.increment(error))
      if (kind != "subagents" || file->path().extension() != ".json") files.push_back(folder / file->path().filename());
  }
  return files;
}

std::optional<fs::path> claude_session_of(const fs::path& subagent) {
  const auto source = Source::open_below(subagent.parent_path(), subagent.filename());
  if (!source) return std::nullopt;
  const std::string session_id = read_opening(*source).session_id;
  if (!is_uuid(session_id)) return std::nullopt;
  return subagent.parent_path() / (session_id + ".jsonl");
}

std::optional<std::string> read_spilled_result(const Source& own, const fs::path& session,
                                               std::string_view recorded_path) {
  const std::string_view name = recorded_path.substr(recorded_path.find_last_of("/\\") + 1);
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || !is_safe_name(name.substr(0, dot)) || !is_safe_name(name.substr(dot + 1)))
    return std::nullopt;
  const auto source = own.open_beside(session.parent_path(), folder_of(session) / "tool-results" / name);
  if (!source) return std::nullopt;
  auto text = read_small(*source, kLargestSideText);
  if (text) *text = to_valid_utf8(*text);
  return text;
}

const ClaudeOpening& ClaudeSubagents::opening_of(const std::string& agent_id, const Source& source) {
  Known& known = known_[agent_id];
  const FileIdentity& now = source.identity();
  const bool is_same_file =
      known.opened.device == now.device && known.opened.inode == now.inode && known.opened.size <= now.size;
  if (known.opened != now && !(is_same_file && known.opening.is_whole)) {
    known.opening = read_opening(source);
    known.opened = now;
  }
  return known.opening;
}

void ClaudeSubagents::begin(std::string session_id, const Source& own) {
  session_id_ = std::move(session_id);
  own_ = own;
  taken_.clear();
  agents_.clear();
  agent_by_prompt_.clear();
  listed_ = false;
}

std::optional<Source> ClaudeSubagents::open(const std::string& agent_id) {
  if (!own_) return std::nullopt;
  const std::string name = "agent-" + agent_id + ".jsonl";
  auto source = own_->open_beside(session_.parent_path(), folder_of(session_) / "subagents" / name);
  if (source) return std::move(*source);
  // Up to 2.0 they lay beside all sessions of the project: the name alone proves nothing.
  source = own_->open_beside(session_.parent_path(), name);
  if (!source || opening_of(agent_id, *source).session_id != session_id_) return std::nullopt;
  return std::move(*source);
}

void ClaudeSubagents::list_agents() {
  listed_ = true;
  std::error_code error;
  std::size_t seen = 0;
  for (fs::directory_iterator file(session_.parent_path() / folder_of(session_) / "subagents", error), end;
       !error && file != end && seen < kMostListed; file.increment(error), ++seen) {
    const std::string name = file->path().filename();
    if (!name.starts_with("agent-") || name.starts_with("agent-acompact-") || !name.ends_with(".jsonl")) continue;
    const std::string agent_id = name.substr(6, name.size() - 12);
    if (!is_safe_name(agent_id)) continue;
    const auto source = open(agent_id);
    if (!source) continue;
    agents_.push_back(agent_id);
    if (const auto prompt = opening_of(agent_id, *source).prompt_hash; prompt != 0)
      agent_by_prompt_.emplace(prompt, agent_id);
  }
}

/// For a call without a result: its agent is still running, or was killed. Without a prompt either, the only agent is
/// it.
std::optional<std::string> ClaudeSubagents::agent_with_prompt(std::uint64_t prompt_hash) {
  if (!listed_) list_agents();
  if (prompt_hash == 0) return agents_.size() == 1 ? std::optional(agents_.front()) : std::nullopt;
  const auto agent = agent_by_prompt_.find(prompt_hash);
  if (agent == agent_by_prompt_.end()) return std::nullopt;
  return agent->second;
}

void ClaudeSubagents::read_meta(const std::string& agent_id, Subagent& subagent) const {
  if (!own_) return;
  const auto source = own_->open_beside(session_.parent_path(),
                                        folder_of(session_) / "subagents" / ("agent-" + agent_id + ".meta.json"));
  if (!source || source->size() > kLargestMeta) return;
  const auto document = JsonDocument::read(*source, {0, static_cast<std::uint32_t>(source->size())});
  if (!document || document->status() != JsonStatus::complete) return;
  const auto take = [&](std::string_view name, std::string& into) {
    if (auto text = title_line(unescape_json(document->root()[name].body())); !text.empty()) into = std::move(text);
  };
  take("agentType", subagent.type);
  take("description", subagent.description);
}

Result<ClaudeFile*> ClaudeSubagents::read_on(Known& known, const Source& source) const {
  const FileIdentity& now = source.identity();
  if (known.file && known.read == now) return &*known.file;
  bool is_same = known.file && known.read.device == now.device && known.read.inode == now.inode &&
                 known.file->read_to() <= source.size();
  if (is_same) {
    const auto hash = hash_before(source, known.file->read_to());
    is_same = hash && *hash == known.tail_hash;
  }
  ClaudeFile& file = is_same ? *known.file : known.file.emplace(until_);
  if (const auto read = follows_ ? file.read_on(source) : file.read_whole(source); !read)
    return std::unexpected(read.error());
  known.read = now;
  if (!follows_) return &file;
  const auto hash = hash_before(source, file.read_to());
  if (!hash) return std::unexpected(hash.error());
  known.tail_hash = *hash;
  return &file;
}

Result<Outline> ClaudeSubagents::read(const std::string& agent_id, const Source& source) {
  Known& known = known_[agent_id];
  const auto file = read_on(known, source);
  if (!file) {
    known.file.reset();
    return std::unexpected(file.error());
  }
  Outline outline = (*file)->builder().finish([this](const ClaudeSpawn& inner) { return find(inner); });
  outline.facts.unreadable_lines = (*file)->unreadable_lines();
  if (!follows_) known.file.reset();
  return outline;
}

std::optional<Subagent> ClaudeSubagents::find(const ClaudeSpawn& spawn) {
  if (depth_ == kDeepest) return std::nullopt;
  std::string agent_id = spawn.agent_id;
  if (agent_id.empty()) agent_id = agent_with_prompt(spawn.prompt_hash).value_or("");
  if (!is_safe_name(agent_id) || agent_id.starts_with("acompact-") || taken_.contains(agent_id)) return std::nullopt;
  auto source = open(agent_id);
  if (!source) return std::nullopt;
  taken_.insert(agent_id);

  ++depth_;
  auto outline = read(agent_id, *source);
  --depth_;
  if (!outline) return std::nullopt;
  Subagent subagent{.source = std::move(source),
                    .type = spawn.type,
                    .description = spawn.description,
                    .outline = std::move(*outline)};
  read_meta(agent_id, subagent);
  subagent.outline.facts.id = agent_id;
  if (subagent.outline.facts.title.empty())
    subagent.outline.facts.title = subagent.description.empty() ? agent_id : subagent.description;
  return subagent;
}

}  // namespace panko
