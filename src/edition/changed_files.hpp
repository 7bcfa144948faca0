// Every file that a session changed, with its changes in order: of the main line, of sub-agents and of abandoned
// branches. Edits that failed changed nothing. Immutable; made by one pass over the blocks that may hold edits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "edition/session_pages.hpp"
#include "render/diff_view.hpp"

namespace panko {

struct ChangedFile {
  struct Change {
    std::uint32_t row = 0;
    std::uint32_t index = 0;  // among the files of that call
  };
  std::string path;
  LineTotals totals;
  std::vector<Change> changes;
};

/// By path.
using ChangedFiles = std::vector<ChangedFile>;

/// Whether it is worth to look: cheap.
[[nodiscard]] bool may_have_changed_files(const SessionPages& pages);

[[nodiscard]] Result<ChangedFiles> find_changed_files(const SessionPages& pages);

/// The list of all files, and their changes behind the first `after`: as many as a page can show at once, with a link
/// to those behind them.
void write_changed_files(HtmlWriter& html, const SessionPages& pages, const ChangedFiles& files, std::size_t after);

}  // namespace panko
