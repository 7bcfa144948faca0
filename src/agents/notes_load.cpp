// Blocks with their texts, from the ranges of an outline that was made of notes.
#include <optional>

#include "agents/image_bytes.hpp"
#include "agents/json_lines.hpp"
#include "agents/notes_outline.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

std::optional<Note> find_note(const RecordNotes& record, std::uint16_t part) {
  for (const Note& note : record.notes)
    if (note.part == part) return note;
  return std::nullopt;
}

/// The call and its result, which may stand in the same record.
class ToolRecords {
 public:
  static Result<ToolRecords> read(const RecordFormat& format, const Source& source, const OutlineBlock& outline) {
    ToolRecords records;
    auto call = JsonDocument::read_complete(source, outline.record);
    if (!call) return std::unexpected(call.error());
    records.call_ = std::move(*call);
    const RecordNotes notes = format.note(records.call_->root());
    records.id_ = notes.id;
    const auto note = find_note(notes, outline.part);
    if (!note) return records;
    records.note_ = *note;
    if (note->is_result || outline.result == outline.record) records.result_value_ = note->value;
    if (!note->is_result) records.call_value_ = note->value;
    if (outline.result.empty() || outline.result == outline.record) return records;
    auto result = JsonDocument::read_complete(source, outline.result);
    if (!result) return std::unexpected(result.error());
    records.result_ = std::move(*result);
    if (const auto said = find_note(format.note(records.result_->root()), outline.result_part))
      records.result_value_ = said->value;
    return records;
  }

  [[nodiscard]] std::string_view id() const { return id_; }
  [[nodiscard]] const std::optional<Note>& note() const { return note_; }
  [[nodiscard]] NotedTool load(const RecordFormat& format) const {
    return format.load_tool(call_value_, result_value_);
  }

 private:
  ToolRecords() = default;
  std::optional<JsonDocument> call_;
  std::optional<JsonDocument> result_;
  std::string_view id_;
  std::optional<Note> note_;
  JsonValue call_value_;
  JsonValue result_value_;
};

bool is_too_large(const NotedImage& image) {
  return decoded_image_size(image.data) > kLargestImage;
}

void take_result(NotedTool tool, std::string& text, std::vector<ImageInfo>& images) {
  text = std::move(tool.result);
  for (const NotedImage& image : tool.images) {
    const auto size = decoded_image_size(image.data);
    if (is_too_large(image)) {
      append_line(text, unshown_image_text(size));
    } else {
      images.push_back({unescape_json(image.media), size});
    }
  }
}

void load_note(const RecordFormat& format, const ToolRecords& records, const Note& note, const OutlineBlock& outline,
               Block& block) {
  if (note.is_result) {
    std::vector<ImageInfo> images;
    return take_result(records.load(format), block.text, images);
  }
  if (note.kind == BlockKind::image) {
    block.images.push_back({unescape_json(note.image.media), decoded_image_size(note.image.data)});
    return;
  }
  if (note.kind != BlockKind::tool) {
    block.text = text_of(note);
    return;
  }
  ToolUse& tool = block.tool.emplace();
  tool.id = unescape_json(note.call);
  tool.name = unescape_json(note.body);
  tool.has_result = !outline.result.empty();
  tool.is_error = tool.has_result && outline.is_error;
  NotedTool loaded = records.load(format);
  tool.input = std::move(loaded.input);
  tool.action = std::move(loaded.action);
  take_result(std::move(loaded), tool.result, block.images);
}

}  // namespace

Result<Block> load_noted(const RecordFormat& format, const Source& source, const OutlineBlock& outline) {
  Block block;
  block.kind = outline.kind;
  block.is_error = outline.kind == BlockKind::notice && outline.is_error;
  if (outline.time_ms != OutlineBlock::kNoTime) block.timestamp = WallTime(std::chrono::milliseconds(outline.time_ms));
  if (outline.part == kNotedUnshownPart) {
    block.anchor = noted_anchor({}, outline.ordinal, outline.part);
    block.text = unshown_line_text(outline);
    return block;
  }
  const auto records = ToolRecords::read(format, source, outline);
  if (!records) return std::unexpected(records.error());
  block.anchor = noted_anchor(records->id(), outline.ordinal, outline.part);
  if (anchor_key_of(block.anchor) != outline.anchor_key) block.anchor = noted_anchor({}, outline.ordinal, outline.part);
  if (const auto& note = records->note()) load_note(format, *records, *note, outline, block);
  return block;
}

Result<ImageBytes> load_noted_image(const RecordFormat& format, const Source& source, const OutlineBlock& outline,
                                    std::size_t index) {
  const auto records = ToolRecords::read(format, source, outline);
  if (!records) return std::unexpected(records.error());
  const auto& note = records->note();
  if (note && note->kind == BlockKind::image && index == 0) return decode_image(note->image.data);
  if (note && note->kind == BlockKind::tool)
    for (const NotedImage& image : records->load(format).images) {
      if (is_too_large(image)) continue;
      if (index-- == 0) return decode_image(image.data);
    }
  return fail("There is no such image in this message.");
}

}  // namespace panko
