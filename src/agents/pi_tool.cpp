// pi's tools, and those that others gave it: their names in common terms, what they were for and what they said.
#include <algorithm>
#include <array>
#include <charconv>

#include "agents/line_diff.hpp"
#include "agents/noted_tools.hpp"
#include "agents/pi.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

constexpr auto kTools = std::to_array<std::pair<std::string_view, ToolKind>>({
    {"bash", ToolKind::shell},
    {"exec", ToolKind::shell},
    {"shell_exec", ToolKind::shell},
    {"run_terminal", ToolKind::shell},
    {"read", ToolKind::read},
    {"edit", ToolKind::edit},
    {"edit_file", ToolKind::edit},
    {"write", ToolKind::edit},
    {"grep", ToolKind::search},
    {"find", ToolKind::search},
    {"glob", ToolKind::search},
    {"ls", ToolKind::search},
    {"web_search", ToolKind::web},
    {"web_fetch", ToolKind::web},
    {"fetch", ToolKind::web},
});

struct NumberedLine {
  DiffLine::Kind kind;
  std::uint32_t number;
  std::string_view text;
};

/// "+ 12 text", "-  3 text", "   4 text"; what is no such line stands between two hunks.
std::optional<NumberedLine> numbered_line(std::string_view line) {
  if (line.empty() || (line[0] != '+' && line[0] != '-' && line[0] != ' ')) return std::nullopt;
  const auto digits = std::min(line.find_first_not_of(' ', 1), line.size());
  std::uint32_t number = 0;
  const char* const end = line.data() + line.size();
  const auto [behind, error] = std::from_chars(line.data() + digits, end, number);
  if (error != std::errc()) return std::nullopt;
  std::string_view text(behind, static_cast<std::size_t>(end - behind));
  if (text.starts_with(' ')) text.remove_prefix(1);
  using enum DiffLine::Kind;
  return NumberedLine{line[0] == '+' ? added : (line[0] == '-' ? gone : same), number, text};
}

/// Numbers of lines that are added count in the new text, all others in the old one.
std::vector<DiffHunk> numbered_hunks(std::string_view diff) {
  std::vector<DiffHunk> hunks;
  bool is_open = false;
  std::int64_t shift = 0;  // from an old number to the new one
  std::size_t count = 0;
  while (!diff.empty() && ++count <= kMostDiffLines) {
    const auto end = std::min(diff.find('\n'), diff.size());
    const auto line = numbered_line(diff.substr(0, end));
    diff.remove_prefix(std::min(end + 1, diff.size()));
    if (!line) {
      is_open = false;
      continue;
    }
    const bool is_new = line->kind == DiffLine::Kind::added;
    if (!std::exchange(is_open, true)) {
      const auto other = [&](std::int64_t number) {
        return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number, 1, UINT32_MAX));
      };
      hunks.push_back({.old_start = is_new ? other(line->number - shift) : line->number,
                       .new_start = is_new ? line->number : other(line->number + shift),
                       .lines = {}});
    }
    if (is_new) ++shift;
    if (line->kind == DiffLine::Kind::gone) --shift;
    hunks.back().lines.push_back({line->kind, std::string(line->text)});
  }
  return hunks;
}

ToolAction edit_action(const JsonValue& input, const JsonValue& result) {
  std::string path = text_in(input, {"path", "file_path"});
  if (input["content"].is_string())
    return EditCall{.files = {written_file(std::move(path), text_in(input, {"content"}))}};
  FileChange change = replacement(std::move(path), text_in(input, {"oldText", "old_string"}),
                                  text_in(input, {"newText", "new_string"}));
  input["edits"].for_each_element([&](const JsonValue& edit) {
    FileChange more = replacement({}, text_in(edit, {"oldText"}), text_in(edit, {"newText"}));
    for (DiffHunk& hunk : more.hunks) change.hunks.push_back(std::move(hunk));
  });
  if (auto hunks = numbered_hunks(text_in(result["details"], {"diff"})); !hunks.empty())
    change.hunks = std::move(hunks);
  return EditCall{.files = {std::move(change)}};
}

ToolAction read_action(const JsonValue& input, const NotedTool& tool, bool is_error) {
  ReadCall read{.path = text_in(input, {"path", "file_path"}), .first_line = 0, .text = {}};
  if (tool.result.empty() || is_error || !tool.images.empty()) return read;
  read.first_line = std::max(1U, number_in(input, {"offset"}));
  read.text = tool.result;
  return read;
}

ToolAction action_of(std::string_view name, const JsonValue& input, const JsonValue& result, const NotedTool& tool) {
  switch (pi_tool_kind(name)) {
    case ToolKind::shell:
      return ShellCall{.command = text_in(input, {"command", "cmd"}),
                       .directory = text_in(input, {"cwd", "workdir"}),
                       .purpose = text_in(input, {"description"}),
                       .exit_code = number_behind(tool.result, "Command exited with code ")};
    case ToolKind::read: return read_action(input, tool, result["isError"].is_true());
    case ToolKind::edit: return edit_action(input, result);
    case ToolKind::search:
      return SearchCall{.query = text_in(input, {"pattern", "query"}), .where = text_in(input, {"path", "glob"})};
    case ToolKind::web: return WebCall{.query = text_in(input, {"query"}), .url = text_in(input, {"url"}), .links = {}};
    default: break;
  }
  if (auto mcp = mcp_call(name)) return *mcp;
  return OtherCall{};
}

}  // namespace

ToolKind pi_tool_kind(std::string_view name) {
  const auto tool = std::ranges::find(kTools, name, &std::pair<std::string_view, ToolKind>::first);
  if (tool != kTools.end()) return tool->second;
  return mcp_call(name) ? ToolKind::mcp : ToolKind::other;
}

NotedTool load_pi_tool(const JsonValue& call, const JsonValue& result) {
  NotedTool tool;
  const JsonValue content = result["content"];
  tool.result = unescape_json(content.body());
  content.for_each_element([&](const JsonValue& block) {
    if (const std::string text = text_in(block, {"text"}); !text.empty()) append_line(tool.result, text);
    if (const std::string_view data = block["data"].body(); !data.empty())
      tool.images.push_back({.media = block["mimeType"].body(), .data = data});
  });
  const NotedInput input(call["arguments"]);
  tool.input = input.json();
  tool.action = action_of(text_in(call, {"name"}), input.root(), result, tool);
  return tool;
}

}  // namespace panko
