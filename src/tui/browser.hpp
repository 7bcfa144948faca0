// The list of sessions as a tree by project, and its search. Pure: no file, no terminal. Arranged in steps, each from
// the one before: sessions → order (filter, sort) → found (query) → rows (tree, folds); only what has changed is done
// again, so that 10,000 sessions stay quick to search and to watch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/fuzzy.hpp"
#include "catalog/library.hpp"
#include "catalog/order.hpp"

namespace panko::tui {

/// A line of the list: a project's heading or a session.
struct ListRow {
  static constexpr std::size_t kNoSession = static_cast<std::size_t>(-1);
  std::size_t session = kNoSession;  // index into Browser::sessions
  std::string project;               // of a heading: the directory; with a search there are none
  std::size_t number = 0;            // of a heading: how many sessions it has; of a session: which it is, from 1
  [[nodiscard]] bool is_heading() const { return session == kNoSession; }
  bool operator==(const ListRow&) const = default;
};

/// A session that the query meets.
struct FoundSession {
  std::int32_t score = 0;
  std::size_t session = 0;
};

struct Browser {
  std::vector<SessionEntry> sessions;                    // unordered
  std::unordered_map<std::string, std::size_t> by_path;  // index into sessions
  std::vector<std::size_t> order;                        // sessions that the filter lets through, sorted
  std::vector<FoundSession> found;                       // with a query: those of them that it meets, best first
  std::vector<ListRow> rows;                             // what the list shows, in order
  std::size_t selected = 0;                              // index into rows
  std::size_t top = 0;                                   // first visible row
  bool touched = false;                                  // the user has done something: the selection is theirs
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
  /// Sessions that the list has, folded ones too.
  [[nodiscard]] std::size_t listed() const { return query.empty() ? order.size() : found.size(); }
};

/// The directory that a session is grouped by; empty where none is recorded.
[[nodiscard]] const std::string& project_directory(const SessionEntry& session);

/// Makes everything anew from `sessions`, `filter`, `sort`, `query` and `folded`.
void arrange(Browser& browser);

/// Takes over what has changed; the selected session stays selected, and stays where it is on the screen. Where it is
/// gone its neighbour is selected. Until the user has touched anything the first session is the selected one.
void apply(Browser& browser, LibraryUpdate update);

/// A session that is gone.
void remove(Browser& browser, const std::filesystem::path& path);

void set_sort(Browser& browser, SortOrder sort);
void set_agent(Browser& browser, const Agent* agent);  // null: all
/// The best result is selected; without a query the session that was selected stays so.
void set_query(Browser& browser, std::string query);
/// A selected session goes into its heading.
void set_folded(Browser& browser, const std::string& project, bool folded);

void select_row(Browser& browser, std::size_t row);
/// Moves the selection, from end to end at most.
void move_selection(Browser& browser, std::ptrdiff_t rows);
/// Moves the view alone; the selection follows where it would leave it.
void scroll(Browser& browser, std::ptrdiff_t rows, std::size_t height);
/// After any change: the selected row is visible, and no row is wasted below the last.
void keep_in_view(Browser& browser, std::size_t height);

}  // namespace panko::tui
