// Copilot's tools: their names in common terms, what they were for and what they said.
#include <algorithm>
#include <array>

#include "agents/codex_patch.hpp"
#include "agents/copilot.hpp"
#include "agents/noted_tools.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

constexpr auto kTools = std::to_array<std::pair<std::string_view, ToolKind>>({
    {"bash", ToolKind::shell},       {"shell", ToolKind::shell},         {"powershell", ToolKind::shell},
    {"write_bash", ToolKind::shell}, {"read_bash", ToolKind::shell},     {"stop_bash", ToolKind::shell},
    {"view", ToolKind::read},        {"show_file", ToolKind::read},      {"edit", ToolKind::edit},
    {"create", ToolKind::edit},      {"apply_patch", ToolKind::edit},    {"str_replace_editor", ToolKind::edit},
    {"rg", ToolKind::search},        {"grep", ToolKind::search},         {"glob", ToolKind::search},
    {"web_fetch", ToolKind::web},    {"web_search", ToolKind::web},      {"ask_user", ToolKind::ask},
    {"update_todo", ToolKind::todo}, {"exit_plan_mode", ToolKind::plan},
});

ToolAction shell_action(const JsonValue& input, std::string_view result) {
  ShellCall shell{.command = text_in(input, {"command", "input"}),
                  .directory = text_in(input, {"cwd", "directory"}),
                  .purpose = text_in(input, {"description"}),
                  .exit_code = number_behind(result, "exited with exit code ")};
  if (shell.command.empty() && shell.purpose.empty()) shell.purpose = text_in(input, {"shellId", "sessionId"});
  return shell;
}

/// "12. text" on every line: takes the numbers off and returns the first; 0: there are none.
std::uint32_t take_line_numbers(std::string& text) {
  std::string plain;
  std::int64_t first = 0;
  std::int64_t next = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    const auto dot = line.find('.');
    const auto number = dot < 10 ? number_behind(line.substr(0, dot), "") : std::nullopt;
    if (!number || *number < 1 || (first != 0 && *number != next)) return 0;
    if (first == 0) first = *number;
    next = *number + 1;
    line.remove_prefix(dot + 1);
    if (line.starts_with(' ')) line.remove_prefix(1);
    plain += line;
    plain += '\n';
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  text = std::move(plain);
  return static_cast<std::uint32_t>(first);
}

ToolAction read_action(const JsonValue& input, const std::string& result) {
  ReadCall read{.path = text_in(input, {"path", "filePath"}), .text = result};
  read.first_line = take_line_numbers(read.text);
  if (read.first_line == 0) read.text.clear();
  return read;
}

/// What came of it is known best from the diff that is shown to the user.
ToolAction edit_action(std::string_view name, const JsonValue& input, const JsonValue& result) {
  EditCall edit;
  if (name == "apply_patch") {
    edit.files = parse_codex_patch(text_in(input, {"input", "patch"}));
    return edit;
  }
  std::string path = text_in(input, {"path", "filePath"});
  if (const std::string content = text_in(input, {"file_text", "content"}); !content.empty() || name == "create") {
    edit.files.push_back(written_file(std::move(path), content));
    return edit;
  }
  edit.files.push_back(
      replacement(std::move(path), text_in(input, {"old_str", "oldText"}), text_in(input, {"new_str", "newText"})));
  if (auto hunks = unified_hunks(text_in(result["result"], {"detailedContent"})); !hunks.empty())
    edit.files.back().hunks = std::move(hunks);
  return edit;
}

ToolAction todo_action(const JsonValue& input) {
  TodoCall call;
  const std::string list = text_in(input, {"todos"});
  for (std::string_view rest = list; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const bool is_done = line.starts_with("- [x]") || line.starts_with("- [X]");
    if (!is_done && !line.starts_with("- [ ]")) continue;
    call.todos.push_back(
        {.state = is_done ? Todo::State::done : Todo::State::pending, .text = std::string(trim(line.substr(5)))});
  }
  if (call.todos.empty()) return OtherCall{};
  return call;
}

ToolAction ask_action(const JsonValue& input, const std::string& result) {
  Question question{.title = {}, .text = text_in(input, {"question", "prompt"}), .options = {}, .answers = {}};
  if (question.text.empty()) return OtherCall{};
  input["choices"].for_each_element([&](const JsonValue& choice) {
    question.options.push_back({.label = unescape_json(choice.body()), .description = {}});
  });
  if (!result.empty()) question.answers.push_back(result);
  return AskCall{.questions = {std::move(question)}};
}

ToolAction action_of(std::string_view name, const JsonValue& call, const JsonValue& input, const JsonValue& result,
                     const std::string& text) {
  if (const std::string server = text_in(call, {"mcpServerName"}); !server.empty())
    return McpCall{.server = server, .tool = text_in(call, {"mcpToolName", "toolName", "name"})};
  switch (copilot_tool_kind(name)) {
    case ToolKind::shell: return shell_action(input, text);
    case ToolKind::read: return read_action(input, text);
    case ToolKind::edit:
      if (text_in(input, {"command"}) == "view") return read_action(input, text);
      return edit_action(name, input, result);
    case ToolKind::search:
      return SearchCall{.query = text_in(input, {"pattern", "query"}),
                        .where = text_in(input, {"paths", "path", "glob"})};
    case ToolKind::todo: return todo_action(input);
    case ToolKind::ask: return ask_action(input, text);
    case ToolKind::plan: return PlanCall{.text = text_in(input, {"summary", "plan"})};
    case ToolKind::web: return WebCall{.query = text_in(input, {"query"}), .url = text_in(input, {"url"}), .links = {}};
    default: break;
  }
  if (auto mcp = mcp_call(name)) return *mcp;
  return OtherCall{};
}

}  // namespace

ToolKind copilot_tool_kind(std::string_view name) {
  const auto tool = std::ranges::find(kTools, name, &std::pair<std::string_view, ToolKind>::first);
  if (tool != kTools.end()) return tool->second;
  return mcp_call(name) ? ToolKind::mcp : ToolKind::other;
}

NotedTool load_copilot_tool(const JsonValue& call, const JsonValue& result) {
  NotedTool tool;
  tool.result = text_in(result["result"], {"content", "detailedContent"});
  if (tool.result.empty()) tool.result = text_in(result["error"], {"message"});
  const NotedInput input(call["arguments"]);
  tool.input = input.json();
  const std::string name = text_in(call, {"name", "toolName"});
  tool.action = action_of(name, call, input.root(), result, tool.result);
  return tool;
}

}  // namespace panko
