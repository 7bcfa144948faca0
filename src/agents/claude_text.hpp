// The small texts that outline and loading must agree on: titles and what a system record says. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agents/claude_record.hpp"
#include "agents/text_hash.hpp"
#include "session/block.hpp"
#include "session/outline.hpp"

namespace panko {

constexpr std::uint64_t kClaudeImageLimit = 10 << 20;

/// One line of at most 200 bytes.
[[nodiscard]] std::string claude_title(std::string_view text);

/// White space squeezed, at most Digest::kTextBytes.
[[nodiscard]] std::string claude_preview(std::string_view text);

[[nodiscard]] Usage claude_sum(const Usage& left, const Usage& right);

/// What a text or a thinking part of the model is shown as; nullopt: it is blank.
[[nodiscard]] std::optional<BlockKind> claude_answer_kind(const ClaudeRecord& record, const ClaudePart& part);
/// The same for a part that comes once more under one response, given by its hash.
[[nodiscard]] std::uint64_t claude_part_key(TextHash hash, std::uint64_t response, const ClaudePart& part);

/// Whether a system record of this subtype is shown as a notice, and whether it reports a failure.
[[nodiscard]] bool claude_system_shown(std::string_view subtype);
[[nodiscard]] bool claude_system_failed(std::string_view subtype);
[[nodiscard]] std::string claude_system_text(const ClaudeRecord& record);

/// Whether a tool result's content is wrapped as an error.
[[nodiscard]] bool claude_is_tool_error(const JsonValue& content);

/// Decoded size of base64, near enough.
[[nodiscard]] inline std::uint64_t claude_decoded_size(std::string_view base64) {
  return base64.size() / 4 * 3;
}
/// image, or a notice in place of one that is too large.
[[nodiscard]] BlockKind claude_image_kind(const ClaudePart& part);
/// "[image not shown: 12.3 MB ...]"
[[nodiscard]] std::string claude_unshown_image(std::uint64_t bytes);
/// "[document: application/pdf, 120 KB]"
[[nodiscard]] std::string claude_document_text(const ClaudePart& part);

}  // namespace panko
