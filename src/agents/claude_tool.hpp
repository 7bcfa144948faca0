// What a call of one of Claude Code's tools was for, in common terms: from its input, from what the program recorded
// of it (toolUseResult), and where that is missing from the text of its result. Any of them may be damaged or of
// another shape: then less is known, at worst nothing. Pure; linear.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_index.hpp"
#include "session/tool.hpp"

namespace panko {

struct ClaudeCall {
  std::string_view name;    // still escaped
  JsonValue input;          // an object, but for damaged records
  JsonValue details;        // toolUseResult; the richer of the two
  JsonValue content;        // of the result, where it is a list
  std::string_view result;  // its text
  bool has_result = false;
  bool is_error = false;
};

/// By the tool's name alone.
[[nodiscard]] ToolKind claude_tool_kind(std::string_view name);

/// Of that kind, or OtherCall where what it needs is not there.
[[nodiscard]] ToolAction claude_tool_action(const ClaudeCall& call);

/// Parts of the above, one for each family of tools.
[[nodiscard]] ToolAction claude_edit_action(const ClaudeCall& call);
[[nodiscard]] ToolAction claude_read_action(const ClaudeCall& call);
[[nodiscard]] ToolAction claude_todo_action(const ClaudeCall& call);
[[nodiscard]] ToolAction claude_ask_action(const ClaudeCall& call);
[[nodiscard]] ToolAction claude_plan_action(const ClaudeCall& call);
[[nodiscard]] ToolAction claude_web_action(const ClaudeCall& call);

/// A string's text; empty for everything else.
[[nodiscard]] std::string claude_text_of(const JsonValue& value);
/// A count that fits; 0 for everything else.
[[nodiscard]] std::uint32_t claude_number_of(const JsonValue& value);

}  // namespace panko
