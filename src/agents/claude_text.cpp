#include "agents/claude_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json_text.hpp"
#include "base/text.hpp"

namespace panko {

namespace {

constexpr std::array<std::string_view, 7> kShown{
    "api_error",   "error", "api_refusal", "microcompact_boundary", "informational", "model_refusal_fallback",
    "away_summary"};

/// The message of an error value, however deep its vendor wrapped it.
std::string_view message_of(const JsonValue& error) {
  if (error.is_string()) return error.body();
  JsonValue at = error;
  for (int depth = 0; depth < 4 && at.is_object(); ++depth) {
    for (const std::string_view name : {"formatted", "message"})
      if (const auto text = at[name].body(); !text.empty()) return text;
    at = at["error"];
  }
  return {};
}

bool is_blank_json(std::string_view body) {
  if (body.size() > 64) return false;
  return squeeze_white_space(unescape_json(body)).empty();
}

}  // namespace

std::optional<BlockKind> claude_answer_kind(const ClaudeRecord& record, const ClaudePart& part) {
  if (is_blank_json(part.text)) return std::nullopt;
  if (record.is_api_error) return BlockKind::notice;
  return part.type == ClaudePart::Type::text ? BlockKind::assistant : BlockKind::thinking;
}

std::uint64_t claude_part_key(TextHash hash, std::uint64_t response, const ClaudePart& part) {
  // Not the whole part: signatures are longer than what they sign.
  const std::string_view told = part.type == ClaudePart::Type::tool_use ? part.raw : part.text;
  return (response + static_cast<std::uint64_t>(part.type)) * 31 + hash(told);
}

bool claude_system_shown(std::string_view subtype) {
  return std::ranges::find(kShown, subtype) != kShown.end();
}

bool claude_system_failed(std::string_view subtype) {
  return subtype == "api_error" || subtype == "error" || subtype == "api_refusal";
}

std::string claude_system_text(const ClaudeRecord& record) {
  std::string text = unescape_json(record.content.body());
  if (!squeeze_white_space(text).empty()) return text;
  if (record.subtype == "microcompact_boundary") return "Older tool results were removed from the context.";
  const std::string message = unescape_json(message_of(record.error));
  if (record.subtype == "api_error") return message.empty() ? "API error" : "API error: " + message;
  if (record.subtype == "error") return message.empty() ? "Error" : "Error: " + message;
  return {};
}

bool claude_is_tool_error(const JsonValue& content) {
  constexpr std::string_view kWrapper = "<tool_use_error>";
  if (content.is_string()) return content.body().starts_with(kWrapper);
  bool found = false;
  content.for_each_element([&](const JsonValue& element) {
    found = found || (element.is_object() && element["text"].body().starts_with(kWrapper));
  });
  return found;
}

BlockKind claude_image_kind(const ClaudePart& part) {
  return decoded_image_size(part.data) > kLargestImage ? BlockKind::notice : BlockKind::image;
}

std::string claude_document_text(const ClaudePart& part) {
  return fmt::format("[document: {}, {} KB]", title_line(unescape_json(part.media)),
                     decoded_image_size(part.data) / 1000);
}

}  // namespace panko
