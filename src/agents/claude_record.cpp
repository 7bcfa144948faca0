#include "agents/claude_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "agents/safe_name.hpp"
#include "base/clock.hpp"

namespace panko {

namespace {

ClaudeRecordType record_type(std::string_view name) {
  using enum ClaudeRecordType;
  static constexpr std::array<std::pair<std::string_view, ClaudeRecordType>, 11> kTypes{
      {{"assistant", assistant},
       {"user", user},
       {"progress", progress},
       {"attachment", attachment},
       {"system", system},
       {"summary", summary},
       {"last-prompt", last_prompt},
       {"ai-title", ai_title},
       {"custom-title", custom_title},
       {"agent-name", agent_name},
       {"queue-operation", queue_operation}}};
  for (const auto& [known, type] : kTypes)
    if (known == name) return type;
  return other;
}

ClaudePart::Type part_type(std::string_view name) {
  using enum ClaudePart::Type;
  if (name == "tool_use" || name == "server_tool_use" || name == "mcp_tool_use") return tool_use;
  if (name == "text") return text;
  if (name == "thinking") return thinking;
  if (name == "image") return image;
  if (name == "document") return document;
  // web_search_tool_result, advisor_tool_result, ...: results of tools that ran at the server
  if (name.ends_with("tool_result")) return tool_result;
  return other;
}

void parse_usage(const JsonValue& object, ClaudeRecord& record) {
  record.has_usage = object.is_object();
  object.for_each_member([&](std::string_view key, const JsonValue& value) {
    if (key == "input_tokens") {
      record.usage.input_tokens = value.as_count().value_or(0);
    } else if (key == "output_tokens") {
      record.usage.output_tokens = value.as_count().value_or(0);
    } else if (key == "cache_read_input_tokens") {
      record.usage.cache_read_tokens = value.as_count().value_or(0);
    } else if (key == "cache_creation_input_tokens") {
      record.usage.cache_write_tokens = value.as_count().value_or(0);
    }
  });
}

void parse_message(const JsonValue& message, ClaudeRecord& record) {
  if (message.is_string()) record.content = message;
  message.for_each_member([&](std::string_view key, const JsonValue& value) {
    if (key == "content") {
      record.content = value;
    } else if (key == "id") {
      record.message_id = value.body();
    } else if (key == "model") {
      record.model = value.body();
    } else if (key == "usage") {
      parse_usage(value, record);
    }
  });
}

void parse_attachment(const JsonValue& attachment, ClaudeRecord& record) {
  const std::string_view type = attachment["type"].body();
  if (type == "queued_command") {
    record.content = attachment["prompt"];
  } else if (type == "hook_blocking_error") {
    record.content = attachment["blockingError"]["blockingError"];
  } else if (type == "hook_system_message") {
    record.content = attachment["content"];
  } else {
    return;
  }
  record.subtype = type;
  record.is_meta = type != "queued_command";
}

void parse_tool_use_result(const JsonValue& result, ClaudeRecord& record) {
  record.details = result;
  result.for_each_member([&](std::string_view key, const JsonValue& value) {
    if (key == "agentId") {
      record.spawned = value.body();
    } else if (key == "persistedOutputPath") {
      record.persisted = value.body();
    }
  });
}

/// Members by the length of their name first: this runs for each of half a million names of a large session.
void parse_member(std::string_view key, const JsonValue& value, ClaudeRecord& record) {
  switch (key.size()) {
    case 3:
      if (key == "cwd") record.cwd = value.body();
      break;
    case 4:
      if (key == "type") record.type = record_type(value.body());
      if (key == "uuid" && is_safe_name(value.body())) record.uuid = value.body();
      if (key == "slug") record.slug = value.body();
      break;
    case 5:
      if (key == "error") record.error = value;
      break;
    case 6:
      if (key == "isMeta") record.is_meta = record.is_meta || value.is_true();
      break;
    case 7:
      if (key == "message") parse_message(value, record);
      if (key == "content") record.content = value;
      if (key == "subtype") record.subtype = value.body();
      if (key == "summary" || key == "aiTitle") record.title = value.body();
      if (key == "agentId") record.agent_id = value.body();
      break;
    case 8:
      if (key == "leafUuid") record.leaf = value.body();
      break;
    case 9:
      if (key == "timestamp") record.timestamp = value.body();
      if (key == "sessionId") record.session_id = value.body();
      if (key == "operation") record.subtype = value.body();
      if (key == "gitBranch") record.git_branch = value.body();
      if (key == "requestId") record.request_id = value.body();
      if (key == "agentName") record.title = value.body();
      break;
    case 10:
      if (key == "parentUuid") record.parent = value.body();
      if (key == "attachment") parse_attachment(value, record);
      if (key == "lastPrompt") record.title = value.body();
      break;
    case 11:
      if (key == "isSidechain") record.is_sidechain = value.is_true();
      if (key == "customTitle") record.title = value.body();
      break;
    case 13:
      if (key == "toolUseResult") parse_tool_use_result(value, record);
      break;
    case 16:
      if (key == "isCompactSummary") record.is_compact_summary = value.is_true();
      break;
    case 17:
      if (key == "isApiErrorMessage") record.is_api_error = value.is_true();
      break;
    default: break;
  }
}

}  // namespace

std::string claude_anchor(std::string_view uuid, std::uint32_t ordinal, std::uint16_t part) {
  if (part == kClaudeUnshownPart) return fmt::format("line{}", ordinal);
  std::string anchor = uuid.empty() ? fmt::format("r{}", ordinal) : std::string(uuid);
  if (part == kClaudeSubagentPart) return anchor + ".agent";
  if (part > 0) anchor += fmt::format(".{}", part);
  return anchor;
}

std::optional<std::int64_t> ClaudeRecord::time_ms() const {
  const auto time = from_iso8601(timestamp);
  if (!time) return std::nullopt;
  return time->time_since_epoch().count();
}

ClaudeRecord parse_claude_record(const JsonValue& object) {
  ClaudeRecord record;
  object.for_each_member([&](std::string_view key, const JsonValue& value) { parse_member(key, value, record); });
  return record;
}

ClaudePart parse_claude_part(const JsonValue& element) {
  ClaudePart part;
  part.raw = element.raw();
  std::string_view reasoning;
  JsonValue source;
  element.for_each_member([&](std::string_view key, const JsonValue& value) {
    if (key == "type") {
      part.type = part_type(value.body());
    } else if (key == "text") {
      part.text = value.body();
    } else if (key == "thinking") {
      reasoning = value.body();
    } else if (key == "id" || key == "tool_use_id") {
      part.id = value.body();
    } else if (key == "name") {
      part.name = value.body();
    } else if (key == "tool_name") {
      part.tool_name = value.body();
    } else if (key == "input") {
      part.input = value;
    } else if (key == "content") {
      part.content = value;
    } else if (key == "is_error") {
      part.is_error = value.is_true();
    } else if (key == "source") {
      source = value;
    }
  });
  if (part.type == ClaudePart::Type::thinking && !reasoning.empty()) part.text = reasoning;
  if (part.type == ClaudePart::Type::image || part.type == ClaudePart::Type::document) {
    part.media = source["media_type"].body();
    part.data = source["data"].body();
  }
  return part;
}

}  // namespace panko
