// The blocks of a session's outline with their texts, from their ranges.
#include <algorithm>

#include "agents/claude.hpp"
#include "agents/claude_prompt.hpp"
#include "agents/claude_record.hpp"
#include "agents/claude_side_files.hpp"
#include "agents/claude_text.hpp"
#include "agents/claude_tool.hpp"
#include "agents/image_bytes.hpp"
#include "agents/json_lines.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

std::optional<ClaudePart> find_part(const JsonValue& content, std::uint16_t wanted) {
  std::optional<ClaudePart> found;
  for_each_claude_part(content, [&](const ClaudePart& part, std::uint16_t index) {
    if (index == wanted) found = part;
  });
  return found;
}

/// Text of a tool result; its images are noted by size and type.
std::string text_of_result(const ClaudePart& part, std::vector<ImageInfo>* images) {
  if (part.content.is_string()) return unescape_json(part.content.body());
  if (!part.content.is_array()) return unescape_json(part.text);
  std::string text;
  for_each_claude_part(part.content, [&](const ClaudePart& inner, std::uint16_t) {
    using Type = ClaudePart::Type;
    switch (inner.type) {
      case Type::text: append_line(text, unescape_json(inner.text)); break;
      case Type::image:
        if (claude_image_kind(inner) == BlockKind::notice) {
          append_line(text, unshown_image_text(decoded_image_size(inner.data)));
        } else if (images != nullptr) {
          images->push_back({unescape_json(inner.media), decoded_image_size(inner.data)});
        }
        break;
      case Type::document: append_line(text, claude_document_text(inner)); break;
      default:
        // {"type":"tool_reference","tool_name":...} and what is to come
        if (const auto name = inner.tool_name; !name.empty()) append_line(text, unescape_json(name));
        break;
    }
  });
  return text;
}

/// "<tool_use_error>...</tool_use_error>" is said by is_error.
void unwrap_error(std::string& text) {
  constexpr std::string_view kOpen = "<tool_use_error>";
  constexpr std::string_view kClose = "</tool_use_error>";
  if (!text.starts_with(kOpen)) return;
  text.erase(0, kOpen.size());
  if (text.ends_with(kClose)) text.erase(text.size() - kClose.size());
}

/// The whole of a result that was too large for the transcript, where its file is still there.
std::optional<std::string> spilled_text(const Source& source, const ClaudeRecord& record, std::string_view text,
                                        const std::filesystem::path& path) {
  if (!record.persisted.empty()) return read_spilled_result(source, path, unescape_json(record.persisted));
  // "<persisted-output>\nOutput too large (..). Full output saved to: /path/x.txt\n\nPreview ..."
  if (!text.starts_with("<persisted-output>")) return std::nullopt;
  constexpr std::string_view kSaved = "saved to: ";
  const auto saved = text.find(kSaved);
  if (saved == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(saved + kSaved.size());
  return read_spilled_result(source, path, rest.substr(0, rest.find_first_of("\r\n")));
}

/// What the program recorded beside a result: it says not which one of several it belongs to.
JsonValue details_of(const ClaudeRecord& record) {
  int results = 0;
  for_each_claude_part(record.content, [&](const ClaudePart& part, std::uint16_t) {
    if (part.type == ClaudePart::Type::tool_result) ++results;
  });
  return results == 1 ? record.details : JsonValue();
}

Result<void> load_call(const Source& source, const OutlineBlock& outline, const std::filesystem::path& path,
                       const ClaudePart& part, Block& block) {
  ToolUse& tool = block.tool.emplace();
  tool.id = unescape_json(part.id);
  tool.name = unescape_json(part.name);
  tool.input = valid_json_escapes(part.input.raw());
  ClaudeCall call{.name = part.name, .input = part.input, .details = {}, .content = {}, .result = {}};
  if (outline.result.empty()) {
    tool.action = claude_tool_action(call);
    return {};
  }
  const auto document = JsonDocument::read_complete(source, outline.result);
  if (!document) return std::unexpected(document.error());
  const ClaudeRecord record = parse_claude_record(document->root());
  if (const auto result = find_part(record.content, outline.result_part)) {
    tool.has_result = call.has_result = true;
    tool.is_error = call.is_error = outline.is_error;
    tool.result = text_of_result(*result, &block.images);
    unwrap_error(tool.result);
    if (auto spilled = spilled_text(source, record, tool.result, path)) tool.result = std::move(*spilled);
    call.details = details_of(record);
    call.content = result->content;
    call.result = tool.result;
  }
  tool.action = claude_tool_action(call);
  return {};
}

/// The summary that follows a boundary, else the summary itself.
Result<void> load_compaction(const Source& source, const OutlineBlock& outline, const ClaudeRecord& record,
                             Block& block) {
  const auto join = [&](const JsonValue& content) {
    for_each_claude_part(content, [&](const ClaudePart& part, std::uint16_t) {
      if (part.type == ClaudePart::Type::text) append_line(block.text, unescape_json(part.text));
    });
  };
  if (!outline.result.empty()) {
    const auto document = JsonDocument::read_complete(source, outline.result);
    if (!document) return std::unexpected(document.error());
    join(parse_claude_record(document->root()).content);
  } else if (record.type != ClaudeRecordType::system) {
    join(record.content);
  }
  return {};
}

void load_part(const ClaudeRecord& record, const ClaudePart& part, Block& block) {
  using enum ClaudePart::Type;
  const bool by_model = record.type == ClaudeRecordType::assistant;
  switch (part.type) {
    case text:
      block.text =
          by_model ? unescape_json(part.text) : classify_claude_text(unescape_json(part.text), record.is_meta).text;
      break;
    case thinking: block.text = unescape_json(part.text); break;
    case image:
      if (block.kind == BlockKind::image) {
        block.images.push_back({unescape_json(part.media), decoded_image_size(part.data)});
      } else {
        block.text = unshown_image_text(decoded_image_size(part.data));
      }
      break;
    case document: block.text = claude_document_text(part); break;
    case tool_result:  // its call is missing
      block.text = text_of_result(part, nullptr);
      unwrap_error(block.text);
      break;
    default: break;
  }
}

}  // namespace

