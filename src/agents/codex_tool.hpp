// Tools as Codex records them: names, and inputs as JSON objects. Pure.
#pragma once

#include <string>

#include "agents/codex_record.hpp"

namespace panko {

/// Still escaped; may be made of two names, as recorded apart: "collaboration" and "spawn_agent".
[[nodiscard]] std::string codex_tool_name(const CodexRecord& record);

/// JSON text: an object. Arguments that are JSON in a string come out of it; free text is {"input": ...}.
[[nodiscard]] std::string codex_tool_input(const CodexRecord& record);

}  // namespace panko
