// Scripts that Codex writes to call tools: `const r = await tools.exec_command({cmd:"ls"}); text(r.output);`. No
// interpreter: calls are understood whose arguments stand there as literals. Pure, linear.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace panko {

struct CodexScriptCall {
  std::string tool;
  std::string arguments;  // JSON: an object, or a string
};

/// Every call of a tool, in order; nullopt: there is one that cannot be understood.
[[nodiscard]] std::optional<std::vector<CodexScriptCall>> codex_script_calls(std::string_view script);

}  // namespace panko
