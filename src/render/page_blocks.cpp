#include "render/page_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "render/markdown.hpp"
#include "render/page_input.hpp"

namespace panko {

namespace {

class BlockWriter {
 public:
  BlockWriter(HtmlWriter& html, const Block& block, const BlockView& view) : html_(html), block_(block), view_(view) {}

  void write();

 private:
  void open_message(Constant kind, std::string_view label);
  void write_meta();
  void write_prompt();
  void write_folded(Constant kind, std::string_view label, bool markdown);
  void write_markdown_text(std::string_view text);
  void write_code(Constant kind, std::string_view text, bool terminal);
  void write_output(std::string_view text);
  void write_note();
  void write_tool();
  void write_input(const ToolInput& input);
  void write_edit(const ToolInput::Edit& edit);
  void write_todos(const ToolInput& input);
  void write_field(const ToolInput::Field& field);
  void write_images();
  void write_more(std::size_t bytes);
  std::string_view shown(std::string_view text) const;

  HtmlWriter& html_;
  const Block& block_;
  const BlockView& view_;
};

std::size_t count_lines(std::string_view text) {
  if (text.empty()) return 0;
  return static_cast<std::size_t>(std::ranges::count(text, '\n')) + (text.back() == '\n' ? 0 : 1);
}

/// At most kShownBytes, cut behind a line where that is near.
std::string_view BlockWriter::shown(std::string_view text) const {
  if (view_.whole || text.size() <= kShownBytes) return text;
  const std::string_view cut = truncate_utf8(text, kShownBytes);
  const auto line_end = cut.rfind('\n');
  return line_end != std::string_view::npos && line_end > kShownBytes / 2 ? cut.substr(0, line_end + 1) : cut;
}

void BlockWriter::open_message(Constant kind, std::string_view label) {
  html_.open(Tag::article, {attr::css(kind), attr::id(block_.anchor), attr::label(label)});
}

void BlockWriter::write_meta() {
  html_.open(Tag::p, {attr::css("meta")});
  if (block_.timestamp) {
    html_.element(Tag::time, {attr::datetime(*block_.timestamp), attr::title(format_moment(*block_.timestamp))},
                  format_clock(*block_.timestamp));
    html_.text(" ");
  }
  html_.element(Tag::a, {attr::href(Url::message(view_.root, block_.anchor)), attr::label("Link to this message")},
                "#");
  html_.close(Tag::p);
}

void BlockWriter::write_more(std::size_t bytes) {
  html_.open(Tag::p, {attr::css("more")});
  html_.element(Tag::a, {attr::href(Url::block(view_.root, block_.anchor))},
                bytes == 0 ? "show all" : fmt::format("show all ({})", format_bytes(bytes)));
  html_.close(Tag::p);
}

void BlockWriter::write_markdown_text(std::string_view text) {
  const std::string_view part = shown(text);
  html_.open(Tag::div, {attr::css("prose")});
  write_markdown(html_, part);
  html_.close(Tag::div);
  if (part.size() < text.size()) write_more(text.size());
}

/// Focusable, so that a long line can be scrolled with the keyboard.
void BlockWriter::write_code(Constant kind, std::string_view text, bool terminal) {
  html_.open(Tag::pre, {attr::css(kind), attr::own(attr::Own::tabindex, "0")});
  html_.element(Tag::code, {}, terminal ? strip_terminal_sequences(text) : std::string(text));
  html_.close(Tag::pre);
}

void BlockWriter::write_output(std::string_view text) {
  const std::string_view part = shown(text);
  write_code("output", part, true);
  if (part.size() < text.size()) write_more(text.size());
}

/// What people type is shown as typed: their line breaks, angle brackets and asterisks mean themselves.
void BlockWriter::write_prompt() {
  open_message("user", "User");
  html_.element(Tag::h2, {}, "User");
  write_meta();
  const std::string_view part = shown(block_.text);
  html_.element(Tag::div, {attr::css("plain")}, part, Text::prose);
  if (part.size() < block_.text.size()) write_more(block_.text.size());
  html_.close(Tag::article);
}

void BlockWriter::write_folded(Constant kind, std::string_view label, bool markdown) {
  open_message(kind, label);
  write_meta();
  if (block_.text.empty()) {
    html_.element(Tag::p, {attr::css("label")}, label);
    html_.close(Tag::article);
    return;
  }
  html_.open(Tag::details, {attr::open_if(view_.whole)});
  html_.open(Tag::summary);
  html_.element(Tag::span, {attr::css("label")}, label);
  html_.text(" ");
  html_.element(Tag::span, {attr::css("gist")}, first_line_of(block_.text, 120), Text::prose);
  html_.close(Tag::summary);
  if (markdown) {
    write_markdown_text(block_.text);
  } else {
    write_output(block_.text);
  }
  html_.close(Tag::details);
  html_.close(Tag::article);
}

/// Commands, notices: one line as it is, more of them folded.
void BlockWriter::write_note() {
  const bool command = block_.kind == BlockKind::command;
  const Constant kind = command ? Constant("command") : block_.is_error ? Constant("notice bad") : Constant("notice");
  const std::string_view label = command ? "Command" : block_.is_error ? "Error" : "Notice";
  const bool one_line = block_.text.size() <= 500 && count_lines(block_.text) <= 1;
  if (!one_line) return write_folded(kind, label, false);
  open_message(kind, label);
  write_meta();
  html_.open(Tag::p);
  html_.element(Tag::span, {attr::css("label")}, label);
  html_.text(" ");
  html_.element(command ? Tag::code : Tag::span, {}, strip_terminal_sequences(block_.text));
  html_.close(Tag::p);
  html_.close(Tag::article);
}

void BlockWriter::write_edit(const ToolInput::Edit& edit) {
  std::string_view before = edit.before;
  std::string_view after = edit.after;
  // Lines that both begin and end with stay as they are; what is between was taken out and put in.
  std::size_t same = 0;
  const std::size_t shorter = std::min(before.size(), after.size());
  for (std::size_t i = 0; i < shorter && before[i] == after[i]; ++i) {
    if (before[i] == '\n') same = i + 1;
  }
  const std::string_view head = before.substr(0, same);
  before.remove_prefix(same);
  after.remove_prefix(same);
  same = 0;
  for (std::size_t i = 1; i <= std::min(before.size(), after.size()); ++i) {
    if (before[before.size() - i] != after[after.size() - i]) break;
    const bool line_begins = i == before.size() || before[before.size() - i - 1] == '\n';
    const bool too = i == after.size() || after[after.size() - i - 1] == '\n';
    if (line_begins && too) same = i;
  }
  const std::string_view tail = before.substr(before.size() - same);
  before.remove_suffix(same);
  after.remove_suffix(same);

  const auto write_lines = [&](Constant kind, char mark, std::string_view text) {
    if (text.empty()) return;
    std::string marked;
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      marked += mark;
      marked += ' ';
      marked += line;
      marked += '\n';
      text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    html_.element(Tag::span, {attr::css(kind)}, marked);
  };
  html_.open(Tag::pre, {attr::css("diff"), attr::own(attr::Own::tabindex, "0")});
  html_.open(Tag::code);
  write_lines("same", ' ', head);
  write_lines("gone", '-', before);
  write_lines("new", '+', after);
  write_lines("same", ' ', tail);
  html_.close(Tag::code);
  html_.close(Tag::pre);
}

void BlockWriter::write_todos(const ToolInput& input) {
  html_.open(Tag::ul, {attr::css("todos")});
  for (const auto& [text, status] : input.todos) {
    const bool active = status == "in_progress";
    html_.open(Tag::li, {active ? attr::css("active") : attr::none()});
    html_.single(Tag::input, {attr::own(attr::Own::type, "checkbox"), attr::own(attr::Own::disabled, ""),
                              attr::label(status), attr::checked_if(status == "completed")});
    html_.text(" ");
    html_.text(text, Text::prose);
    html_.close(Tag::li);
  }
  html_.close(Tag::ul);
}

void BlockWriter::write_field(const ToolInput::Field& field) {
  html_.element(Tag::dt, {}, field.name);
  html_.open(Tag::dd);
  if (field.value.size() > 120 || field.value.contains('\n')) {
    write_code("value", field.value, false);
  } else {
    html_.element(Tag::code, {}, field.value);
  }
  html_.close(Tag::dd);
}

void BlockWriter::write_input(const ToolInput& input) {
  if (!input.command.empty()) write_code("shell", input.command, true);
  if (!input.raw.empty()) write_code("value", input.raw, false);
  if (!input.fields.empty()) {
    html_.open(Tag::dl);
    for (const auto& field : input.fields) write_field(field);
    html_.close(Tag::dl);
  }
  for (const auto& edit : input.edits) write_edit(edit);
  if (!input.todos.empty()) write_todos(input);
  if (input.is_cut) write_more(block_.tool ? block_.tool->input.size() : 0);
}

void BlockWriter::write_images() {
  for (std::size_t i = 0; i < block_.images.size(); ++i) {
    const ImageInfo& image = block_.images[i];
    const Url url = Url::image(view_.root, block_.anchor, i);
    html_.open(Tag::p, {attr::css("image")});
    html_.open(Tag::a, {attr::href(url)});
    html_.single(Tag::img,
                 {attr::src(url), attr::own(attr::Own::loading, "lazy"),
                  attr::alt(fmt::format("Image {} ({}, {})", i + 1, image.media_type, format_bytes(image.bytes)))});
    html_.close(Tag::a);
    html_.close(Tag::p);
  }
}

void BlockWriter::write_tool() {
  const ToolUse empty;
  const ToolUse& tool = block_.tool ? *block_.tool : empty;
  const bool subagent = block_.kind == BlockKind::subagent;
  const ToolInput input = read_tool_input(tool.input, view_.whole ? tool.input.size() + 1 : kShownBytes);

  open_message(subagent ? Constant("tool call") : Constant("tool"), "Tool call");
  write_meta();
  html_.open(Tag::details, {attr::open_if(view_.whole)});
  html_.open(Tag::summary);
  html_.element(Tag::span, {attr::css("name")}, tool.name.empty() ? "tool" : elide(tool.name, 80));
  html_.text(" ");
  html_.element(Tag::span, {attr::css("telling")}, input.telling);
  if (tool.is_error) {
    html_.text(" ");
    html_.element(Tag::span, {attr::css("failed")}, "failed");
  } else if (!tool.has_result) {
    html_.text(" ");
    html_.element(Tag::span, {attr::css("count")}, "no result");
  } else if (const std::size_t lines = count_lines(tool.result); lines > 1) {
    html_.text(" ");
    html_.element(Tag::span, {attr::css("count")}, format_count(lines, "line", "lines"));
  }
  html_.close(Tag::summary);

  html_.open(Tag::div, {attr::css("card")});
  write_input(input);
  if (!tool.result.empty()) {
    html_.element(Tag::p, {tool.is_error ? attr::css("result failed") : attr::css("result")},
                  tool.is_error ? "Failed" : "Result");
    if (subagent) {
      write_markdown_text(tool.result);
    } else {
      write_output(tool.result);
    }
  } else if (tool.has_result && block_.images.empty()) {
    html_.element(Tag::p, {attr::css("result")}, "No output");
  }
  write_images();
  html_.close(Tag::div);
  html_.close(Tag::details);
  html_.close(Tag::article);
}

void BlockWriter::write() {
  switch (block_.kind) {
    case BlockKind::user: return write_prompt();
    case BlockKind::assistant:
      open_message("assistant", "Assistant");
      write_meta();
      write_markdown_text(block_.text);
      html_.close(Tag::article);
      return;
    case BlockKind::thinking: return write_folded("thinking", "Thinking", true);
    case BlockKind::tool:
    case BlockKind::subagent: return write_tool();
    case BlockKind::compaction: return write_folded("compaction", "Context compacted", true);
    case BlockKind::command:
    case BlockKind::notice: return write_note();
    case BlockKind::image:
      open_message("user picture", "Image");
      write_meta();
      write_images();
      html_.close(Tag::article);
      return;
  }
}

}  // namespace

void write_block(HtmlWriter& html, const Block& block, const BlockView& view) {
  BlockWriter(html, block, view).write();
}

std::string first_line_of(std::string_view text, std::size_t columns) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  return elide(squeeze_white_space(truncate_utf8(text.substr(0, text.find('\n')), 8 * columns)), columns);
}

}  // namespace panko
