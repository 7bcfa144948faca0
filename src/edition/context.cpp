#include "edition/context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "agents/transcript.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "render/markdown_text.hpp"
#include "render/page_input.hpp"
#include "render/text.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLineColumns = 160;
constexpr std::size_t kHeading = 16;  // about what stands around a piece

/// What one block becomes: a text of its own under a heading, or a line among others. Empty: it is not for here.
struct Piece {
  BlockKind kind = BlockKind::notice;
  std::string text;
};

std::string on_one_line(std::string_view text) {
  return elide(
      clean_line_for_terminal(squeeze_white_space(strip_terminal_sequences(truncate_utf8(text, 4 * kLineColumns)))),
      kLineColumns);
}

std::string line_of(std::string_view what, std::string_view text, std::string_view remark) {
  return fmt::format("- {}{}{}{}\n", escape_markdown(on_one_line(what)), text.empty() ? "" : ": ",
                     markdown_code(on_one_line(text)), remark);
}

/// A path is of use only whole.
std::string line_of_path(std::string_view what, std::string_view path) {
  return fmt::format("- {}: {}\n", what, markdown_code(clean_line_for_terminal(path)));
}

/// Without its middle where it is longer than the limit.
std::string shortened(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  const auto front = truncate_utf8(text, limit / 2);
  std::string_view back = text.substr(text.size() - limit / 2);
  while (!back.empty() && (static_cast<unsigned char>(back.front()) & 0xC0) == 0x80) back.remove_prefix(1);
  return fmt::format("{}\n\n[… {} of this text left out …]\n\n{}", front,
                     format_bytes(text.size() - front.size() - back.size()), back);
}

class ContextWriter {
 public:
  ContextWriter(const Transcript& transcript, std::size_t limit) : transcript_(transcript), limit_(limit) {}

  Result<SessionContext> write() {
    const auto& blocks = transcript_.outline().blocks;
    const std::string head = introduction();
    std::size_t room = limit_ > head.size() ? limit_ - head.size() : 0;

    // What it was all about stays: everything up to the first prompt, in a quarter of the room at most.
    std::size_t begin = 0;
    std::vector<Piece> front;
    const std::size_t room_behind = room - room / 4;
    for (bool asked = false; begin < blocks.size() && !asked; ++begin) {
      auto piece = piece_of(blocks[begin]);
      if (!piece) return std::unexpected(std::move(piece.error()));
      const std::size_t size = size_of(*piece);
      if (room < room_behind + size) break;
      room -= size;
      asked = piece->kind == BlockKind::user;
      front.push_back(std::move(*piece));
    }
    // Then as much of the end as there is room for.
    std::size_t end = blocks.size();
    std::vector<Piece> back;
    for (; end > begin; --end) {
      auto piece = piece_of(blocks[end - 1]);
      if (!piece) return std::unexpected(std::move(piece.error()));
      const std::size_t size = size_of(*piece);
      if (size > room) break;
      room -= size;
      back.push_back(std::move(*piece));
    }
    std::ranges::reverse(back);

    SessionContext context{.markdown = head};
    append(context.markdown, front);
    if (begin < end) {
      const std::span gap(blocks.begin() + static_cast<std::ptrdiff_t>(begin),
                          blocks.begin() + static_cast<std::ptrdiff_t>(end));
      context.left_out = append_mark(context.markdown, gap);
    }
    append(context.markdown, back);
    context.tokens = estimate_tokens(context.markdown);
    return context;
  }

 private:
  [[nodiscard]] std::string introduction() const {
    std::string text = render_text_head(transcript_.facts(), transcript_.agent().name, TextFormat::markdown);
    text +=
        "An earlier session with a coding agent, as context: prompts and answers, one line for each tool call; "
        "thinking "
        "and tool output are left out.\n\n";
    if (!transcript_.facts().cwd.empty()) text += line_of_path("Folder", transcript_.facts().cwd);
    text += line_of_path("Session file", transcript_.path().native());
    return text;
  }

