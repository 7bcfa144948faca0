#include "agents/codex_action.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agents/codex_inner_json.hpp"
#include "agents/codex_patch.hpp"
#include "agents/codex_script.hpp"
#include "agents/codex_tool.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

std::string text_of(const JsonValue& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const auto body = object[name].body(); !body.empty()) return unescape_json(body);
  return {};
}

constexpr std::array<std::string_view, 8> kShells{"shell", "shell_command", "local_shell",       "container.exec",
                                                  "exec",  "exec_command",  "run_shell_command", "unified_exec"};

ToolKind kind_by_name(std::string_view name) {
  struct Known {
    std::string_view name;
    ToolKind kind;
  };
  constexpr std::array<Known, 10> kKnown{{{"write_stdin", ToolKind::shell},
                                          {"wait", ToolKind::shell},
                                          {"apply_patch", ToolKind::edit},
                                          {"update_plan", ToolKind::todo},
                                          {"view_image", ToolKind::read},
                                          {"read_file", ToolKind::read},
                                          {"grep_files", ToolKind::search},
                                          {"list_dir", ToolKind::search},
                                          {"web_search", ToolKind::web},
                                          {"request_user_input", ToolKind::ask}}};
  if (std::ranges::find(kShells, name) != kShells.end()) return ToolKind::shell;
  for (const Known& known : kKnown)
    if (known.name == name) return known.kind;
  return name.contains("__") ? ToolKind::mcp : ToolKind::other;
}

/// "mcp__server__tool", "server__tool", "mcp__server.tool".
McpCall mcp_call(std::string_view name) {
  constexpr std::string_view kPrefix = "mcp__";
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  auto end = name.find("__");
  std::size_t gap = 2;
  if (end == std::string_view::npos) {
    end = name.find('.');
    gap = 1;
  }
  if (end == std::string_view::npos) return {.server = std::string(name), .tool = {}};
  return {.server = std::string(name.substr(0, end)), .tool = std::string(name.substr(end + gap))};
}

bool is_plain_argument(std::string_view text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  return !text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos;
}

std::string shell_word(std::string_view argument) {
  if (is_plain_argument(argument)) return std::string(argument);
  std::string text = "'";
  for (const char c : argument) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + "'";
}

bool is_shell(std::string_view program) {
  if (const auto slash = program.find_last_of("/\\"); slash != std::string_view::npos) program.remove_prefix(slash + 1);
  for (const std::string_view shell :
       {"bash", "sh", "zsh", "dash", "fish", "pwsh", "powershell", "pwsh.exe", "powershell.exe", "cmd.exe"})
    if (program == shell) return true;
  return false;
}

bool is_script_flag(std::string_view flag) {
  return flag == "-lc" || flag == "-c" || flag == "-ic" || flag == "-Command" || flag == "/c";
}

/// As a person would type it: of ["bash","-lc","ls | wc"], "ls | wc".
std::string command_of(const JsonValue& command) {
  if (command.is_string()) return unescape_json(command.body());
  std::vector<std::string> words;
  command.for_each_element([&](const JsonValue& word) { words.push_back(unescape_json(word.body())); });
  if (words.size() >= 3 && is_shell(words[0]) && is_script_flag(words[words.size() - 2]) &&
      std::all_of(words.begin() + 1, words.end() - 1,
                  [](std::string_view word) { return word.starts_with('-') || word == "/c"; }))
    return std::move(words.back());
  if (words.size() == 2 && words[0] == "apply_patch") return words[0] + " <<'EOF'\n" + words[1] + "\nEOF";
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + shell_word(word);
  return text;
}

ToolAction shell_action(const JsonValue& input) {
  JsonValue command = input["command"];
  if (command.raw().empty()) command = input["cmd"];
  ShellCall call{.command = command_of(command),
                 .directory = text_of(input, {"workdir", "cwd", "working_directory"}),
                 .purpose = text_of(input, {"justification"}),
                 .exit_code = {}};
  if (const auto patch = patch_of_command(call.command))
    if (auto files = parse_codex_patch(*patch); !files.empty()) return EditCall{std::move(files)};
  if (call.command.empty()) return OtherCall{};
  return call;
}

