#include "render/tool_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <variant>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "render/code_language.hpp"
#include "render/diff_view.hpp"
#include "render/image_view.hpp"
#include "render/list_view.hpp"
#include "render/page_input.hpp"
#include "render/search_view.hpp"
#include "render/tool_summary.hpp"

namespace panko {

namespace {

class ToolWriter {
 public:
  ToolWriter(Pieces& pieces, const Block& block, const ToolUse& tool)
      : pieces_(pieces),
        html_(pieces.html()),
        block_(block),
        tool_(tool),
        line_(summary_of(block, pieces.view().directory)) {}

  void write();

 private:
  void write_summary();
  void write_telling();
  void write_view(const OtherCall& call);
  void write_view(const ShellCall& call);
  void write_view(const EditCall& call);
  void write_view(const ReadCall& call);
  void write_view(const SearchCall& call);
  void write_view(const TodoCall& call);
  void write_view(const AskCall& call);
  void write_view(const PlanCall& call);
  void write_view(const WebCall& call);
  void write_view(const McpCall& call);

  void write_input();
  void write_field(const ToolInput::Field& field);
  void write_label(std::string_view text);
  void write_result();
  void write_result_aside();
  bool write_failure();
  bool is_in_summary(std::string_view path) const;
  void write_link(std::string_view title, std::string_view url);

