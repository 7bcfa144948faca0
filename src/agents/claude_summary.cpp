// What can be said of a session from the head and the tail of its file, and whether it is one at all.
#include <algorithm>
#include <array>
#include <tuple>

#include "agents/claude.hpp"
#include "agents/claude_outline.hpp"
#include "agents/claude_side_files.hpp"
#include "agents/json_lines.hpp"
#include "base/json_index.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

constexpr std::uint64_t kWindow = 256 << 10;
constexpr std::size_t kSniffedRecords = 30;

constexpr std::array<std::string_view, 20> kTypes{
    "user",      "assistant",      "system",         "attachment",      "progress",
    "summary",   "custom-title",   "ai-title",       "agent-name",      "last-prompt",
    "mode",      "pr-link",        "worktree-state", "queue-operation", "file-history-snapshot",
    "relocated", "bridge-session", "frame-link",     "permission-mode", "file-history-delta"};

enum class Verdict : std::uint8_t { unknown, claude, foreign };

/// Other agents write type, uuid and sessionId as well; where they keep the words tells them apart.
Verdict judge(const JsonValue& object) {
  const auto has = [&](std::string_view name) { return !object[name].raw().empty(); };
  const JsonValue message = object["message"];
  if (has("payload") || has("systemPayload") || !message["parts"].raw().empty()) return Verdict::foreign;
  const std::string_view type = object["type"].body();
  if (std::ranges::find(kTypes, type) == kTypes.end()) return Verdict::unknown;
  const bool has_session = object["sessionId"].is_string();
  bool is_claude = has_session;
  if (type == "user" || type == "assistant") {
    is_claude = !message["content"].raw().empty() && (has_session || object["uuid"].is_string());
  } else if (type == "summary") {
    is_claude = object["leafUuid"].is_string();
  } else if (type == "file-history-snapshot" || type == "file-history-delta") {
    is_claude = object["messageId"].is_string();
  } else if (type == "system") {
    is_claude = has_session && object["subtype"].is_string() && object["uuid"].is_string() && !has("message");
  }
  return is_claude ? Verdict::claude : Verdict::unknown;
}

/// A first line longer than the head cannot be parsed: an image in the first prompt.
bool looks_like_claude(std::string_view torn) {
  return (torn.starts_with(R"({"parentUuid":)") || torn.starts_with(R"({"type":"user")")) &&
         torn.contains(R"("sessionId":")") && torn.contains(R"("isSidechain":)");
}

/// What the first line alone says: nearly always enough, and a list asks it of every file.
Verdict judge_first_line(std::string_view head) {
  const auto end = head.find('\n');
  if (end == std::string_view::npos) return Verdict::unknown;
  std::string line(head.substr(0, end));
  line.append(LineReader::kPadding, '\0');
  JsonIndex index;
  if (index.load(std::string_view(line).substr(0, end)) != JsonStatus::complete) return Verdict::unknown;
  return judge(index.root());
}

}  // namespace

bool recognises_claude(std::string_view head) {
  if (const Verdict verdict = judge_first_line(head); verdict != Verdict::unknown) return verdict == Verdict::claude;
  Verdict verdict = Verdict::unknown;
  const auto seen = read_first_records(head, kSniffedRecords, [&](const JsonValue& record) {
    verdict = judge(record);
    return verdict == Verdict::unknown;
  });
  if (!seen) return false;
  return verdict == Verdict::claude || (verdict == Verdict::unknown && *seen == 0 && looks_like_claude(head));
}

Summary summarise_claude(const Source& source, const std::filesystem::path& path) {
  ClaudeOutlineBuilder builder(std::nullopt);
  Source head = source;
  std::uint64_t tail = 0;
  if (source.size() > 2 * kWindow) {
    head.cut_at(kWindow);
    tail = source.size() - kWindow;
  }
  // A file that cannot be read says nothing here; whoever opens it gets the error. A torn line at the edges is skipped.
  const bool is_read = add_json_lines(builder, head, 0).has_value();
  if (is_read && tail > 0) std::ignore = add_json_lines(builder, source, tail);
  SessionFacts facts = builder.finish([](const ClaudeSpawn&) { return std::nullopt; }).facts;
  complete_claude_facts(facts, builder.facts().session_ids(), path);
  return {.id = std::move(facts.id),
          .title = std::move(facts.title),
          .cwd = std::move(facts.cwd),
          .started_at = facts.started_at,
          .ended_at = facts.ended_at};
}

}  // namespace panko