/// Input to a command that runs; without any, it is waited for.
ToolAction stdin_action(const JsonValue& input) {
  ShellCall call{.command = text_of(input, {"chars"}), .directory = {}, .purpose = {}, .exit_code = {}};
  if (const auto session = input["session_id"].as_count())
    call.purpose = fmt::format("{} session {}", call.command.empty() ? "wait for" : "input to", *session);
  return call;
}

ToolAction wait_action(const JsonValue& input) {
  const std::string cell = text_of(input, {"cell_id"});
  return ShellCall{.command = {},
                   .directory = {},
                   .purpose = cell.empty() ? "wait" : fmt::format("wait for script {}", cell),
                   .exit_code = {}};
}

ToolAction edit_action(std::string_view patch) {
  auto files = parse_codex_patch(patch);
  if (files.empty()) return OtherCall{};
  return EditCall{std::move(files)};
}

ToolAction todo_action(const JsonValue& input) {
  TodoCall call;
  input["plan"].for_each_element([&](const JsonValue& step) {
    Todo& todo = call.todos.emplace_back();
    todo.text = text_of(step, {"step", "text"});
    const std::string_view status = step["status"].body();
    if (status == "in_progress") todo.state = Todo::State::active;
    if (status == "completed") todo.state = Todo::State::done;
    if (status == "cancelled") todo.state = Todo::State::dropped;
  });
  call.note = text_of(input, {"explanation"});
  if (call.todos.empty()) return OtherCall{};
  return call;
}

ToolAction ask_action(const JsonValue& input) {
  AskCall call;
  input["questions"].for_each_element([&](const JsonValue& asked) {
    Question& question = call.questions.emplace_back();
    question.title = text_of(asked, {"header"});
    question.text = text_of(asked, {"question"});
    asked["options"].for_each_element([&](const JsonValue& option) {
      question.options.push_back({text_of(option, {"label"}), text_of(option, {"description"})});
    });
  });
  if (call.questions.empty()) return OtherCall{};
  return call;
}

ToolAction web_action(const JsonValue& payload) {
  const JsonValue action = payload["action"];
  WebCall call;
  call.url = text_of(action, {"url"});
  call.query = text_of(action, {"query", "pattern"});
  if (call.query.empty())
    action["queries"].for_each_element(
        [&](const JsonValue& query) { append_line(call.query, unescape_json(query.body())); });
  // What was not said in detail, was in short: the address or the words.
  if (call.query.empty() && call.url.empty()) call.query = text_of(payload, {"query"});
  return call;
}

/// Files that were changed; what changed in them is not recorded.
std::vector<FileChange> changes_of_list(const JsonValue& changes) {
  std::vector<FileChange> files;
  changes.for_each_element([&](const JsonValue& change) {
    using enum FileChange::Kind;
    const std::string_view kind = change["kind"].body();
    FileChange& file = files.emplace_back();
    file.path = text_of(change, {"path"});
    file.kind = kind == "add" ? add : kind == "delete" ? remove : update;
  });
  return files;
}

/// Commands as a shell would be called: "bash -lc 'ls | wc'".
std::string without_shell(std::string command) {
  const std::string_view text = command;
  const auto flag = text.find(' ');
  if (flag == std::string_view::npos || !is_shell(text.substr(0, flag))) return command;
  const auto end = text.find(' ', flag + 1);
  if (end == std::string_view::npos || !is_script_flag(text.substr(flag + 1, end - flag - 1))) return command;
  const std::string_view script = text.substr(end + 1);
  const bool is_quoted = script.size() > 1 && (script.front() == '\'' || script.front() == '"');
  if (!is_quoted) return script.contains(' ') ? command : std::string(script);
  const std::string_view body = script.substr(1, script.size() - 2);
  const bool is_one = script.back() == script.front() &&
                      body.find_first_of(script.front() == '"' ? "\"\\$`" : "'") == std::string_view::npos;
  return is_one ? std::string(body) : command;
}

