#include "agents/claude_tool.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

constexpr std::string_view kMcp = "mcp__";

constexpr auto kTools = std::to_array<std::pair<std::string_view, ToolKind>>({
    {"Bash", ToolKind::shell},        {"Read", ToolKind::read},           {"Edit", ToolKind::edit},
    {"Grep", ToolKind::search},       {"Glob", ToolKind::search},         {"Write", ToolKind::edit},
    {"TodoWrite", ToolKind::todo},    {"TaskUpdate", ToolKind::todo},     {"TaskCreate", ToolKind::todo},
    {"TaskList", ToolKind::todo},     {"TaskGet", ToolKind::todo},        {"MultiEdit", ToolKind::edit},
    {"NotebookEdit", ToolKind::edit}, {"NotebookRead", ToolKind::read},   {"BashOutput", ToolKind::shell},
    {"KillShell", ToolKind::shell},   {"KillBash", ToolKind::shell},      {"PowerShell", ToolKind::shell},
    {"bash", ToolKind::shell},        {"LS", ToolKind::search},           {"LSP", ToolKind::search},
    {"ToolSearch", ToolKind::search}, {"WebSearch", ToolKind::web},       {"web_search", ToolKind::web},
    {"WebFetch", ToolKind::web},      {"web_fetch", ToolKind::web},       {"AskUserQuestion", ToolKind::ask},
    {"ExitPlanMode", ToolKind::plan}, {"exit_plan_mode", ToolKind::plan},
});

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

/// As it was recorded, or as the result's text says it: "Exit code 2" in front of a failure's output.
std::optional<std::int64_t> exit_code_of(const ClaudeCall& call) {
  for (const std::string_view name : {"exitCode", "exit_code", "code"})
    if (const auto code = number_in(call.details[name].raw())) return code;
  constexpr std::string_view kSaid = "Exit code ";
  if (call.is_error && call.result.starts_with(kSaid)) return number_in(call.result.substr(kSaid.size()));
  constexpr std::string_view kTag = "<exit_code>";
  if (const auto at = call.result.substr(0, 2048).find(kTag); call.name != "Bash" && at != std::string_view::npos)
    return number_in(call.result.substr(at + kTag.size()));
  return std::nullopt;
}

ToolAction shell_action(const ClaudeCall& call) {
  ShellCall shell{.command = claude_text_of(call.input["command"]),
                  .directory = {},
                  .purpose = claude_text_of(call.input["description"]),
                  .exit_code = exit_code_of(call)};
  // Looking at a shell in the background, or ending it.
  if (shell.command.empty()) shell.command = claude_text_of(call.details["command"]);
  for (const std::string_view name : {"bash_id", "shell_id"})
    if (const std::string id = claude_text_of(call.input[name]); shell.purpose.empty() && !id.empty())
      shell.purpose = "shell " + id;
  if (shell.command.empty() && shell.purpose.empty()) return OtherCall{};
  return shell;
}

ToolAction search_action(const ClaudeCall& call) {
  SearchCall search;
  for (const std::string_view name : {"pattern", "query", "operation"})
    if (search.query.empty()) search.query = claude_text_of(call.input[name]);
  for (const std::string_view name : {"path", "filePath", "glob", "type"}) {
    const std::string place = claude_text_of(call.input[name]);
    if (!place.empty()) search.where += (search.where.empty() ? "" : ", ") + place;
  }
  if (search.query.empty() && search.where.empty()) return OtherCall{};
  return search;
}

ToolAction mcp_action(std::string_view name) {
  name.remove_prefix(kMcp.size());
  const auto gap = name.find("__");
  if (gap == std::string_view::npos) return OtherCall{};
  return McpCall{.server = unescape_json(name.substr(0, gap)), .tool = unescape_json(name.substr(gap + 2))};
}

}  // namespace

std::string claude_text_of(const JsonValue& value) {
  return unescape_json(value.body());
}

std::uint32_t claude_number_of(const JsonValue& value) {
  const auto count = value.as_count().value_or(0);
  return count <= UINT32_MAX ? static_cast<std::uint32_t>(count) : 0;
}

ToolKind claude_tool_kind(std::string_view name) {
  const auto tool = std::ranges::find(kTools, name, &std::pair<std::string_view, ToolKind>::first);
  if (tool != kTools.end()) return tool->second;
  const bool is_mcp = name.starts_with(kMcp) && name.find("__", kMcp.size()) != std::string_view::npos;
  return is_mcp ? ToolKind::mcp : ToolKind::other;
}

ToolAction claude_tool_action(const ClaudeCall& call) {
  switch (claude_tool_kind(call.name)) {
    case ToolKind::shell: return shell_action(call);
    case ToolKind::edit: return claude_edit_action(call);
    case ToolKind::read: return claude_read_action(call);
    case ToolKind::search: return search_action(call);
    case ToolKind::todo: return claude_todo_action(call);
    case ToolKind::ask: return claude_ask_action(call);
    case ToolKind::plan: return claude_plan_action(call);
    case ToolKind::web: return claude_web_action(call);
    case ToolKind::mcp: return mcp_action(call.name);
    case ToolKind::other: break;
  }
  return OtherCall{};
}

}  // namespace panko
