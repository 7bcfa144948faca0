// The small texts that outline and loading must agree on: what a system record says, what stands for a document. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agents/claude_record.hpp"
#include "agents/image_bytes.hpp"
#include "agents/session_text.hpp"
#include "agents/text_hash.hpp"
#include "session/block.hpp"
#include "session/outline.hpp"

namespace panko {

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

/// image, or a notice in place of one that is too large.
[[nodiscard]] BlockKind claude_image_kind(const ClaudePart& part);
/// "[document: application/pdf, 120 KB]"
[[nodiscard]] std::string claude_document_text(const ClaudePart& part);

}  // namespace panko
