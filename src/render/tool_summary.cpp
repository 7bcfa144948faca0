#include "render/tool_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "render/block_pieces.hpp"
#include "render/page_input.hpp"

namespace panko {

namespace {

constexpr std::size_t kColumns = 160;
constexpr std::size_t kInputBytes = 4096;  // of the arguments, to find the telling one

std::string last_line_of(std::string_view text) {
  text = without_last_line_ends(text);
  const auto end = text.rfind('\n');
  const std::string plain = strip_terminal_sequences(text.substr(end == std::string_view::npos ? 0 : end + 1));
  return first_line_of(plain, kColumns);
}

class Summary {
 public:
  Summary(const Block& block, const ToolUse& tool, std::string_view directory)
      : block_(block), tool_(tool), directory_(directory) {}

  ToolSummary make() {
    out_.name = tool_.name.empty() ? "tool" : elide(squeeze_white_space(tool_.name), 80);
    std::visit([&](const auto& action) { tell(action); }, tool_.action);
    if (out_.telling.empty()) tell_input();
    count();
    fail();
    return std::move(out_);
  }

 private:
  void code(std::string telling) {
    out_.telling = std::move(telling);
    out_.is_code = true;
  }
  void path(std::string_view path) {
    code(short_path(path, directory_, kPathColumns));
    out_.is_path = true;
  }

  void tell(const OtherCall& /*action*/) {}
  void tell(const ShellCall& call) {
    out_.purpose = first_line_of(call.purpose, 100);
    code(first_line_of(call.command, kColumns));
  }
  void tell(const EditCall& call) {
    for (const FileChange& file : call.files) out_.totals += line_totals_of(file);
    if (call.files.empty()) return;
    path(call.files.front().path);
    if (call.files.size() > 1) out_.telling += fmt::format(" and {} more", call.files.size() - 1);
  }
  void tell(const ReadCall& call) {
    path(call.path);
    if (const std::size_t lines = count_lines(call.text); lines > 0)
      out_.count = call.first_line > 1 ? fmt::format("lines {}–{}", call.first_line, call.first_line + lines - 1)
                                       : format_count(lines, "line", "lines");
  }
  void tell(const SearchCall& call) {
    code(first_line_of(call.query, kColumns));
    const std::string where = short_path(call.where, directory_, kPathColumns);
    if (out_.telling.empty()) {
      out_.telling = where;
    } else if (!where.empty() && where != ".") {
      out_.telling += " in " + where;
    }
  }
  void tell(const TodoCall& call) {
    const auto& todos = call.todos;
    const auto active = std::ranges::find(todos, Todo::State::active, &Todo::state);
    if (active != todos.end()) out_.telling = first_line_of(active->text, kColumns);
    const auto done = std::ranges::count(todos, Todo::State::done, &Todo::state);
    if (todos.empty()) return;
    out_.count = fmt::format("{} of {} done", done, todos.size());
    if (out_.telling.empty())
      out_.telling = done == static_cast<std::ptrdiff_t>(todos.size()) ? "All done"
                                                                       : format_count(todos.size(), "to-do", "to-dos");
  }
  void tell(const AskCall& call) {
    if (call.questions.empty()) return;
    out_.telling = first_line_of(call.questions.front().text, kColumns);
    if (call.questions.size() > 1) out_.count = format_count(call.questions.size(), "question", "questions");
  }
  void tell(const PlanCall& call) {
    const auto text = std::string_view(call.text);
    const auto begin = text.find_first_not_of("# \n\t");
    if (begin != std::string_view::npos) out_.telling = first_line_of(text.substr(begin), kColumns);
  }
  void tell(const WebCall& call) {
    if (!call.url.empty()) {
      code(first_line_of(call.url, kColumns));
    } else {
      out_.telling = first_line_of(call.query, kColumns);
    }
    if (!call.links.empty()) out_.count = format_count(call.links.size(), "link", "links");
  }
  void tell(const McpCall& call) {
    if (!call.server.empty() && !call.tool.empty())
      out_.name = elide(squeeze_white_space(call.server + " › " + call.tool), 80);
  }

  void tell_input() {
    const std::string_view json = tool_.input;
    code(read_tool_input(json, kInputBytes).telling);
    if (block_.kind == BlockKind::subagent) out_.is_code = false;
  }

  void count() {
    if (!out_.count.empty() || tool_.is_error || out_.totals.added + out_.totals.gone > 0) return;
    if (!tool_.has_result) {
      out_.count = "no result";
    } else if (const std::size_t lines = count_lines(without_last_line_ends(tool_.result)); lines > 1) {
      const ToolKind kind = kind_of(tool_.action);
      const bool says_little = kind == ToolKind::edit || kind == ToolKind::todo || kind == ToolKind::ask;
      if (!says_little) out_.count = format_count(lines, "line", "lines");
    }
  }

  void fail() {
    const auto* shell = std::get_if<ShellCall>(&tool_.action);
    const bool bad_exit = shell != nullptr && shell->exit_code.value_or(0) != 0;
    if (bad_exit) {
      out_.badge = fmt::format("exit {}", *shell->exit_code);
    } else if (tool_.is_error) {
      out_.badge = "failed";
    }
    if (!tool_.is_error) return;
    // What a program failed of stands at the end of what it wrote, what a tool did at the beginning.
    out_.trouble = shell != nullptr
                       ? last_line_of(tool_.result)
                       : first_line_of(strip_terminal_sequences(truncate_utf8(tool_.result, 2000)), kColumns);
  }

  const Block& block_;
  const ToolUse& tool_;
  std::string_view directory_;
  ToolSummary out_;
};

}  // namespace

ToolSummary summary_of(const Block& block, std::string_view directory) {
  const ToolUse none;
  return Summary(block, block.tool ? *block.tool : none, directory).make();
}

}  // namespace panko
