// The blocks of a rollout's outline with their texts, from their ranges.
#include <fmt/format.h>

#include "agents/codex.hpp"
#include "agents/codex_action.hpp"
#include "agents/codex_notice.hpp"
#include "agents/codex_prompt.hpp"
#include "agents/codex_record.hpp"
#include "agents/codex_result.hpp"
#include "agents/codex_tool.hpp"
#include "agents/image_bytes.hpp"
#include "agents/json_lines.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace panko {

namespace {

std::optional<CodexPart> find_part(const CodexRecord& record, std::uint16_t wanted) {
  std::optional<CodexPart> found;
  for_each_codex_part(record, [&](const CodexPart& part, std::uint16_t index) {
    if (index == wanted) found = part;
  });
  return found;
}

void load_image_part(std::string_view url, Block& block) {
  const auto image = codex_image(url);
  if (block.kind == BlockKind::image && image) {
    block.images.push_back({unescape_json(image->media), decoded_image_size(image->data)});
  } else if (image) {
    block.text = unshown_image_text(decoded_image_size(image->data));
  } else {
    block.text = fmt::format("[image: {}]", title_line(unescape_json(url.substr(0, 1000))));
  }
}

void load_words(const CodexRecord& record, std::uint16_t index, Block& block) {
  const auto part = find_part(record, index);
  if (!part) return;
  if (part->type == CodexPart::Type::image) return load_image_part(part->body, block);
  std::string text = unescape_json(part->body);
  block.text = record.voice == CodexVoice::user ? classify_codex_text(text, record.log != CodexLog::item).text
                                                : std::string(trim(text));
}

/// The call, and the record of its result, if there is one.
void load_tool(const OutlineBlock& outline, const CodexRecord& call, const CodexRecord* end, Block& block) {
  ToolUse& tool = block.tool.emplace();
  tool.id = unescape_json(call.call_id());
  tool.name = unescape_json(codex_tool_name(call));
  tool.input = codex_tool_input(call);
  CodexResult result;
  if (end != nullptr) {
    tool.has_result = true;
    tool.is_error = outline.is_error;
    result = codex_tool_result(*end);
    for (const CodexImage& image : result.images)
      block.images.push_back({unescape_json(image.media), decoded_image_size(image.data)});
  }
  tool.action = codex_action(call, end, result);
  tool.result = std::move(result.text);
}

Result<void> load_tool(const Source& source, const OutlineBlock& outline, const CodexRecord& call, Block& block) {
  if (outline.result.empty() || outline.result == outline.record) {
    load_tool(outline, call, outline.result.empty() ? nullptr : &call, block);
    return {};
  }
  const auto document = JsonDocument::read_complete(source, outline.result);
  if (!document) return std::unexpected(document.error());
  const CodexRecord end = parse_codex_record(document->root());
  load_tool(outline, call, &end, block);
  return {};
}

Result<void> load_compaction(const Source& source, const OutlineBlock& outline, const CodexRecord& record,
                             Block& block) {
  if (record.type == CodexType::message) {
    load_words(record, outline.part, block);
  } else if (outline.result.empty()) {
    block.text = trim(unescape_json(record.payload["message"].body()));
  } else {
    const auto document = JsonDocument::read_complete(source, outline.result);
    if (!document) return std::unexpected(document.error());
    block.text = trim(unescape_json(parse_codex_record(document->root()).payload["message"].body()));
  }
  return {};
}

void load_text(const CodexRecord& record, std::uint16_t part, Block& block) {
  if (record.type == CodexType::output) {
    block.text = codex_tool_result(record).text;
  } else if (record.type == CodexType::task_complete && part == 0) {
    load_words(record, part, block);
  } else {
    block.text = codex_notice(record);
  }
  if (block.text.empty()) load_words(record, part, block);
}

}  // namespace

Result<Block> load_codex(const Source& source, const OutlineBlock& outline, const std::filesystem::path& /*path*/) {
  Block block;
  block.kind = outline.kind;
  block.is_error = outline.kind == BlockKind::notice && outline.is_error;
  if (outline.time_ms != OutlineBlock::kNoTime) block.timestamp = WallTime(std::chrono::milliseconds(outline.time_ms));
  if (outline.part == kCodexUnshownPart) {
    block.anchor = codex_anchor({}, outline.ordinal, outline.part);
    block.text = unshown_line_text(outline);
    return block;
  }
  const auto document = JsonDocument::read_complete(source, outline.record);
  if (!document) return std::unexpected(document.error());
  const CodexRecord record = parse_codex_record(document->root());
  block.anchor = codex_anchor(record.id, outline.ordinal, outline.part);
  if (anchor_key_of(block.anchor) != outline.anchor_key) block.anchor = codex_anchor({}, outline.ordinal, outline.part);

  Result<void> loaded;
  switch (block.kind) {
    case BlockKind::tool: loaded = load_tool(source, outline, record, block); break;
    case BlockKind::compaction: loaded = load_compaction(source, outline, record, block); break;
    default: load_text(record, outline.part, block); break;
  }
  if (!loaded) return std::unexpected(loaded.error());
  return block;
}

Result<ImageBytes> load_codex_image(const Source& source, const OutlineBlock& outline, std::size_t index) {
  const bool of_result = !outline.result.empty();
  const auto document = JsonDocument::read_complete(source, of_result ? outline.result : outline.record);
  if (!document) return std::unexpected(document.error());
  const CodexRecord record = parse_codex_record(document->root());
  std::optional<CodexImage> image;
  if (of_result) {
    const CodexResult result = codex_tool_result(record);
    if (index < result.images.size()) image = result.images[index];
  } else if (const auto part = find_part(record, outline.part); part && part->type == CodexPart::Type::image) {
    if (index == 0) image = codex_image(part->body);
  }
  if (!image) return fail("There is no such image in this message.");
  return decode_image(image->data);
}

}  // namespace panko
