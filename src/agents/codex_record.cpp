#include "agents/codex_record.hpp"

#include <fmt/format.h>

#include <array>

#include "agents/safe_name.hpp"
#include "base/clock.hpp"

namespace panko {

namespace {

struct Known {
  std::string_view name;
  CodexType type;
  CodexVoice voice = CodexVoice::none;
};

constexpr std::array<Known, 15> kItems{{{"message", CodexType::message},
                                        {"reasoning", CodexType::reasoning, CodexVoice::reasoning},
                                        {"function_call", CodexType::call},
                                        {"function_call_output", CodexType::output},
                                        {"custom_tool_call", CodexType::call},
                                        {"custom_tool_call_output", CodexType::output},
                                        {"local_shell_call", CodexType::call},
                                        {"tool_search_call", CodexType::call},
                                        {"tool_search_output", CodexType::output},
                                        {"web_search_call", CodexType::web_search},
                                        {"image_generation_call", CodexType::picture},
                                        {"agent_message", CodexType::mail},
                                        {"tool_call", CodexType::call},
                                        {"tool_result", CodexType::output},
                                        {"function_result", CodexType::output}}};

constexpr std::array<Known, 24> kEvents{
    {{"user_message", CodexType::user_message, CodexVoice::user},
     {"agent_message", CodexType::agent_message, CodexVoice::agent},
     {"agent_reasoning", CodexType::agent_reasoning, CodexVoice::reasoning},
     {"agent_reasoning_raw_content", CodexType::agent_reasoning, CodexVoice::reasoning},
     {"task_complete", CodexType::task_complete, CodexVoice::agent},
     {"turn_complete", CodexType::task_complete, CodexVoice::agent},
     {"item_completed", CodexType::completed_item},
     {"token_count", CodexType::token_count},
     {"turn.completed", CodexType::token_count},
     {"thread_name_updated", CodexType::thread_name},
     {"exec_command_end", CodexType::command_end},
     {"mcp_tool_call_end", CodexType::mcp_end},
     {"dynamic_tool_call_response", CodexType::dynamic_tool_end},
     {"patch_apply_end", CodexType::patch_end},
     {"web_search_end", CodexType::web_search_end},
     {"image_generation_end", CodexType::picture_end},
     {"context_compacted", CodexType::context_compacted},
     {"turn_aborted", CodexType::turn_aborted},
     {"error", CodexType::error},
     {"stream_error", CodexType::error},
     {"entered_review_mode", CodexType::review_entered},
     {"exited_review_mode", CodexType::review_exited},
     {"thread_rolled_back", CodexType::rolled_back},
     {"undo_completed", CodexType::undone}}};

template <std::size_t Count>
Known find(const std::array<Known, Count>& table, std::string_view name) {
  for (const Known& known : table)
    if (known.name == name) return known;
  return {name, CodexType::other};
}

CodexVoice voice_of_role(std::string_view role) {
  if (role == "user") return CodexVoice::user;
  return role == "assistant" ? CodexVoice::agent : CodexVoice::none;
}

CodexVoice voice_of_completed(std::string_view type) {
  if (type == "UserMessage") return CodexVoice::user;
  if (type == "AgentMessage" || type == "Plan") return CodexVoice::agent;
  return type == "Reasoning" ? CodexVoice::reasoning : CodexVoice::none;
}

void take_item(std::string_view type, CodexRecord& record) {
  const Known known = find(kItems, type);
  record.type = known.type;
  record.voice = known.type == CodexType::message ? voice_of_role(record.payload["role"].body()) : known.voice;
  record.log = CodexLog::item;
  std::string_view id = record.payload["call_id"].body();
  if (id.empty()) id = record.payload["id"].body();
  // Without a mark of its own it could be taken for an ordinal's name.
  if (is_safe_name(id) && id.find_first_of("_-") != std::string_view::npos && known.type != CodexType::output)
    record.id = id;
}

void take_event(std::string_view type, CodexRecord& record) {
  const Known known = find(kEvents, type);
  record.type = known.type;
  record.voice = known.voice;
  record.log = CodexLog::event;
  if (known.type == CodexType::task_complete) record.log = CodexLog::task;
  if (known.type == CodexType::completed_item) {
    record.log = CodexLog::completed;
    record.voice = voice_of_completed(record.payload["item"]["type"].body());
  }
}

/// A line of the stream of `codex exec --json`. False: it is none.
bool take_stream(std::string_view type, const JsonValue& object, CodexRecord& record) {
  record.log = CodexLog::event;
  if (type == "thread.started") {
    record.type = CodexType::stream_start;
  } else if (type == "turn.completed") {
    record.type = CodexType::token_count;
  } else if (type == "turn.failed") {
    record.type = CodexType::error;
    record.log = CodexLog::task;  // repeats an error
  } else if (type == "error") {
    record.type = CodexType::error;
  } else if (const JsonValue item = object["item"]; type.starts_with("item.") && item.is_object()) {
    record.is_end = type == "item.completed";
    record.payload = item;
    const std::string_view what = item["type"].body();
    if (is_safe_name(item["id"].body()) && item["id"].body().contains('_')) record.id = item["id"].body();
    if (what == "agent_message" || what == "reasoning") {
      record.type = record.is_end ? CodexType::stream_text : CodexType::other;
      record.voice = what == "reasoning" ? CodexVoice::reasoning : CodexVoice::agent;
    } else if (what == "error") {
      record.type = record.is_end ? CodexType::error : CodexType::other;
    } else if (type != "item.updated" && !what.empty()) {
      record.type = CodexType::stream_item;
    }
  } else {
    record.log = CodexLog::none;
    return false;
  }
  return true;
}

/// A line of the time before there was a payload, or of a dump that left it out.
void take_bare(std::string_view type, CodexRecord& record) {
  if (!type.empty()) return take_item(type, record);
  const auto has = [&](std::string_view name) { return !record.payload[name].raw().empty(); };
  if (has("role")) return take_item("message", record);
  if (has("id") && (has("instructions") || has("git"))) record.type = CodexType::meta;
}

}  // namespace

std::optional<std::int64_t> CodexRecord::time_ms() const {
  const auto time = from_iso8601(timestamp);
  if (!time) return std::nullopt;
  return time->time_since_epoch().count();
}

std::string_view CodexRecord::call_id() const {
  if (const auto call = payload["call_id"].body(); !call.empty()) return call;
  return log == CodexLog::item ? payload["id"].body() : std::string_view();
}

std::string codex_anchor(std::string_view id, std::uint32_t ordinal, std::uint16_t part) {
  if (part == kCodexUnshownPart) return fmt::format("line{}", ordinal);
  std::string anchor = id.empty() ? fmt::format("r{}", ordinal) : std::string(id);
  if (part > 0) anchor += fmt::format(".{}", part);
  return anchor;
}

CodexRecord parse_codex_record(const JsonValue& object) {
  CodexRecord record;
  std::string_view type;
  std::string_view created;
  object.for_each_member([&](std::string_view key, const JsonValue& value) {
    if (key == "timestamp") {
      record.timestamp = value.body();
    } else if (key == "type") {
      type = value.body();
    } else if (key == "payload") {
      record.payload = value;
    } else if (key == "created_at") {
      created = value.body();
    }
  });
  if (record.timestamp.empty()) record.timestamp = created;
  if (!record.payload.is_object()) {
    record.payload = object;
    if (!take_stream(type, object, record)) take_bare(type, record);
  } else if (type == "response_item") {
    take_item(record.payload["type"].body(), record);
  } else if (type == "event_msg") {
    take_event(record.payload["type"].body(), record);
  } else if (type == "session_meta") {
    record.type = CodexType::meta;
  } else if (type == "turn_context") {
    record.type = CodexType::turn_context;
  } else if (type == "compacted") {
    record.type = CodexType::compacted;
    record.log = CodexLog::item;
  }
  return record;
}

std::optional<CodexImage> codex_image(std::string_view url) {
  constexpr std::string_view kScheme = "data:";
  constexpr std::size_t kLongestHead = 200;
  if (!url.starts_with(kScheme)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  const auto comma = url.substr(0, kLongestHead).find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string_view head = url.substr(0, comma);
  if (!head.ends_with(";base64")) return std::nullopt;
  return CodexImage{.media = head.substr(0, head.find(';')), .data = url.substr(comma + 1)};
}

std::optional<CodexPart> parse_codex_part(const JsonValue& element) {
  if (element.is_string()) return CodexPart{CodexPart::Type::text, element.body()};
  if (!element.is_object()) return std::nullopt;
  if (const JsonValue text = element["text"]; text.is_string()) return CodexPart{CodexPart::Type::text, text.body()};
  JsonValue image = element["image_url"];
  if (image.is_object()) image = image["url"];
  if (image.is_string()) return CodexPart{CodexPart::Type::image, image.body()};
  return std::nullopt;
}

}  // namespace panko
