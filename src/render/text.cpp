#include "render/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <variant>

#include "base/text.hpp"
#include "render/list_view.hpp"
#include "render/markdown_text.hpp"
#include "render/page_input.hpp"

namespace panko {

namespace {

std::string_view heading_of(const Block& block) {
  switch (block.kind) {
    case BlockKind::user: return "User";
    case BlockKind::assistant: return "Assistant";
    case BlockKind::thinking: return "Thinking";
    case BlockKind::tool: return "Tool";
    case BlockKind::subagent: return "Sub-agent";
    case BlockKind::command: return "Command";
    case BlockKind::compaction: return "Context compacted";
    case BlockKind::notice: return block.is_error ? "Error" : "Notice";
    case BlockKind::image: return "Image";
  }
  return "Block";
}

/// "2026-01-02 03:04", UTC.
std::string time_of(const std::optional<WallTime>& time) {
  if (!time) return {};
  std::string text = to_iso8601(*time).substr(0, 16);
  std::ranges::replace(text, 'T', ' ');
  return text;
}

class Writer {
 public:
  explicit Writer(TextFormat format, std::size_t depth) : markdown_(format == TextFormat::markdown), depth_(depth) {}

  std::string block(const Block& block) {
    heading(block);
    if (block.tool) {
      call(*block.tool);
    } else if (block.kind == BlockKind::command) {
      literal(block.text, "");
    } else if (block.kind == BlockKind::user || block.kind == BlockKind::assistant) {
      prose(block.text);
    } else {
      aside(block.text);
    }
    for (const ImageInfo& image : block.images) {
      line(fmt::format("[image {}, {} KB]", clean_line_for_terminal(image.media_type), (image.bytes + 999) / 1000));
    }
    while (out_.ends_with("\n\n")) out_.pop_back();
    out_ += '\n';
    if (markdown_ || depth_ == 0) return std::move(out_);
    return prefix_lines(out_, std::string(2 * depth_, ' '));
  }

 private:
  void heading(const Block& block) {
    std::string title(heading_of(block));
    if (block.tool && !block.tool->name.empty()) title += " " + clean_line_for_terminal(block.tool->name);
    if (block.tool && block.tool->is_error) title += " (failed)";
    const std::string time = time_of(block.timestamp);
    if (markdown_) {
      const std::size_t level = std::min<std::size_t>((block.kind == BlockKind::user ? 2 : 3) + depth_, 6);
      out_ += fmt::format("{} {}", std::string(level, '#'), escape_markdown(title));
      if (!time.empty()) out_ += fmt::format(" <sub>{}</sub>", time);
      out_ += "\n\n";
    } else {
      out_ +=
          fmt::format("{} {}{}{}\n", block.kind == BlockKind::user ? "──" : "·", title, time.empty() ? "" : "  ", time);
    }
  }

  void call(const ToolUse& tool) {
    std::visit([&](const auto& action) { asked(tool, action); }, tool.action);
    if (!tool.has_result) {
      line("(no result)");
    } else if (!tool.result.empty() && !says_nothing_new(tool)) {
      line(tool.is_error ? "Error:" : "Result:");
      literal(tool.result, "");
    }
  }

  static bool says_nothing_new(const ToolUse& tool) {
    const auto* web = std::get_if<WebCall>(&tool.action);
    return !tool.is_error && web != nullptr && web->links_are_all;
  }

  void input_of(const ToolUse& tool) {
    const ToolInput input = read_tool_input(tool.input, std::numeric_limits<std::size_t>::max());
    for (const auto& [name, value] : input.fields) field(name, value);
    if (!input.raw.empty()) literal(input.raw, "");
  }

  void said(std::string_view name, std::string_view value) {
    if (!value.empty()) field(name, value);
  }

  void asked(const ToolUse& tool, const OtherCall& /*call*/) { input_of(tool); }
  void asked(const ToolUse& tool, const McpCall& /*call*/) { input_of(tool); }
  void asked(const ToolUse& /*tool*/, const ShellCall& call) {
    if (!call.purpose.empty()) line(clean_line_for_terminal(call.purpose));
    literal("$ " + call.command, "console");
    if (call.exit_code.value_or(0) != 0) line(fmt::format("(exit {})", *call.exit_code));
  }
  void asked(const ToolUse& tool, const EditCall& call) {
    if (call.files.empty()) input_of(tool);
    for (const FileChange& file : call.files) change(file);
  }
  void asked(const ToolUse& /*tool*/, const ReadCall& call) {
    said("file", call.path);
    if (call.first_line > 1) line(fmt::format("- from line {}", call.first_line));
  }
  void asked(const ToolUse& /*tool*/, const SearchCall& call) {
    said("search", call.query);
    said("in", call.where);
  }
  void asked(const ToolUse& /*tool*/, const TodoCall& call) {
    for (const auto& [state, text] : call.todos)
      line(fmt::format("- [{}] {}{}", state == Todo::State::done ? "x" : " ", clean_line_for_terminal(text),
                       state == Todo::State::active    ? " (in progress)"
                       : state == Todo::State::dropped ? " (dropped)"
                                                       : ""));
  }
  void asked(const ToolUse& /*tool*/, const AskCall& call) {
    for (const Question& question : call.questions) {
      line(clean_line_for_terminal(question.text));
      for (const auto& [label, description] : question.options) {
        const bool chosen = was_chosen(question, label);
        line(fmt::format("- [{}] {}{}{}", chosen ? "x" : " ", clean_line_for_terminal(label),
                         description.empty() ? "" : ": ", clean_line_for_terminal(description)));
      }
      for (const std::string& answer : question.answers)
        if (!is_an_option(question, answer)) said("answer", answer);
    }
  }
  void asked(const ToolUse& /*tool*/, const PlanCall& call) { prose(call.text); }
  void asked(const ToolUse& /*tool*/, const WebCall& call) {
    said("query", call.query);
    said("url", call.url);
    for (const auto& [title, url] : call.links)
      line(fmt::format("- {}{}{}", clean_line_for_terminal(title), title.empty() ? "" : ": ",
                       clean_line_for_terminal(url)));
  }

