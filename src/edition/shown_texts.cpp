#include "edition/shown_texts.hpp"

#include <algorithm>
#include <string>
#include <variant>

#include "agents/tool_strings.hpp"
#include "base/text.hpp"

namespace panko {

namespace {

using Visit = std::function<bool(std::string_view)>;

/// As it is shown where a program wrote it.
bool visit_output(std::string_view text, const Visit& visit) {
  return text.contains('\x1b') ? visit(strip_terminal_sequences(text)) : visit(text);
}

struct ActionTexts {
  const Visit& visit;

  bool operator()(const OtherCall&) const { return false; }
  bool operator()(const ShellCall& call) const {
    return visit_output(call.command, visit) || visit(call.purpose) || visit(call.directory);
  }
  bool operator()(const EditCall& call) const {
    return std::ranges::any_of(call.files, [&](const FileChange& file) {
      return visit(file.path) || visit(file.moved_to) || std::ranges::any_of(file.hunks, [&](const DiffHunk& hunk) {
               std::string lines;
               for (const DiffLine& line : hunk.lines) (lines += line.text) += '\n';
               return visit(lines);
             });
    });
  }
  bool operator()(const ReadCall& call) const { return visit(call.path) || visit(call.text); }
  bool operator()(const SearchCall& call) const { return visit(call.query) || visit(call.where); }
  bool operator()(const TodoCall& call) const {
    return std::ranges::any_of(call.todos, [&](const Todo& todo) { return visit(todo.text); });
  }
  bool operator()(const AskCall& call) const {
    return std::ranges::any_of(call.questions, [&](const Question& question) {
      return visit(question.title) || visit(question.text) ||
             std::ranges::any_of(
                 question.options,
                 [&](const auto& option) { return visit(option.label) || visit(option.description); }) ||
             std::ranges::any_of(question.answers, [&](const std::string& answer) { return visit(answer); });
    });
  }
  bool operator()(const PlanCall& call) const { return visit(call.text); }
  bool operator()(const WebCall& call) const {
    return visit(call.query) || visit(call.url) || std::ranges::any_of(call.links, [&](const WebCall::Link& link) {
             return visit(link.title) || visit(link.url);
           });
  }
  bool operator()(const McpCall& call) const { return visit(call.server) || visit(call.tool); }
};

}  // namespace

bool any_shown_text(const Block& block, const Visit& visit) {
  if (visit_output(block.text, visit)) return true;
  if (!block.tool) return false;
  if (std::visit(ActionTexts{visit}, block.tool->action)) return true;
  if (std::ranges::any_of(strings_of_input(block.tool->input), [&](const std::string& text) { return visit(text); }))
    return true;
  return visit_output(block.tool->result, visit);
}

}  // namespace panko
