// Results of Codex's tools: text without the JSON and the figures around it. Pure, linear.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agents/codex_record.hpp"

namespace panko {

struct CodexResult {
  std::string text;
  std::vector<CodexImage> images;  // views of the record
  std::optional<std::int64_t> exit_code;
};

/// What the tool said. What it changed, or found in the web, is in its action.
[[nodiscard]] CodexResult codex_tool_result(const CodexRecord& record);

[[nodiscard]] bool codex_tool_failed(const CodexRecord& record);

}  // namespace panko
