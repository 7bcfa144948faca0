// Sessions of the first Codex, of spring 2025: one JSON document {"session":{...},"items":[...]}, rewritten with each
// answer. It may be cut off; what is complete of it counts. Not for use by several threads at once.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "agents/json_lines.hpp"
#include "base/result.hpp"
#include "session/source.hpp"

namespace panko {

/// Whether the first bytes of a file are one.
[[nodiscard]] bool is_codex_document(std::string_view head);
[[nodiscard]] bool is_codex_document(const Source& source);
/// Agent::record_lists.
[[nodiscard]] std::span<const std::string_view> codex_record_lists(const Source& source);

/// Calls `visit` for the session, then for each item. An error when it cannot be read, or is larger than any was.
[[nodiscard]] Result<void> read_codex_document(const Source& source,
                                               const std::function<void(const JsonRecord&)>& visit);

template <class Builder>
[[nodiscard]] Result<void> add_codex_document(Builder& builder, const Source& source) {
  return read_codex_document(source, [&](const JsonRecord& record) { builder.add(record); });
}

}  // namespace panko
