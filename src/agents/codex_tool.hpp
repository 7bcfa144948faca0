// Tools as Codex records them: names, inputs as JSON objects, results as text. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agents/codex_record.hpp"

namespace panko {

/// Still escaped; may be made of two names, as recorded apart: "collaboration" and "spawn_agent".
[[nodiscard]] std::string codex_tool_name(const CodexRecord& record);

/// JSON text: an object. Arguments that are JSON in a string come out of it; free text is {"input": ...}.
[[nodiscard]] std::string codex_tool_input(const CodexRecord& record);

struct CodexResult {
  std::string text;
  std::vector<CodexImage> images;  // views of the record
};

/// What the tool said, without the JSON around it; of a patch, what it changed as a diff.
[[nodiscard]] CodexResult codex_tool_result(const CodexRecord& record);

[[nodiscard]] bool codex_tool_failed(const CodexRecord& record);

}  // namespace panko
