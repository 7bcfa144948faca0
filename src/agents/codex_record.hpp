// One record of a Codex rollout as views of its JSON: {timestamp, type, payload}, or a bare line of 2025, which is its
// own payload. Views hold as long as the JSON's text; strings are still escaped. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_index.hpp"

namespace panko {

enum class CodexType : std::uint8_t {
  other,
  // of the session as a whole
  meta,
  turn_context,
  token_count,
  thread_name,
  // somebody's words
  message,
  reasoning,
  user_message,
  agent_message,
  agent_reasoning,
  completed_item,  // any of the three above, once more
  task_complete,   // repeats the last answer; may say why the task failed
  mail,            // from one agent to another
  // tools
  call,
  output,
  command_end,
  mcp_end,
  dynamic_tool_end,
  patch_end,
  web_search,
  web_search_end,
  picture,
  picture_end,
  // what happened
  compacted,
  context_compacted,
  turn_aborted,
  error,
  review_entered,
  review_exited,
  rolled_back,
  undone,
  // of the stream that `codex exec --json` prints
  stream_start,
  stream_text,
  stream_item,  // a tool's
};

/// A rollout is two logs in one: what the model saw, and what happened for whoever looks on. Newer ones add a third.
enum class CodexLog : std::uint8_t { none = 0, item = 1, event = 2, completed = 4, task = 8 };

enum class CodexVoice : std::uint8_t { none, user, agent, reasoning };

/// One element of what somebody said.
struct CodexPart {
  enum class Type : std::uint8_t { text, image };
  Type type = Type::text;
  std::string_view body;  // the text, or an image's URL
};

struct CodexRecord {
  CodexType type = CodexType::other;
  CodexLog log = CodexLog::none;
  CodexVoice voice = CodexVoice::none;
  bool is_end = false;  // stream_item: its tool is done
  JsonValue payload;
  std::string_view timestamp;
  std::string_view id;  // a call's, or an item's own; empty when it cannot stand in a link as it is

  [[nodiscard]] std::optional<std::int64_t> time_ms() const;
  /// A call's id as it is, to pair it with its result.
  [[nodiscard]] std::string_view call_id() const;
};

/// Part number of a block that is a line that is not shown.
constexpr std::uint16_t kCodexUnshownPart = 0xffff;

/// The name of one part of a record, by the record's own id or, where it has none or shares it, by its ordinal. The
/// first part has the record's own.
[[nodiscard]] std::string codex_anchor(std::string_view id, std::uint32_t ordinal, std::uint16_t part);

[[nodiscard]] CodexRecord parse_codex_record(const JsonValue& object);

/// An image's data, when it is kept in the record: what follows "data:image/png;base64,".
struct CodexImage {
  std::string_view media;
  std::string_view data;
};
[[nodiscard]] std::optional<CodexImage> codex_image(std::string_view url);

/// Calls `visit(part, index)` for each element of what the record's voice says. Indexes from 65,535 on are not seen.
template <class Visit>
void for_each_codex_part(const CodexRecord& record, Visit visit);

/// The element of a list of content; nullopt: it holds neither a text nor an image.
[[nodiscard]] std::optional<CodexPart> parse_codex_part(const JsonValue& element);

template <class Visit>
void for_each_codex_part(const CodexRecord& record, Visit visit) {
  std::uint32_t index = 0;
  const auto add = [&](const JsonValue& element) {
    const auto part = parse_codex_part(element);
    if (part && index < kCodexUnshownPart) visit(*part, static_cast<std::uint16_t>(index));
    ++index;
  };
  const auto add_all = [&](const JsonValue& value) {
    if (value.is_string()) add(value);
    value.for_each_element(add);
  };
  const JsonValue& payload = record.payload;
  switch (record.type) {
    case CodexType::message: return add_all(payload["content"].raw().empty() ? payload["message"] : payload["content"]);
    case CodexType::mail: return add_all(payload["content"]);
    case CodexType::reasoning: add_all(payload["summary"]); return add_all(payload["content"]);
    case CodexType::user_message:
      add(payload["message"]);
      payload["images"].for_each_element([&](const JsonValue& url) {
        if (url.is_string() && index < kCodexUnshownPart)
          visit(CodexPart{CodexPart::Type::image, url.body()}, static_cast<std::uint16_t>(index));
        ++index;
      });
      return;
    case CodexType::agent_message: return add(payload["message"]);
    case CodexType::agent_reasoning:
    case CodexType::stream_text: return add(payload["text"]);
    case CodexType::task_complete: return add(payload["last_agent_message"]);
    case CodexType::completed_item: {
      const JsonValue item = payload["item"];
      add_all(item["content"]);
      add_all(item["text"]);
      add_all(item["summary_text"]);
      return add_all(item["raw_content"]);
    }
    default: return;
  }
}

}  // namespace panko