/// Of the stream that `codex exec --json` prints.
ToolAction stream_action(const JsonValue& item) {
  const std::string_view type = item["type"].body();
  if (type == "command_execution")
    return ShellCall{
        .command = without_shell(text_of(item, {"command"})), .directory = {}, .purpose = {}, .exit_code = {}};
  if (type == "file_change") return EditCall{changes_of_list(item["changes"])};
  if (type == "mcp_tool_call") return McpCall{.server = text_of(item, {"server"}), .tool = text_of(item, {"tool"})};
  if (type == "web_search") return web_action(item);
  if (type != "todo_list") return OtherCall{};
  TodoCall call;
  item["items"].for_each_element([&](const JsonValue& step) {
    call.todos.push_back({.state = step["completed"].is_true() ? Todo::State::done : Todo::State::pending,
                          .text = text_of(step, {"text"})});
  });
  return call;
}

ToolAction action_of(std::string_view name, const JsonValue& input, std::string_view free_text);

/// A script that does one thing, or runs commands only.
ToolAction script_action(std::string_view script) {
  const auto calls = codex_script_calls(script);
  if (!calls || calls->empty()) return OtherCall{};
  ToolAction action;
  for (const CodexScriptCall& call : *calls) {
    if (call.tool == "exec") return OtherCall{};
    // A string alone is free text.
    const InnerJson inner(call.arguments);
    const std::string_view body = call.arguments;
    const std::string text = body.starts_with('"') ? unescape_json(body.substr(1, body.size() - 2)) : std::string();
    ToolAction one = action_of(call.tool, inner.root(), text);
    if (calls->size() == 1) return one;
    auto* const command = std::get_if<ShellCall>(&one);
    if (command == nullptr || command->command.empty()) return OtherCall{};
    if (auto* const before = std::get_if<ShellCall>(&action)) {
      append_line(before->command, command->command);
      if (before->directory != command->directory) return OtherCall{};
    } else {
      action = std::move(one);
    }
  }
  return action;
}

ToolAction action_of(std::string_view name, const JsonValue& input, std::string_view free_text) {
  if (name == "exec" && !free_text.empty()) return script_action(free_text);
  if (name == "write_stdin") return stdin_action(input);
  if (name == "wait") return wait_action(input);
  if (name == "apply_patch")
    return edit_action(free_text.empty() ? std::string_view(text_of(input, {"input", "patch"})) : free_text);
  if (name == "update_plan") return todo_action(input);
  if (name == "view_image") return ReadCall{.path = text_of(input, {"path"}), .first_line = 0, .text = {}};
  if (name == "read_file") return ReadCall{.path = text_of(input, {"file_path", "path"}), .first_line = 0, .text = {}};
  if (name == "grep_files")
    return SearchCall{.query = text_of(input, {"pattern"}), .where = text_of(input, {"path", "include"})};
  if (name == "list_dir") return SearchCall{.query = {}, .where = text_of(input, {"dir_path", "path"})};
  if (name == "request_user_input") return ask_action(input);
  if (kind_by_name(name) == ToolKind::shell) return shell_action(input);
  if (kind_by_name(name) == ToolKind::mcp) return mcp_call(name);
  return OtherCall{};
}

/// Of the call alone.
ToolAction called(const CodexRecord& call) {
  const JsonValue& payload = call.payload;
  switch (call.type) {
    case CodexType::command_end: return shell_action(payload);
    case CodexType::patch_end: return EditCall{changes_of_patch_end(payload["changes"])};
    case CodexType::web_search:
    case CodexType::web_search_end: return web_action(payload);
    case CodexType::mcp_end:
      return McpCall{.server = text_of(payload["invocation"], {"server"}),
                     .tool = text_of(payload["invocation"], {"tool"})};
    case CodexType::stream_item: return stream_action(payload);
    case CodexType::picture:
    case CodexType::picture_end: return OtherCall{};
    default: break;
  }
  const std::string name = unescape_json(codex_tool_name(call));
  for (const std::string_view member : {"arguments", "input", "action"}) {
    const JsonValue value = payload[member];
    if (value.is_object()) return action_of(name, value, {});
    if (!value.is_string() || value.body().empty()) continue;
    const InnerJson inner(unescape_json(value.body()));
    return action_of(name, inner.root(), inner.is_object() ? std::string_view() : inner.text());
  }
  return action_of(name, {}, {});
}

