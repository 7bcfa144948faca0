// A whole session, written out piece by piece: memory follows the longest block, not the session.
// Side files are read; nothing is written but by the caller's function. Any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.hpp"
#include "edition/audience.hpp"
#include "edition/edition.hpp"

namespace panko {

enum class ExportFormat {
  json,  // the object of docs/json.md, with a newline behind it
  text,
  markdown,
  html,     // one file that needs nothing else, see export_page.hpp
  records,  // the session's own records, decompressed; not where something is hidden, which may stand in any of them
};

/// `write` gets one piece after the other; false from it (a closed pipe) ends the export without an error. With
/// redaction the session pass comes first.
[[nodiscard]] Result<void> export_session(const std::filesystem::path& path, ExportFormat format,
                                          const Audience& audience, const std::function<bool(std::string_view)>& write);
/// The same for its owner: as it is.
[[nodiscard]] Result<void> export_session(const std::filesystem::path& path, ExportFormat format,
                                          const std::function<bool(std::string_view)>& write);
/// Of a session that is open: what its audience may see. May be called by several threads at once.
[[nodiscard]] Result<void> export_edition(const Edition& edition, ExportFormat format,
                                          const std::function<bool(std::string_view)>& write);

}  // namespace panko
