#include "render/page_blocks.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "render/block_pieces.hpp"
#include "render/image_view.hpp"
#include "render/prompt_view.hpp"
#include "render/tool_view.hpp"

namespace panko {

namespace {

Constant css_of(ToolKind kind) {
  static constexpr auto kNames =
      std::to_array<Constant>({"other", "shell", "edit", "read", "search", "todo", "ask", "plan", "web", "mcp"});
  return kNames.at(static_cast<std::size_t>(kind));
}

std::uint64_t all_tokens(const Usage& usage) {
  return usage.input_tokens + usage.output_tokens + usage.cache_read_tokens + usage.cache_write_tokens;
}

/// "2 min 13 s"
std::string describe_turn(std::chrono::milliseconds duration) {
  using std::chrono::seconds;
  const auto whole = std::chrono::round<seconds>(duration);
  const auto rest = whole % std::chrono::minutes{1};
  std::string text = describe_duration(whole);
  if (whole >= std::chrono::minutes{1} && whole < std::chrono::hours{1} && rest.count() > 0)
    text += fmt::format(" {} s", rest.count());
  return text;
}

class BlockWriter {
 public:
  BlockWriter(HtmlWriter& html, const Block& block, const BlockView& view)
      : html_(html), block_(block), view_(view), pieces_(html, block.anchor, view) {}

  void write();

 private:
  void open_message(std::initializer_list<Constant> kind, std::string_view label);
  void write_meta();
  void write_turn(const TurnSum& turn);
  void write_folded(std::string_view label, bool markdown);
  void write_note();

  HtmlWriter& html_;
  const Block& block_;
  const BlockView& view_;
  Pieces pieces_;
};

void BlockWriter::open_message(std::initializer_list<Constant> kind, std::string_view label) {
  html_.open(Tag::article, {attr::css(kind), attr::id(block_.anchor), attr::label(label),
                            view_.version.empty() ? attr::none() : attr::data("data-v", view_.version)});
  if (!view_.model.empty())
    html_.element(Tag::p, {attr::css("model")}, fmt::format("model {}", elide(view_.model, 60)));
  write_meta();
}

void BlockWriter::write_turn(const TurnSum& turn) {
  const std::uint64_t tokens = all_tokens(turn.usage);
  std::string text;
  if (turn.duration.count() > 0) text = describe_turn(turn.duration);
  if (tokens > 0) text += fmt::format("{}{} tokens", text.empty() ? "" : " · ", format_roughly(tokens));
  if (text.empty()) return;
  const std::string detail =
      fmt::format("input {}, output {}, cache read {}, cache write {}", format_number(turn.usage.input_tokens),
                  format_number(turn.usage.output_tokens), format_number(turn.usage.cache_read_tokens),
                  format_number(turn.usage.cache_write_tokens));
  html_.element(Tag::span, {attr::css("turn"), tokens > 0 ? attr::title(detail) : attr::none()}, text);
  html_.text(" ");
}

void BlockWriter::write_meta() {
  html_.open(Tag::p, {attr::css("meta")});
  if (view_.turn) write_turn(*view_.turn);
  if (block_.timestamp) {
    html_.element(Tag::time, {attr::datetime(*block_.timestamp), attr::title(format_moment(*block_.timestamp))},
                  format_clock(*block_.timestamp));
    html_.text(" ");
  }
  html_.element(
      Tag::a,
      {attr::css("raw"), attr::href(Url::raw(view_.root, block_.anchor)), attr::label("raw records of this message")},
      "raw");
  html_.text(" ");
  html_.element(Tag::a, {attr::href(Url::message(view_.root, block_.anchor)), attr::label("Link to this message")},
                "#");
  html_.close(Tag::p);
}

void BlockWriter::write_folded(std::string_view label, bool markdown) {
  if (block_.text.empty()) {
    html_.element(Tag::p, {attr::css("label")}, label);
    return;
  }
  html_.open(Tag::details, {attr::open_if(view_.whole)});
  html_.open(Tag::summary);
  html_.element(Tag::span, {attr::css("label")}, label);
  html_.text(" ");
  html_.element(Tag::span, {attr::css("gist")}, first_line_of(block_.text, 160), Text::prose);
  html_.close(Tag::summary);
  html_.open(Tag::div, {attr::css("card")});
  if (markdown) {
    pieces_.prose(block_.text);
  } else {
    pieces_.output(block_.text);
  }
  html_.close(Tag::div);
  html_.close(Tag::details);
}

/// Commands, notices: one line as it is, more of them folded.
void BlockWriter::write_note() {
  const bool command = block_.kind == BlockKind::command;
  const std::string_view label = command ? "Command" : block_.is_error ? "Error" : "Notice";
  open_message({command ? Constant("command") : Constant("notice"), block_.is_error ? Constant("bad") : Constant("")},
               label);
  if (block_.text.size() > 500 || count_lines(block_.text) > 1) {
    write_folded(label, false);
  } else {
    html_.open(Tag::p, {attr::css("note")});
    html_.element(Tag::span, {attr::css("label")}, label);
    html_.text(" ");
    html_.element(command ? Tag::code : Tag::span, {}, strip_terminal_sequences(block_.text));
    html_.close(Tag::p);
  }
}

void BlockWriter::write() {
  switch (block_.kind) {
    case BlockKind::user:
      open_message({"user"}, "User");
      html_.element(Tag::h2, {}, "User");
      write_prompt(pieces_, block_.text);
      break;
    case BlockKind::assistant:
      open_message({"assistant"}, "Assistant");
      pieces_.prose(block_.text);
      break;
    case BlockKind::thinking:
      open_message({"thinking"}, "Thinking");
      write_folded("Thinking", true);
      break;
    case BlockKind::tool:
    case BlockKind::subagent: {
      const ToolKind kind = block_.tool ? kind_of(block_.tool->action) : ToolKind::other;
      const bool bad = block_.tool && block_.tool->is_error;
      open_message({"tool", css_of(kind), block_.kind == BlockKind::subagent ? Constant("call") : Constant(""),
                    bad ? Constant("bad") : Constant("")},
                   "Tool call");
      write_tool_call(pieces_, block_);
      break;
    }
    case BlockKind::compaction:
      open_message({"compaction"}, "Context compacted");
      write_folded("Context compacted", true);
      break;
    case BlockKind::command:
    case BlockKind::notice: write_note(); break;
    case BlockKind::image:
      open_message({"user", "picture"}, "Image");
      write_images(pieces_, block_.images);
      break;
  }
  html_.close(Tag::article);
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
