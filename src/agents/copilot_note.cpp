// What an event of a Copilot session says:
// {"type":"user.message","data":{...},"id":...,"timestamp":...,"parentId":...}.
#include <array>
#include <utility>

#include "agents/copilot.hpp"
#include "agents/noted_tools.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

constexpr std::uint16_t kMostParts = 0xfffe;

void note_context(const JsonValue& context, RecordNotes& notes) {
  notes.cwd = context["cwd"].body();
  notes.branch = context["branch"].body();
}

void note_prompt(const JsonValue& data, RecordNotes& notes) {
  // What the program itself puts in, for the model.
  const std::string_view source = data["source"].body();
  const bool is_user = source.empty() || source == "user";
  notes.add_words(is_user ? BlockKind::user : BlockKind::notice, 0, data["content"]);
  std::uint16_t part = 0;
  data["attachments"].for_each_element([&](const JsonValue& attachment) {
    if (part == kMostParts) return;
    const std::string name = text_in(attachment, {"displayName", "path", "name"});
    notes.add_text(BlockKind::notice, ++part, name.empty() ? "" : "Attached: " + name);
  });
}

void note_answer(const JsonValue& data, RecordNotes& notes) {
  notes.inside = data["parentToolCallId"].body();
  notes.model = data["model"].body();
  if (const auto tokens = data["outputTokens"].as_count()) notes.usage = Usage{.output_tokens = *tokens};
  notes.add_words(BlockKind::thinking, 1, data["reasoningText"]);
  notes.add_words(BlockKind::assistant, 0, data["content"]);
  std::uint16_t part = 1;
  data["toolRequests"].for_each_element([&](const JsonValue& request) {
    if (part == kMostParts) return;
    const std::string_view name = request["name"].body();
    notes.add_call(copilot_tool_kind(name), ++part, request["toolCallId"].body(), name, request);
  });
}

void note_call(const JsonValue& data, RecordNotes& notes) {
  notes.inside = data["parentToolCallId"].body();
  notes.model = data["model"].body();
  const std::string_view name = data["toolName"].body();
  notes.add_call(copilot_tool_kind(name), 0, data["toolCallId"].body(), name, data);
}

void note_result(const JsonValue& data, RecordNotes& notes) {
  notes.inside = data["parentToolCallId"].body();
  notes.add_result(data["toolCallId"].body(), data["success"].raw() == "false", data);
}

void note_error(const JsonValue& data, RecordNotes& notes) {
  const std::string message = text_in(data, {"message", "error"});
  notes.add_text(BlockKind::notice, 0, message.empty() ? "Error" : "Error: " + message, true);
}

void note_abort(const JsonValue& data, RecordNotes& notes) {
  const std::string reason = text_in(data, {"reason"});
  notes.add_text(BlockKind::notice, 0, reason.empty() ? "Interrupted" : "Interrupted: " + reason);
}

void note_compaction(const JsonValue& data, RecordNotes& notes) {
  if (data["success"].raw() == "false") return note_error(data, notes);
  notes.add(BlockKind::compaction, 0).body = data["summaryContent"].body();
}

/// What the whole session used, as its end tells it; what came out is known of each response.
void note_shutdown(const JsonValue& data, RecordNotes& notes) {
  data["modelMetrics"].for_each_member([&](std::string_view, const JsonValue& metrics) {
    const JsonValue usage = metrics["usage"];
    const auto count = [&](std::string_view name) { return usage[name].as_count().value_or(0); };
    const std::uint64_t cached = count("cacheReadTokens");
    const std::uint64_t input = count("inputTokens");
    notes.more_usage += {.input_tokens = input > cached ? input - cached : 0,
                         .cache_read_tokens = cached,
                         .cache_write_tokens = count("cacheWriteTokens")};
  });
}

using NoteEvent = void (*)(const JsonValue&, RecordNotes&);

constexpr auto kEvents = std::to_array<std::pair<std::string_view, NoteEvent>>({
    {"session.start",
     [](const JsonValue& data, RecordNotes& notes) {
       notes.session_id = data["sessionId"].body();
       notes.model = data["selectedModel"].body();
       note_context(data["context"], notes);
     }},
    {"session.resume",
     [](const JsonValue& data, RecordNotes& notes) {
       notes.model = data["selectedModel"].body();
       note_context(data["context"], notes);
     }},
    {"session.context_changed", note_context},
    {"session.model_change",
     [](const JsonValue& data, RecordNotes& notes) { notes.model = data["newModel"].body(); }},
    {"session.title_changed",
     [](const JsonValue& data, RecordNotes& notes) { notes.title = text_in(data, {"title"}); }},
    {"session.error", note_error},
    {"session.warning",
     [](const JsonValue& data, RecordNotes& notes) { notes.add_words(BlockKind::notice, 0, data["message"]); }},
    {"session.info",
     [](const JsonValue& data, RecordNotes& notes) { notes.add_words(BlockKind::notice, 0, data["message"]); }},
    {"session.truncation", [](const JsonValue&, RecordNotes& notes) { notes.add(BlockKind::compaction, 0); }},
    {"session.compaction_complete", note_compaction},
    {"session.shutdown", note_shutdown},
    {"user.message", note_prompt},
    {"assistant.message", note_answer},
    {"assistant.reasoning",
     [](const JsonValue& data, RecordNotes& notes) {
       notes.inside = data["parentToolCallId"].body();
       notes.add_words(BlockKind::thinking, 0, data["content"]);
     }},
    {"tool.execution_start", note_call},
    {"tool.user_requested", note_call},
    {"tool.execution_complete", note_result},
    {"subagent.started",
     [](const JsonValue& data, RecordNotes& notes) {
       notes.spawned = data["toolCallId"].body();
       notes.type = data["agentName"].body();
       notes.description = data["agentDisplayName"].body();
     }},
    {"subagent.failed", note_error},
    {"system.notification",
     [](const JsonValue& data, RecordNotes& notes) { notes.add_words(BlockKind::notice, 0, data["content"]); }},
    {"abort", note_abort},
});

}  // namespace

RecordNotes note_copilot(const JsonValue& record) {
  RecordNotes notes;
  std::string_view type;
  JsonValue data;
  record.for_each_member([&](std::string_view key, const JsonValue& value) {
    if (key == "type") type = value.body();
    if (key == "data") data = value;
    if (key == "id") notes.id = value.body();
    if (key == "timestamp") notes.time_ms = noted_time(value.body());
  });
  for (const auto& [name, note] : kEvents) {
    if (name != type) continue;
    note(data, notes);
    break;
  }
  return notes;
}

}  // namespace panko
