// What an entry of a pi session says: {"type":"message","id":...,"parentId":...,"timestamp":...,"message":{...}}.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "agents/noted_tools.hpp"
#include "agents/pi.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

constexpr std::uint16_t kMostParts = 0xfffd;

/// Texts, thoughts, images and calls; a string is a text. All that somebody says is of this kind. Returns how many
/// parts there were.
std::uint16_t note_content(const JsonValue& content, BlockKind kind, RecordNotes& notes) {
  notes.add_words(kind, 0, content);
  std::uint16_t part = content.is_string() ? 1 : 0;
  content.for_each_element([&](const JsonValue& block) {
    const std::uint16_t index = part;
    if (part == kMostParts) return;
    ++part;
    const std::string_view type = block["type"].body();
    if (type == "text") {
      notes.add_words(kind, index, block["text"]);
    } else if (type == "thinking") {
      notes.add_words(BlockKind::thinking, index, block["thinking"]);
    } else if (type == "image") {
      notes.add_image(index, {.media = block["mimeType"].body(), .data = block["data"].body()});
    } else if (type == "toolCall") {
      const std::string_view name = block["name"].body();
      notes.add_call(pi_tool_kind(name), index, block["id"].body(), name, block);
    }
  });
  return part;
}

void note_answer(const JsonValue& message, RecordNotes& notes) {
  notes.model = message["model"].body();
  if (const JsonValue usage = message["usage"]; usage.is_object()) {
    const auto count = [&](std::string_view name) { return usage[name].as_count().value_or(0); };
    notes.usage = Usage{.input_tokens = count("input"),
                        .output_tokens = count("output"),
                        .cache_read_tokens = count("cacheRead"),
                        .cache_write_tokens = count("cacheWrite")};
  }
  const std::uint16_t behind = note_content(message["content"], BlockKind::assistant, notes);
  const std::string_view end = message["stopReason"].body();
  if (end != "aborted" && end != "error") return;
  const std::string said = text_in(message, {"errorMessage"});
  const std::string_view what = end == "error" ? "Error" : "Interrupted";
  notes.add_text(BlockKind::notice, behind, std::string(what) + (said.empty() ? "" : ": " + said), end == "error");
}

/// What the user ran in a shell, as `!ls`.
void note_command(const JsonValue& message, RecordNotes& notes) {
  std::string text = "! " + text_in(message, {"command"});
  if (const std::string output = text_in(message, {"output"}); !output.empty()) append_line(text, output);
  if (const auto code = message["exitCode"].as_count(); code && *code != 0)
    append_line(text, "Exit code: " + std::to_string(*code));
  if (message["cancelled"].is_true()) append_line(text, "Interrupted");
  notes.add_text(BlockKind::command, 0, std::move(text));
}

void note_message(const JsonValue& entry, RecordNotes& notes) {
  const JsonValue message = entry["message"];
  if (!notes.time_ms)
    if (const auto time = message["timestamp"].as_count()) notes.time_ms = static_cast<std::int64_t>(*time);
  const std::string_view role = message["role"].body();
  if (role == "user") {
    note_content(message["content"], BlockKind::user, notes);
  } else if (role == "assistant") {
    note_answer(message, notes);
  } else if (role == "toolResult") {
    notes.add_result(message["toolCallId"].body(), message["isError"].is_true(), message);
  } else if (role == "bashExecution") {
    note_command(message, notes);
  } else if (role == "compactionSummary") {
    notes.add(BlockKind::compaction, 0).body = message["summary"].body();
  } else if (role == "branchSummary") {
    notes.add_words(BlockKind::notice, 0, message["summary"]);
  } else if (role == "custom") {
    if (message["display"].raw() != "false") note_content(message["content"], BlockKind::notice, notes);
  } else if (role == "system") {
    note_content(message["content"], BlockKind::notice, notes);
  }
}

using NoteEntry = void (*)(const JsonValue&, RecordNotes&);

constexpr auto kEntries = std::to_array<std::pair<std::string_view, NoteEntry>>({
    {"message", note_message},
    {"session",
     [](const JsonValue& entry, RecordNotes& notes) {
       notes.session_id = entry["id"].body();
       notes.cwd = entry["cwd"].body();
       notes.model = entry["modelId"].body();
     }},
    {"model_change",
     [](const JsonValue& entry, RecordNotes& notes) {
       notes.model = entry["modelId"].body();
       if (notes.model.empty()) notes.model = entry["model"].body();
     }},
    {"session_info", [](const JsonValue& entry, RecordNotes& notes) { notes.title = text_in(entry, {"name"}); }},
    {"title", [](const JsonValue& entry, RecordNotes& notes) { notes.title = text_in(entry, {"title"}); }},
    {"compaction", [](const JsonValue& entry,
                      RecordNotes& notes) { notes.add(BlockKind::compaction, 0).body = entry["summary"].body(); }},
    {"branch_summary",
     [](const JsonValue& entry, RecordNotes& notes) { notes.add_words(BlockKind::notice, 0, entry["summary"]); }},
    {"custom_message",
     [](const JsonValue& entry, RecordNotes& notes) {
       if (entry["display"].is_true()) note_content(entry["content"], BlockKind::notice, notes);
     }},
});

}  // namespace

RecordNotes note_pi(const JsonValue& record) {
  RecordNotes notes;
  std::string_view type;
  record.for_each_member([&](std::string_view key, const JsonValue& value) {
    if (key == "type") type = value.body();
    if (key == "id") notes.id = value.body();
    if (key == "parentId") notes.parent = value.body();
    if (key == "timestamp") notes.time_ms = noted_time(value.body());
  });
  for (const auto& [name, note] : kEntries) {
    if (name != type) continue;
    note(record, notes);
    break;
  }
  return notes;
}

}  // namespace panko
