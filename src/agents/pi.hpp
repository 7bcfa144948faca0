// pi: ~/.pi/agent/sessions/--<folder>--/<time>_<uuid>.jsonl, and what others made of it (Oh My Pi, OpenClaw) as far as
// their files are the same: a tree of entries behind a header.
#pragma once

#include "agents/agent.hpp"
#include "agents/record_notes.hpp"

namespace panko {

extern const Agent kPi;

/// Its parts. See Agent and RecordFormat.
[[nodiscard]] bool recognises_pi(std::string_view head);
[[nodiscard]] RecordNotes note_pi(const JsonValue& record);

/// By the tool's name alone.
[[nodiscard]] ToolKind pi_tool_kind(std::string_view name);
/// `call`: {"type":"toolCall",...}; `result`: the message of role toolResult.
[[nodiscard]] NotedTool load_pi_tool(const JsonValue& call, const JsonValue& result);

}  // namespace panko