  static std::size_t size_of(const Piece& piece) { return piece.text.empty() ? 0 : piece.text.size() + kHeading; }

  [[nodiscard]] Result<Piece> piece_of(const OutlineBlock& entry) const {
    switch (entry.kind) {
      case BlockKind::thinking: return Piece{};
      case BlockKind::compaction: return Piece{entry.kind, "- (context compacted)\n"};
      case BlockKind::notice:
        if (!entry.is_error) return Piece{};
        break;
      case BlockKind::subagent:
        if (entry.subagent < transcript_.outline().subagents.size()) return subagent(entry);
        break;
      default: break;
    }
    const auto block = transcript_.load(transcript_.source(), entry);
    if (!block) return std::unexpected(block.error());
    return Piece{entry.kind, text_of(*block)};
  }

  [[nodiscard]] Piece subagent(const OutlineBlock& entry) const {
    const Subagent& agent = transcript_.outline().subagents[entry.subagent];
    return {entry.kind, line_of("Sub-agent " + agent.type, agent.description, entry.is_error ? " (failed)" : "")};
  }

  [[nodiscard]] std::string text_of(const Block& block) const {
    switch (block.kind) {
      case BlockKind::user:
      case BlockKind::assistant: {
        const std::string text = clean_for_terminal(shortened(block.text, limit_ / 8));
        return text.find_first_not_of(" \t\n") == std::string::npos ? "" : contained_markdown(text);
      }
      case BlockKind::command: return line_of("Command", block.text, "");
      case BlockKind::notice: return line_of("Error", block.text, "");
      case BlockKind::image: return line_of("Image", block.images.empty() ? "" : block.images.front().media_type, "");
      default: break;
    }
    if (!block.tool) return {};
    const ToolInput input = read_tool_input(block.tool->input, 4 * kLineColumns);
    const std::string_view remark = block.tool->is_error ? " (failed)" : !block.tool->has_result ? " (no result)" : "";
    return line_of(block.tool->name.empty() ? "Tool" : block.tool->name, input.telling, remark);
  }

  void append(std::string& out, const std::vector<Piece>& pieces) {
    for (const Piece& piece : pieces) {
      if (piece.text.empty()) continue;
      const bool is_line = piece.kind != BlockKind::user && piece.kind != BlockKind::assistant;
      const bool is_user = piece.kind == BlockKind::user;
      if (is_user) {
        out += "\n## User\n\n";
      } else if (!is_assistants_) {
        out += "\n## Assistant\n\n";
      } else if (!is_line || !is_list_) {
        out += '\n';
      }
      out += piece.text;
      is_list_ = is_line;
      is_assistants_ = !is_user;
    }
  }

  /// The mark for what there was no room for; how much that is.
  std::size_t append_mark(std::string& out, std::span<const OutlineBlock> gap) {
    std::size_t prompts = 0;
    std::size_t answers = 0;
    std::size_t calls = 0;
    for (const OutlineBlock& entry : gap) {
      prompts += entry.kind == BlockKind::user ? 1 : 0;
      answers += entry.kind == BlockKind::assistant ? 1 : 0;
      calls += entry.kind == BlockKind::tool || entry.kind == BlockKind::subagent ? 1 : 0;
    }
    out += fmt::format("\n[… left out here: {}, {}, {} …]\n", format_count(prompts, "prompt", "prompts"),
                       format_count(answers, "answer", "answers"), format_count(calls, "tool call", "tool calls"));
    is_assistants_ = false;
    is_list_ = false;
    return prompts + answers + calls;
  }

  const Transcript& transcript_;
  std::size_t limit_;
  bool is_assistants_ = false;  // what was written last
  bool is_list_ = false;
};

}  // namespace

std::uint64_t estimate_tokens(std::string_view text) {
  return (text.size() + 3) / 4;
}

Result<SessionContext> session_context(const fs::path& session, std::size_t limit) {
  const auto transcript = Transcript::open(session);
  if (!transcript) return std::unexpected(transcript.error());
  return ContextWriter(*transcript, limit).write();
}

}  // namespace panko
