// Gemini CLI: ~/.gemini/tmp/<project>/chats/session-<time>-<id>.json, one JSON document, and since 0.40 .jsonl, a log
// of messages where the later one of an id counts. Either may be found under the other's name.
#pragma once

#include "agents/agent.hpp"
#include "agents/record_notes.hpp"

namespace panko {

extern const Agent kGemini;

/// Its parts. See Agent and RecordFormat.
[[nodiscard]] bool recognises_gemini(std::string_view head);
[[nodiscard]] std::span<const std::string_view> gemini_record_lists(const Source& source);
[[nodiscard]] Summary summarise_gemini(const Source& source, const std::filesystem::path& path);
[[nodiscard]] Result<Digest> digest_gemini(const Source& source, const std::filesystem::path& path,
                                           DigestProgress& progress);
[[nodiscard]] Result<Outline> read_gemini(const Source& source, const std::filesystem::path& path,
                                          const ReadLimits& limits);
[[nodiscard]] std::unique_ptr<SessionReader> follow_gemini(const std::filesystem::path& path);
[[nodiscard]] Result<Block> load_gemini(const Source& source, const OutlineBlock& block,
                                        const std::filesystem::path& path);
[[nodiscard]] Result<ImageBytes> load_gemini_image(const Source& source, const OutlineBlock& block, std::size_t index);

/// Of a message, or of what stands around the messages.
[[nodiscard]] RecordNotes note_gemini(const JsonValue& record);
/// Whether it is a message, of any release.
[[nodiscard]] bool is_gemini_message(const JsonValue& record);

/// By the tool's name alone.
[[nodiscard]] ToolKind gemini_tool_kind(std::string_view name);
/// Both are the element of a message's toolCalls.
[[nodiscard]] NotedTool load_gemini_tool(const JsonValue& call, const JsonValue& result);

}  // namespace panko
