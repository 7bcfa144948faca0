#include "agents/record_notes.hpp"

#include "agents/image_bytes.hpp"
#include "agents/session_text.hpp"
#include "base/clock.hpp"
#include "base/json_text.hpp"

namespace panko {

Note& RecordNotes::add(BlockKind kind, std::uint16_t part) {
  Note& note = notes.emplace_back();
  note.kind = kind;
  note.part = part;
  return note;
}

void RecordNotes::add_words(BlockKind kind, std::uint16_t part, const JsonValue& words) {
  if (!is_blank_body(words.body())) add(kind, part).body = words.body();
}

void RecordNotes::add_text(BlockKind kind, std::uint16_t part, std::string text, bool is_error) {
  if (trim(text).empty()) return;
  Note& note = add(kind, part);
  note.text = std::move(text);
  note.is_error = is_error;
}

Note& RecordNotes::add_call(ToolKind tool, std::uint16_t part, std::string_view call_id, std::string_view name,
                            const JsonValue& call) {
  Note& note = add(BlockKind::tool, part);
  note.tool = tool;
  note.call = call_id;
  note.body = name;
  note.value = call;
  return note;
}

Note& RecordNotes::add_result(std::string_view call, bool is_error, const JsonValue& result) {
  Note& note = add(BlockKind::notice, 0);
  note.is_result = true;
  note.call = call;
  note.is_error = is_error;
  note.value = result;
  return note;
}

void RecordNotes::add_image(std::uint16_t part, NotedImage image) {
  const auto size = decoded_image_size(image.data);
  if (size > kLargestImage) return add_text(BlockKind::notice, part, unshown_image_text(size));
  add(BlockKind::image, part).image = image;
}

std::optional<std::int64_t> noted_time(std::string_view iso8601) {
  const auto time = from_iso8601(iso8601);
  if (!time) return std::nullopt;
  return time->time_since_epoch().count();
}

std::string text_of(const Note& note) {
  return std::string(trim(note.text.empty() ? unescape_json(note.body) : note.text));
}

bool is_blank_body(std::string_view body) {
  while (!body.empty()) {
    std::size_t length = 1;
    if (body.front() == '\\') {
      if (!body.starts_with("\\n") && !body.starts_with("\\t") && !body.starts_with("\\r")) return false;
      length = 2;
    } else if (body.front() != ' ') {
      return false;
    }
    body.remove_prefix(length);
  }
  return true;
}

}  // namespace panko
