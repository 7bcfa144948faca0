// GitHub Copilot CLI: ~/.copilot/session-state/<uuid>/events.jsonl, in earlier releases <uuid>.jsonl.
#pragma once

#include "agents/agent.hpp"
#include "agents/record_notes.hpp"

namespace panko {

extern const Agent kCopilot;

/// Its parts. See Agent and RecordFormat.
[[nodiscard]] bool recognises_copilot(std::string_view head);
[[nodiscard]] RecordNotes note_copilot(const JsonValue& record);

/// By the tool's name alone.
[[nodiscard]] ToolKind copilot_tool_kind(std::string_view name);
/// `call`: a tool request or the start of its execution; `result`: the end of that.
[[nodiscard]] NotedTool load_copilot_tool(const JsonValue& call, const JsonValue& result);

}  // namespace panko