  void change(const FileChange& file) {
    const std::string path = clean_line_for_terminal(file.path);
    switch (file.kind) {
      case FileChange::Kind::add: line("- new file: " + path); break;
      case FileChange::Kind::remove: line("- deleted: " + path); break;
      case FileChange::Kind::update: line("- file: " + path); break;
    }
    if (!file.moved_to.empty()) line("- renamed to: " + clean_line_for_terminal(file.moved_to));
    std::string diff;
    for (const DiffHunk& hunk : file.hunks) {
      if (hunk.old_start != 0 || hunk.new_start != 0) diff += hunk_head(hunk);
      for (const auto& [kind, text] : hunk.lines) {
        diff += kind == DiffLine::Kind::gone ? '-' : kind == DiffLine::Kind::added ? '+' : ' ';
        diff += text;
        diff += '\n';
      }
    }
    literal(diff, "diff");
  }

  static std::string hunk_head(const DiffHunk& hunk) {
    const auto other_than = [&](DiffLine::Kind kind) {
      return std::ranges::count_if(hunk.lines, [&](const DiffLine& line) { return line.kind != kind; });
    };
    return fmt::format("@@ -{},{} +{},{} @@\n", hunk.old_start, other_than(DiffLine::Kind::added), hunk.new_start,
                       other_than(DiffLine::Kind::gone));
  }

  void field(std::string_view name, std::string_view value) {
    const std::string label = clean_line_for_terminal(name);
    if (value.size() <= 100 && !value.contains('\n')) {
      const std::string text = clean_line_for_terminal(value);
      line(fmt::format("- {}: {}", label, text));
    } else {
      line(fmt::format("- {}:", label));
      literal(value, "");
    }
  }

  void line(std::string_view text) {
    if (markdown_) {
      const bool item = text.starts_with("- ");
      if (!item) start_paragraph();
      out_ += item ? "- " + escape_item(text.substr(2)) : escape_markdown(text);
      out_ += item ? "\n" : "\n\n";
    } else {
      out_ += fmt::format("  {}\n", text);
    }
  }

  /// A check box stays one.
  static std::string escape_item(std::string_view text) {
    if (text.starts_with("[x] ") || text.starts_with("[ ] "))
      return std::string(text.substr(0, 4)) + escape_markdown(text.substr(4));
    return escape_markdown(text);
  }

  void literal(std::string_view text, std::string_view language) {
    const std::string clean = clean_for_terminal(strip_terminal_sequences(text));
    if (clean.empty()) return;
    if (markdown_) start_paragraph();
    out_ += markdown_ ? markdown_code_block(clean, language) + "\n" : prefix_lines(clean, "  │ ");
  }

  void start_paragraph() {
    if (!out_.ends_with("\n\n")) out_ += '\n';
  }

  /// What is not said to anybody in the conversation.
  void aside(std::string_view text) { out_ += prefix_lines(clean_for_terminal(text), markdown_ ? "> " : "  "); }

  void prose(std::string_view text) {
    if (text.empty()) return;
    const std::string clean = clean_for_terminal(text);
    out_ += markdown_ ? contained_markdown(clean) : prefix_lines(clean, "  ");
  }

  bool markdown_;
  std::size_t depth_;
  std::string out_;
};

}  // namespace

std::string render_text_head(const SessionFacts& facts, std::string_view agent_name, TextFormat format) {
  std::string details(agent_name);
  const auto add = [&](std::string_view text) {
    if (!text.empty()) details += fmt::format(" · {}", clean_line_for_terminal(text));
  };
  add(project_of(facts.cwd));
  add(facts.git_branch);
  for (const std::string& model : facts.models) add(model);
  add(time_of(facts.started_at));
  if (facts.started_at && facts.ended_at && *facts.ended_at > *facts.started_at)
    add(describe_duration(std::chrono::duration_cast<std::chrono::seconds>(*facts.ended_at - *facts.started_at)));
  const std::string title = clean_line_for_terminal(facts.title);
  if (format == TextFormat::markdown)
    return fmt::format("# {}\n\n{}\n\n", escape_markdown(title), escape_markdown(details));
  return fmt::format("{}\n{}\n\n", title, details);
}

std::string render_text(const Block& block, TextFormat format, std::size_t depth) {
  return Writer(format, depth).block(block);
}

std::string render_branch_head(std::size_t number, TextFormat format) {
  return fmt::format("{}Abandoned branch {}\n\n", format == TextFormat::markdown ? "---\n\n## " : "━━ ", number);
}

}  // namespace panko
