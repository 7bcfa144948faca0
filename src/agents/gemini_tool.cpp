// Gemini's tools: their names in common terms, what they were for and what they said.
#include <algorithm>
#include <array>

#include "agents/gemini.hpp"
#include "agents/noted_tools.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

constexpr auto kTools = std::to_array<std::pair<std::string_view, ToolKind>>({
    {"run_shell_command", ToolKind::shell},
    {"read_file", ToolKind::read},
    {"read_many_files", ToolKind::search},
    {"write_file", ToolKind::edit},
    {"replace", ToolKind::edit},
    {"edit", ToolKind::edit},
    {"list_directory", ToolKind::search},
    {"glob", ToolKind::search},
    {"search_file_content", ToolKind::search},
    {"grep_search", ToolKind::search},
    {"google_web_search", ToolKind::web},
    {"web_fetch", ToolKind::web},
    {"write_todos", ToolKind::todo},
    {"ask_user", ToolKind::ask},
    {"exit_plan_mode", ToolKind::plan},
});

/// What the model was given: [{"functionResponse":{"response":{"output":...}}}].
std::string response_of(const JsonValue& call, std::vector<NotedImage>& images) {
  std::string text;
  call["result"].for_each_element([&](const JsonValue& part) {
    const auto add_image = [&](const JsonValue& of) {
      if (const std::string_view data = of["inlineData"]["data"].body(); !data.empty())
        images.push_back({.media = of["inlineData"]["mimeType"].body(), .data = data});
    };
    add_image(part);
    part["functionResponse"]["parts"].for_each_element(add_image);
    const JsonValue response = part["functionResponse"]["response"];
    std::string said = text_in(response, {"output", "error", "content"});
    if (said.empty()) said = text_in(part, {"text"});
    if (said.empty() && response.is_object() && response.raw() != "{}") said = response.raw();
    if (!said.empty()) append_line(text, said);
  });
  return text;
}

ToolAction edit_action(const JsonValue& call, const JsonValue& input) {
  std::string path = text_in(input, {"file_path", "absolute_path", "path"});
  const JsonValue display = call["resultDisplay"];
  const bool is_new = display["isNewFile"].is_true();
  FileChange change = input["content"].is_string() ? written_file(std::move(path), text_in(input, {"content"}))
                                                   : replacement(std::move(path), text_in(input, {"old_string"}),
                                                                 text_in(input, {"new_string"}));
  if (auto hunks = unified_hunks(text_in(display, {"fileDiff"})); !hunks.empty()) {
    change.kind = is_new ? FileChange::Kind::add : FileChange::Kind::update;
    change.hunks = std::move(hunks);
  }
  return EditCall{.files = {std::move(change)}};
}

ToolAction shell_action(const JsonValue& input, std::string_view response) {
  return ShellCall{.command = text_in(input, {"command"}),
                   .directory = text_in(input, {"dir_path", "directory", "cwd"}),
                   .purpose = text_in(input, {"description"}),
                   .exit_code = number_behind(response, "\nExit Code: ")};
}

ToolAction read_action(const JsonValue& input, const NotedTool& tool, bool is_error) {
  ReadCall read{.path = text_in(input, {"absolute_path", "file_path", "path"}), .first_line = 0, .text = {}};
  // A part of a file is put into words of the tool's own.
  const bool is_plain = !tool.result.empty() && !is_error && tool.images.empty() &&
                        !tool.result.starts_with("\nIMPORTANT:") && !tool.result.starts_with("IMPORTANT:") &&
                        !tool.result.starts_with("[File content truncated");
  if (!is_plain) return read;
  read.first_line = std::max(number_in(input, {"start_line"}), number_in(input, {"offset"}) + 1);
  read.text = tool.result;
  return read;
}

ToolAction todo_action(const JsonValue& input) {
  TodoCall call;
  input["todos"].for_each_element([&](const JsonValue& todo) {
    const std::string status = text_in(todo, {"status"});
    using enum Todo::State;
    call.todos.push_back({.state = status == "completed"     ? done
                                   : status == "in_progress" ? active
                                   : status == "cancelled"   ? dropped
                                                             : pending,
                          .text = text_in(todo, {"description", "content", "title"})});
  });
  if (call.todos.empty()) return OtherCall{};
  return call;
}

ToolAction ask_action(const JsonValue& input, const std::string& result) {
  AskCall call;
  input["questions"].for_each_element([&](const JsonValue& asked) {
    Question& question = call.questions.emplace_back();
    question.title = text_in(asked, {"header"});
    question.text = text_in(asked, {"question"});
    asked["options"].for_each_element([&](const JsonValue& option) {
      question.options.push_back(
          {.label = text_in(option, {"label"}), .description = text_in(option, {"description"})});
    });
  });
  if (call.questions.empty()) return OtherCall{};
  if (call.questions.size() == 1 && !result.empty()) call.questions.front().answers.push_back(result);
  return call;
}

ToolAction action_of(std::string_view name, const JsonValue& call, const JsonValue& input, std::string_view response,
                     const NotedTool& tool) {
  switch (gemini_tool_kind(name)) {
    case ToolKind::shell: return shell_action(input, response);
    case ToolKind::read: return read_action(input, tool, call["status"].body() != "success");
    case ToolKind::edit: return edit_action(call, input);
    case ToolKind::search:
      return SearchCall{.query = text_in(input, {"pattern", "query"}),
                        .where = text_in(input, {"dir_path", "path", "include", "absolute_path"})};
    case ToolKind::todo: return todo_action(input);
    case ToolKind::ask: return ask_action(input, tool.result);
    case ToolKind::plan: return PlanCall{.text = text_in(input, {"plan", "plan_path"})};
    case ToolKind::web:
      return WebCall{.query = text_in(input, {"query", "prompt"}), .url = text_in(input, {"url"}), .links = {}};
    default: break;
  }
  if (auto mcp = mcp_call(name)) return *mcp;
  return OtherCall{};
}

}  // namespace

ToolKind gemini_tool_kind(std::string_view name) {
  const auto tool = std::ranges::find(kTools, name, &std::pair<std::string_view, ToolKind>::first);
  if (tool != kTools.end()) return tool->second;
  return mcp_call(name) ? ToolKind::mcp : ToolKind::other;
}

NotedTool load_gemini_tool(const JsonValue& call, const JsonValue& /*result*/) {
  NotedTool tool;
  const std::string response = response_of(call, tool.images);
  const std::string name = text_in(call, {"name"});
  const std::string shown = text_in(call, {"resultDisplay"});
  // Of a shell's output the user saw the output alone; of everything else, often only that there was something.
  tool.result = response.empty() || (name == "run_shell_command" && !shown.empty()) ? shown : response;
  const NotedInput input(call["args"]);
  tool.input = input.json();
  tool.action = action_of(name, call, input.root(), response, tool);
  return tool;
}

}  // namespace panko
