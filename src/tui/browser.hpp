// The list of sessions as a tree by project, its search, and the preview beside it. Pure: no file, no terminal.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "catalog/fuzzy.hpp"
#include "catalog/library.hpp"
#include "catalog/order.hpp"

namespace panko::tui {

/// A line of the list: a project's heading or a session.
struct ListRow {
  static constexpr std::size_t kNoSession = static_cast<std::size_t>(-1);
  std::size_t session = kNoSession;  // index into Browser::sessions
  std::string project;               // of a heading; with a search there are none
  std::size_t count = 0;             // of a heading: its sessions
  bool operator==(const ListRow&) const = default;
};

struct Browser {
  std::vector<SessionEntry> sessions;  // unordered; found by path through `by_path`
  std::map<std::filesystem::path, std::size_t> by_path;
  std::vector<ListRow> rows;  // what the list shows, in order
  std::size_t selected = 0;   // index into rows
  std::size_t top = 0;        // first visible row
  SortOrder sort = SortOrder::newest;
  SessionFilter filter;
  std::string query;
  bool searching = false;  // the search line has the keys
  std::set<std::string> folded;
  bool preview_focused = false;
  int preview_scroll = 0;
  bool complete = false;  // the scan has looked at every file
  std::size_t files_read = 0;
  std::size_t files_to_read = 0;

  [[nodiscard]] const SessionEntry* selected_session() const;
};

/// Takes over what has changed; the selected session stays selected, and stays where it is on the screen.
void apply(Browser& browser, LibraryUpdate update);
/// Makes `rows` anew after sort, filter, query or folds have changed.
void arrange(Browser& browser);

}  // namespace panko::tui
