// What a call of one of Codex's tools was for, in common terms. Pure.
#pragma once

#include "agents/codex_record.hpp"
#include "agents/codex_result.hpp"
#include "session/tool.hpp"

namespace panko {

/// By the call alone: what its action will be.
[[nodiscard]] ToolKind codex_tool_kind(const CodexRecord& call);

/// `end`: the record that its result was taken from, which may be the call itself; nullptr: there is none. What the
/// action says is taken out of the result.
[[nodiscard]] ToolAction codex_action(const CodexRecord& call, const CodexRecord* end, CodexResult& result);

}  // namespace panko