Result<Block> load_claude(const Source& source, const OutlineBlock& outline, const std::filesystem::path& path) {
  Block block;
  block.kind = outline.kind;
  block.is_error = outline.kind == BlockKind::notice && outline.is_error;
  if (outline.time_ms != OutlineBlock::kNoTime) block.timestamp = WallTime(std::chrono::milliseconds(outline.time_ms));
  if (outline.part == kClaudeUnshownPart) {
    block.anchor = claude_anchor({}, outline.ordinal, outline.part);
    block.text = unshown_line_text(outline);
    return block;
  }
  const auto document = JsonDocument::read_complete(source, outline.record);
  if (!document) return std::unexpected(document.error());
  const ClaudeRecord record = parse_claude_record(document->root());
  block.anchor = claude_anchor(record.uuid, outline.ordinal, outline.part);
  if (outline.part == kClaudeSubagentPart) return block;

  Result<void> loaded;
  if (block.kind == BlockKind::compaction && (record.is_compact_summary || record.type == ClaudeRecordType::system)) {
    loaded = load_compaction(source, outline, record, block);
  } else if (record.type == ClaudeRecordType::system) {
    block.text = block.kind == BlockKind::command
                     ? classify_claude_text(unescape_json(record.content.body()), true).text
                     : claude_system_text(record);
  } else if (const auto part = find_part(record.content, outline.part)) {
    if (part->type == ClaudePart::Type::tool_use) {
      loaded = load_call(source, outline, path, *part, block);
    } else {
      load_part(record, *part, block);
    }
  }
  if (!loaded) return std::unexpected(loaded.error());
  return block;
}

Result<ImageBytes> load_claude_image(const Source& source, const OutlineBlock& outline, std::size_t index) {
  const bool of_result = !outline.result.empty();
  const auto document = JsonDocument::read_complete(source, of_result ? outline.result : outline.record);
  if (!document) return std::unexpected(document.error());
  const auto part =
      find_part(parse_claude_record(document->root()).content, of_result ? outline.result_part : outline.part);
  std::optional<std::string_view> data;
  if (part && part->type == ClaudePart::Type::image && index == 0) data = part->data;
  if (part && part->type == ClaudePart::Type::tool_result) {
    std::size_t at = 0;
    for_each_claude_part(part->content, [&](const ClaudePart& inner, std::uint16_t) {
      if (inner.type != ClaudePart::Type::image || claude_image_kind(inner) != BlockKind::image) return;
      if (at++ == index) data = inner.data;
    });
  }
  if (!data) return fail("There is no such image in this message.");
  return decode_image(*data);
}

}  // namespace panko