/// "Success. Updated the following files:\nM src/a.c": the hunks say it.
bool only_lists_files(std::string_view text) {
  constexpr std::string_view kHead = "Success. Updated the following files:";
  text = trim(text);
  if (!text.starts_with(kHead)) return false;
  text.remove_prefix(kHead.size());
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && !line.starts_with("A ") && !line.starts_with("M ") && !line.starts_with("D ")) return false;
  }
  return true;
}

/// {"answers":{"id":{"answers":["..."]}}}, in the order of the questions.
void take_answers(AskCall& ask, const CodexRecord& call, CodexResult& result) {
  const InnerJson said(result.text);
  const JsonValue answers = said.root()["answers"];
  if (!answers.is_object()) return;
  const InnerJson asked(unescape_json(call.payload["arguments"].body()));
  std::size_t index = 0;
  asked.root()["questions"].for_each_element([&](const JsonValue& question) {
    if (index >= ask.questions.size()) return;
    answers[question["id"].body()]["answers"].for_each_element(
        [&](const JsonValue& answer) { ask.questions[index].answers.push_back(unescape_json(answer.body())); });
    ++index;
  });
  const bool any =
      std::ranges::any_of(ask.questions, [](const Question& question) { return !question.answers.empty(); });
  if (any) result.text.clear();
}

void take_links(WebCall& web, const JsonValue& results) {
  web.links_are_all = true;
  results.for_each_element([&](const JsonValue& found) {
    WebCall::Link link{.title = text_of(found, {"title"}), .url = text_of(found, {"url"})};
    if (!found["snippet"].body().empty() || link.url.empty()) web.links_are_all = false;
    if (!link.url.empty()) web.links.push_back(std::move(link));
  });
  if (web.links.empty()) web.links_are_all = false;
}

}  // namespace

ToolKind codex_tool_kind(const CodexRecord& call) {
  switch (call.type) {
    case CodexType::command_end: return ToolKind::shell;
    case CodexType::patch_end: return ToolKind::edit;
    case CodexType::mcp_end: return ToolKind::mcp;
    case CodexType::stream_item: return kind_of(stream_action(call.payload));
    default: break;
  }
  const std::string name = unescape_json(codex_tool_name(call));
  const ToolKind kind = kind_by_name(name);
  // What a shell or a script was used for, its text says.
  const bool is_wrapped = kind == ToolKind::shell && (name == "exec" || call.payload.raw().contains("*** Begin Patch"));
  return is_wrapped ? kind_of(called(call)) : kind;
}

ToolAction codex_action(const CodexRecord& call, const CodexRecord* end, CodexResult& result) {
  // The end of a stream's item has all that its start has.
  ToolAction action = called(end != nullptr && end->type == CodexType::stream_item ? *end : call);
  if (end != nullptr && end->type == CodexType::patch_end) {
    if (auto files = changes_of_patch_end(end->payload["changes"]); !files.empty()) action = EditCall{std::move(files)};
  }
  if (auto* const shell = std::get_if<ShellCall>(&action)) {
    shell->exit_code = result.exit_code;
    if (shell->directory.empty() && end != nullptr && end->type == CodexType::command_end)
      shell->directory = text_of(end->payload, {"cwd"});
  } else if (std::holds_alternative<EditCall>(action)) {
    if (only_lists_files(result.text)) result.text.clear();
  } else if (std::holds_alternative<TodoCall>(action)) {
    if (trim(result.text) == "Plan updated") result.text.clear();
  } else if (auto* const ask = std::get_if<AskCall>(&action)) {
    take_answers(*ask, call, result);
  } else if (auto* const web = std::get_if<WebCall>(&action); web != nullptr && end != nullptr) {
    take_links(*web, end->payload["results"]);
  }
  return action;
}

}  // namespace panko
