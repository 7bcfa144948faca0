// One record of a Claude Code session as views of its JSON: what the outline and the loading of blocks look at.
// Views hold as long as the JSON's text; strings are still escaped. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_index.hpp"
#include "session/outline.hpp"

namespace panko {

enum class ClaudeRecordType : std::uint8_t {
  other,
  user,
  assistant,
  system,
  attachment,
  progress,
  summary,
  custom_title,
  ai_title,
  agent_name,
  last_prompt,
  queue_operation,
};

/// One element of a message's content.
struct ClaudePart {
  enum class Type : std::uint8_t { other, text, thinking, tool_use, tool_result, image, document };
  Type type = Type::other;
  bool is_error = false;
  std::string_view text;       // of a text, the reasoning of a thinking part
  std::string_view id;         // of a tool call, or of the call that a result belongs to
  std::string_view name;       // of a tool
  std::string_view tool_name;  // of a reference to a tool, in a result
  JsonValue input;             // of a tool call
  JsonValue content;           // of a tool result
  std::string_view media;      // of an image or a document
  std::string_view data;       // of an image: base64
  std::string_view raw;        // the whole part
};

struct ClaudeRecord {
  ClaudeRecordType type = ClaudeRecordType::other;
  bool is_sidechain = false;
  bool is_meta = false;
  bool is_compact_summary = false;
  bool is_api_error = false;
  bool has_usage = false;
  std::string_view uuid;  // empty when it cannot stand in a link as it is
  std::string_view parent;
  std::string_view session_id;
  std::string_view timestamp;
  std::string_view cwd;
  std::string_view git_branch;
  std::string_view slug;
  std::string_view agent_id;
  std::string_view request_id;
  std::string_view message_id;
  std::string_view model;
  std::string_view subtype;    // of a system record or an attachment; the operation on the queue
  std::string_view title;      // of a title record: the title
  std::string_view leaf;       // of a summary
  std::string_view spawned;    // toolUseResult.agentId
  std::string_view persisted;  // toolUseResult.persistedOutputPath
  JsonValue content;           // of a message or a system record; a queued prompt; what a hook said
  JsonValue details;           // toolUseResult
  JsonValue error;             // of a system record
  Usage usage;

  /// What lines of one response of the model have in common; empty: nothing.
  [[nodiscard]] std::string_view response() const { return message_id.empty() ? request_id : message_id; }
  [[nodiscard]] std::optional<std::int64_t> time_ms() const;
};

/// Part numbers of blocks that are no part of a record: a line that is not shown, an inline sub-agent without a call.
constexpr std::uint16_t kClaudeUnshownPart = 0xffff;
constexpr std::uint16_t kClaudeSubagentPart = 0xfffe;

/// The name of one part of a record. The first part has the record's own.
[[nodiscard]] std::string claude_anchor(std::string_view uuid, std::uint32_t ordinal, std::uint16_t part);

[[nodiscard]] ClaudeRecord parse_claude_record(const JsonValue& object);

/// Calls `visit(part, index)` for each part of a content; a string is one text part. Indexes from 65,534 on are not
/// seen.
template <class Visit>
void for_each_claude_part(const JsonValue& content, Visit visit);

[[nodiscard]] ClaudePart parse_claude_part(const JsonValue& element);

template <class Visit>
void for_each_claude_part(const JsonValue& content, Visit visit) {
  if (content.is_string()) {
    ClaudePart part;
    part.type = ClaudePart::Type::text;
    part.text = content.body();
    part.raw = content.raw();
    visit(part, std::uint16_t{0});
    return;
  }
  std::uint32_t index = 0;
  content.for_each_element([&](const JsonValue& element) {
    if (index < kClaudeSubagentPart) visit(parse_claude_part(element), static_cast<std::uint16_t>(index));
    ++index;
  });
}

}  // namespace panko