  Pieces& pieces_;
  HtmlWriter& html_;
  const Block& block_;
  const ToolUse& tool_;
  const ToolSummary line_;
};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void ToolWriter::write_telling() {
  if (line_.telling.empty()) return;
  html_.text(" ");
  if (!line_.is_path) {
    html_.element(Tag::span, {attr::css({"telling", line_.is_code ? Constant("") : Constant("words")})}, line_.telling);
    return;
  }
  const auto name = line_.telling.rfind('/') + 1;  // 0 where there is none
  html_.open(Tag::span, {attr::css("telling place")});
  if (name > 0) html_.element(Tag::span, {attr::css("folder")}, std::string_view(line_.telling).substr(0, name));
  html_.element(Tag::span, {attr::css("base")}, std::string_view(line_.telling).substr(name));
  html_.close(Tag::span);
}

void ToolWriter::write_summary() {
  html_.open(Tag::summary);
  html_.element(Tag::span, {attr::css("name")}, line_.name);
  if (!line_.purpose.empty()) {
    html_.text(" ");
    html_.element(Tag::span, {attr::css("purpose")}, line_.purpose, Text::prose);
  }
  write_telling();
  write_line_totals(html_, line_.totals);
  if (!line_.count.empty()) {
    html_.text(" ");
    html_.element(Tag::span, {attr::css("count")}, line_.count);
  }
  if (!line_.badge.empty()) {
    html_.text(" ");
    html_.element(Tag::span, {attr::css("failed")}, line_.badge);
  }
  html_.close(Tag::summary);
}

bool ToolWriter::is_in_summary(std::string_view path) const {
  return !short_path(path, pieces_.view().directory, kPathColumns).starts_with("…");
}

void ToolWriter::write_label(std::string_view text) {
  html_.element(Tag::p, {attr::css("label")}, text);
}

void ToolWriter::write_field(const ToolInput::Field& field) {
  html_.element(Tag::dt, {}, field.name);
  html_.open(Tag::dd);
  if (field.value.size() > 120 || field.value.contains('\n')) {
    const bool json = field.value.starts_with('{') || field.value.starts_with('[');
    pieces_.code(field.value, json ? Constant("language-json") : Constant(""));
  } else {
    html_.element(Tag::code, {}, field.value);
  }
  html_.close(Tag::dd);
}

void ToolWriter::write_input() {
  const bool whole = pieces_.view().whole;
  const ToolInput input = read_tool_input(tool_.input, whole ? tool_.input.size() + 1 : kShownBytes);
  if (!input.raw.empty()) pieces_.code(input.raw, "");
  if (!input.fields.empty()) {
    html_.open(Tag::dl);
    for (const auto& field : input.fields) write_field(field);
    html_.close(Tag::dl);
  }
  if (input.is_cut && !whole) pieces_.more(tool_.input.size());
}

bool ToolWriter::write_failure() {
  if (!tool_.is_error || is_blank(tool_.result)) return false;
  html_.open(Tag::div, {attr::css("failure")});
  pieces_.output(tool_.result);
  html_.close(Tag::div);
  return true;
}

void ToolWriter::write_result() {
  if (write_failure()) return;
  if (is_blank(tool_.result)) {
    if (tool_.has_result && block_.images.empty()) write_label("No output");
    return;
  }
  write_label("Result");
  if (const auto json = indented_json(tool_.result, kShownBytes)) return pieces_.code(*json, "language-json");
  pieces_.output(tool_.result);
}

/// What a tool says beside what is shown already.
void ToolWriter::write_result_aside() {
  if (write_failure() || is_blank(tool_.result)) return;
  html_.open(Tag::details, {attr::css("aside")});
  html_.element(Tag::summary, {}, "Result");
  pieces_.output(tool_.result);
  html_.close(Tag::details);
}

void ToolWriter::write_view(const OtherCall& /*call*/) {
  if (block_.kind != BlockKind::subagent) {
    write_input();
    return write_result();
  }
  ToolInput input = read_tool_input(tool_.input, pieces_.view().whole ? tool_.input.size() + 1 : kShownBytes);
  const auto prompt = std::ranges::find(input.fields, "prompt", &ToolInput::Field::name);
  if (prompt == input.fields.end()) {
    write_input();
  } else {
    write_label("Prompt");
    pieces_.prose(prompt->value);
  }
  if (write_failure() || is_blank(tool_.result)) return;
  write_label("Answer");
  pieces_.prose(tool_.result);
}

void ToolWriter::write_view(const ShellCall& call) {
  if (line_.purpose != call.purpose) html_.element(Tag::p, {attr::css("purpose")}, call.purpose, Text::prose);
  html_.open(Tag::div, {attr::css("terminal")});
  if (!call.directory.empty() && call.directory != pieces_.view().directory)
    html_.element(Tag::p, {attr::css("where")}, call.directory);
  if (!is_blank(call.command)) {
    html_.open(Tag::div, {attr::css("command")});
    pieces_.code(strip_terminal_sequences(call.command), "language-bash");
    html_.close(Tag::div);
  }
  if (!is_blank(tool_.result)) {
    pieces_.output(tool_.result);
  } else if (tool_.has_result) {
    html_.element(Tag::p, {attr::css("none")}, "no output");
  }
  if (call.exit_code.value_or(0) != 0)
    html_.element(Tag::p, {attr::css("exit")}, fmt::format("exit {}", *call.exit_code));
  html_.close(Tag::div);
}

void ToolWriter::write_view(const EditCall& call) {
  if (call.files.empty()) write_input();
  for (const FileChange& file : call.files) {
    const bool plain = call.files.size() == 1 && file.kind == FileChange::Kind::update && file.moved_to.empty();
    write_file_change(pieces_, file, plain && is_in_summary(file.path) ? DiffHeading::none : DiffHeading::file);
  }
  write_result_aside();
}

void ToolWriter::write_view(const ReadCall& call) {
  if (!is_in_summary(call.path)) {
    html_.open(Tag::p, {attr::css("file")});
    pieces_.path(call.path);
    html_.close(Tag::p);
  }
  if (write_failure()) return;
  if (!call.text.empty()) {
    pieces_.code(call.text, language_of_file(call.path), call.first_line);
  } else if (!is_blank(tool_.result)) {
    pieces_.code(strip_terminal_sequences(tool_.result), language_of_file(call.path));
  }
}

void ToolWriter::write_view(const SearchCall& call) {
  html_.open(Tag::p, {attr::css("asked")});
  if (!call.query.empty()) html_.element(Tag::code, {}, call.query);
  if (!call.where.empty()) {
    html_.text(" in ");
    html_.element(Tag::code, {}, call.where);
  }
  html_.close(Tag::p);
  if (write_failure()) return;
  if (is_blank(tool_.result)) {
    if (tool_.has_result) write_label("Nothing found");
    return;
  }
  write_search_results(pieces_, tool_.result);
}

void ToolWriter::write_view(const TodoCall& call) {
  write_todos(html_, call);
  write_result_aside();
}

void ToolWriter::write_view(const AskCall& call) {
  write_questions(html_, call);
  const bool answered = std::ranges::any_of(call.questions, [](const Question& q) { return !q.answers.empty(); });
  if (answered) {
    write_result_aside();
  } else {
    write_result();
  }
}

void ToolWriter::write_view(const PlanCall& call) {
  html_.open(Tag::div, {attr::css("draft")});
  pieces_.prose(call.text);
  html_.close(Tag::div);
  write_result_aside();
}

void ToolWriter::write_link(std::string_view title, std::string_view url) {
  if (const auto to = Url::external(url)) {
    html_.element(Tag::a, {attr::href(*to), attr::own(attr::Own::rel, "noopener noreferrer nofollow")},
                  is_blank(title) ? url : title, Text::prose);
  } else {
    html_.element(Tag::span, {attr::css("target"), attr::title(elide(url, 300))}, is_blank(title) ? url : title);
  }
}

void ToolWriter::write_view(const WebCall& call) {
  if (!call.query.empty()) html_.element(Tag::p, {attr::css("asked")}, call.query, Text::prose);
  if (!call.url.empty()) {
    html_.open(Tag::p, {attr::css("asked")});
    write_link("", call.url);
    html_.close(Tag::p);
  }
  if (!call.links.empty()) {
    html_.open(Tag::ul, {attr::css("links")});
    for (const auto& [title, url] : call.links) {
      html_.open(Tag::li);
      write_link(title, url);
      if (!is_blank(title)) {
        html_.text(" ");
        html_.element(Tag::small, {}, elide(url, 80));
      }
      html_.close(Tag::li);
    }
    html_.close(Tag::ul);
  }
  if (write_failure() || is_blank(tool_.result)) return;
  if (call.links_are_all) return write_result_aside();
  pieces_.prose(tool_.result);
}

void ToolWriter::write_view(const McpCall& /*call*/) {
  write_input();
  write_result();
}

void ToolWriter::write() {
  const ToolKind kind = kind_of(tool_.action);
  // What was put before the user is part of the conversation.
  const bool open = pieces_.view().whole || kind == ToolKind::ask || kind == ToolKind::plan;
  html_.open(Tag::details, {attr::open_if(open)});
  write_summary();
  html_.open(Tag::div, {attr::css("card")});
  std::visit([&](const auto& call) { write_view(call); }, tool_.action);
  write_images(pieces_, block_.images);
  html_.close(Tag::div);
  html_.close(Tag::details);
  if (!line_.trouble.empty()) html_.element(Tag::p, {attr::css("trouble")}, line_.trouble);
}

}  // namespace

void write_tool_call(Pieces& pieces, const Block& block) {
  const ToolUse none;
  ToolWriter(pieces, block, block.tool ? *block.tool : none).write();
}

}  // namespace panko
