#include "tui/browser.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace panko::tui {

namespace {

constexpr std::size_t kNone = ListRow::kNoSession;
constexpr std::size_t kContextRows = 5;

using Marks = std::vector<char>;  // a session each; not vector<bool>: it is read more often than it is made

auto in_order(const Browser& browser) {
  return [&browser](std::size_t a, std::size_t b) {
    return stands_before(browser.sessions[a], browser.sessions[b], browser.sort);
  };
}

void reorder(Browser& browser) {
  browser.order.clear();
  for (std::size_t i = 0; i < browser.sessions.size(); ++i) {
    if (browser.filter.lets_through(browser.sessions[i])) browser.order.push_back(i);
  }
  std::ranges::sort(browser.order, in_order(browser));
}

/// Where each session stands in `order`.
std::vector<std::size_t> ranks(const Browser& browser) {
  std::vector<std::size_t> rank(browser.sessions.size(), kNone);
  for (std::size_t i = 0; i < browser.order.size(); ++i) rank[browser.order[i]] = i;
  return rank;
}

void sort_found(Browser& browser) {
  const std::vector<std::size_t> rank = ranks(browser);
  std::ranges::sort(browser.found, [&rank](const FoundSession& a, const FoundSession& b) {
    return a.score != b.score ? a.score > b.score : rank[a.session] < rank[b.session];
  });
}

void find_among(Browser& browser, std::vector<std::size_t> sessions) {
  std::ranges::sort(sessions);  // as they lie in memory: twice as fast with 10,000 of them
  const FuzzyQuery query(browser.query);
  for (const std::size_t session : sessions) {
    if (const auto score = query.score(browser.sessions[session])) browser.found.push_back({*score, session});
  }
}

void search(Browser& browser) {
  browser.found.clear();
  if (browser.query.empty()) return;
  find_among(browser, browser.order);
  sort_found(browser);
}

std::vector<ListRow> make_rows(const Browser& browser) {
  std::vector<ListRow> rows;
  if (!browser.query.empty()) {
    rows.reserve(browser.found.size());
    for (const FoundSession& found : browser.found) rows.push_back({found.session, {}, rows.size() + 1});
    return rows;
  }
  // A project stands where the first of its sessions stands.
  std::unordered_map<std::string_view, std::size_t> group_of;
  std::vector<std::vector<std::size_t>> groups;
  for (const std::size_t session : browser.order) {
    const auto [place, is_new] = group_of.emplace(project_directory(browser.sessions[session]), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(session);
  }
  rows.reserve(browser.order.size() + groups.size());
  std::size_t number = 0;
  for (const auto& group : groups) {
    const std::string& project = project_directory(browser.sessions[group.front()]);
    rows.push_back({kNone, project, group.size()});
    if (browser.folded.contains(project)) {
      number += group.size();
    } else {
      for (const std::size_t session : group) rows.push_back({session, {}, ++number});
    }
  }
  return rows;
}

/// Finds rows of another arrangement in the present one.
class RowFinder {
 public:
  explicit RowFinder(const Browser& browser) : browser_(browser), row_of_(browser.sessions.size(), kNone) {
    for (std::size_t i = 0; i < browser.rows.size(); ++i) {
      if (!browser.rows[i].is_heading()) row_of_[browser.rows[i].session] = i;
    }
  }

  [[nodiscard]] std::optional<std::size_t> find(const ListRow& row) const {
    if (row.is_heading()) return heading(row.project);
    if (row_of_[row.session] != kNone) return row_of_[row.session];
    const SessionEntry& session = browser_.sessions[row.session];
    // One that is there but folded away is represented by its heading.
    if (!browser_.query.empty() || !browser_.filter.lets_through(session)) return std::nullopt;
    return heading(project_directory(session));
  }

 private:
  [[nodiscard]] std::optional<std::size_t> heading(const std::string& project) const {
    const auto found = std::ranges::find_if(
        browser_.rows, [&project](const ListRow& row) { return row.is_heading() && row.project == project; });
    if (found == browser_.rows.end()) return std::nullopt;
    return static_cast<std::size_t>(found - browser_.rows.begin());
  }

  const Browser& browser_;
  std::vector<std::size_t> row_of_;
};

std::size_t first_session_row(const std::vector<ListRow>& rows) {
  const auto found = std::ranges::find_if(rows, [](const ListRow& row) { return !row.is_heading(); });
  return found == rows.end() ? 0 : static_cast<std::size_t>(found - rows.begin());
}

/// The row that was selected, else the nearest one below it that is still there, else the nearest above.
std::size_t find_selected(const Browser& browser, const std::vector<ListRow>& old) {
  const RowFinder finder(browser);
  for (std::size_t i = browser.selected; i < old.size(); ++i) {
    if (const auto row = finder.find(old[i])) return *row;
  }
  for (std::size_t i = std::min(browser.selected, old.size()); i-- > 0;) {
    if (const auto row = finder.find(old[i])) return *row;
  }
  return first_session_row(browser.rows);
}

void lay_out(Browser& browser) {
  const std::size_t on_screen = browser.selected - std::min(browser.top, browser.selected);
  const std::vector<ListRow> old = std::exchange(browser.rows, make_rows(browser));
  if (browser.touched) {
    browser.selected = find_selected(browser, old);
    browser.top = browser.selected - std::min(on_screen, browser.selected);
  } else {
    browser.selected = first_session_row(browser.rows);
    browser.top = 0;
  }
}

/// The selected session is about to go: the session below it in its project, else the one above, else any near.
void leave_selected(Browser& browser, const Marks& goes) {
  const auto& rows = browser.rows;
  if (browser.selected >= rows.size() || rows[browser.selected].is_heading()) return;
  if (!goes[rows[browser.selected].session]) return;
  const auto stays = [&](std::size_t row) { return !rows[row].is_heading() && !goes[rows[row].session]; };
  const auto look = [&](bool within_project) -> std::optional<std::size_t> {
    for (std::size_t i = browser.selected + 1; i < rows.size(); ++i) {
      if (within_project && rows[i].is_heading()) break;
      if (stays(i)) return i;
    }
    for (std::size_t i = browser.selected; i-- > 0;) {
      if (within_project && rows[i].is_heading()) break;
      if (stays(i)) return i;
    }
    return std::nullopt;
  };
  auto next = look(true);
  if (!next) next = look(false);
  if (next) browser.selected = *next;
}

void remove(Browser& browser, const std::vector<std::filesystem::path>& gone) {
  Marks goes(browser.sessions.size(), 0);
  bool any = false;
  for (const auto& path : gone) {
    const auto found = browser.by_path.find(path.native());
    if (found == browser.by_path.end()) continue;
    goes[found->second] = 1;
    browser.by_path.erase(found);
    any = true;
  }
  if (!any) return;
  leave_selected(browser, goes);

  std::vector<std::size_t> place(browser.sessions.size(), kNone);  // where each session is from now on
  std::size_t kept = 0;
  for (std::size_t i = 0; i < browser.sessions.size(); ++i) {
    if (goes[i]) continue;
    if (kept != i) browser.sessions[kept] = std::move(browser.sessions[i]);
    browser.by_path[browser.sessions[kept].path.native()] = kept;
    place[i] = kept++;
  }
  browser.sessions.resize(kept);

  std::erase_if(browser.order, [&](std::size_t session) { return goes[session] != 0; });
  for (std::size_t& session : browser.order) session = place[session];
  std::erase_if(browser.found, [&](const FoundSession& found) { return goes[found.session] != 0; });
  for (FoundSession& found : browser.found) found.session = place[found.session];
  std::vector<ListRow> rows;
  std::size_t selected = 0;
  std::size_t top = 0;
  for (std::size_t i = 0; i < browser.rows.size(); ++i) {
    if (i == browser.selected) selected = rows.size();
    if (i == browser.top) top = rows.size();
    ListRow& row = browser.rows[i];
    if (!row.is_heading()) {
      if (goes[row.session]) continue;
      row.session = place[row.session];
    }
    rows.push_back(std::move(row));
  }
  browser.rows = std::move(rows);
  browser.selected = selected;
  browser.top = top;
}

/// Takes the sessions over; marks them in the result.
Marks take_over(Browser& browser, std::vector<SessionEntry> changed) {
  Marks marks(browser.sessions.size() + changed.size(), 0);
  for (SessionEntry& session : changed) {
    const auto [place, is_new] = browser.by_path.emplace(session.path.native(), browser.sessions.size());
    marks[place->second] = 1;
    if (is_new) {
      browser.sessions.push_back(std::move(session));
    } else {
      browser.sessions[place->second] = std::move(session);
    }
  }
  return marks;
}

/// What has changed finds its place among what has not: order and found are sorted already.
void sort_in(Browser& browser, const Marks& marks) {
  std::vector<std::size_t> changed;
  for (std::size_t i = 0; i < browser.sessions.size(); ++i) {
    if (marks[i] && browser.filter.lets_through(browser.sessions[i])) changed.push_back(i);
  }
  std::ranges::sort(changed, in_order(browser));
  std::erase_if(browser.order, [&](std::size_t session) { return marks[session] != 0; });
  std::vector<std::size_t> merged;
  merged.reserve(browser.order.size() + changed.size());
  std::ranges::merge(browser.order, changed, std::back_inserter(merged), in_order(browser));
  browser.order = std::move(merged);
  if (browser.query.empty()) return;
  std::erase_if(browser.found, [&](const FoundSession& found) { return marks[found.session] != 0; });
  find_among(browser, std::move(changed));
  sort_found(browser);
}

}  // namespace

const SessionEntry* Browser::selected_session() const {
  if (selected >= rows.size() || rows[selected].is_heading()) return nullptr;
  return &sessions[rows[selected].session];
}

const std::string& project_directory(const SessionEntry& session) {
  return session.digest.facts.cwd;
}

void arrange(Browser& browser) {
  browser.by_path.clear();
  for (std::size_t i = 0; i < browser.sessions.size(); ++i) {
    browser.by_path.emplace(browser.sessions[i].path.native(), i);
  }
  reorder(browser);
  search(browser);
  lay_out(browser);
}

void apply(Browser& browser, LibraryUpdate update) {
  browser.files_read = update.files_read;
  browser.files_to_read = update.files_to_read;
  // Once complete it stays so: what is read later is one session that has changed.
  browser.complete = browser.complete || update.is_complete;
  if (update.changed.empty() && update.gone.empty()) return;
  remove(browser, update.gone);
  if (!update.changed.empty()) sort_in(browser, take_over(browser, std::move(update.changed)));
  lay_out(browser);
}

void remove(Browser& browser, const std::filesystem::path& path) {
  remove(browser, std::vector{path});
  lay_out(browser);
}

void set_sort(Browser& browser, SortOrder sort) {
  browser.sort = sort;
  reorder(browser);
  if (!browser.query.empty()) sort_found(browser);
  lay_out(browser);
}

void set_agent(Browser& browser, const Agent* agent) {
  browser.filter.agent = agent;
  reorder(browser);
  search(browser);
  lay_out(browser);
}

void set_query(Browser& browser, std::string query) {
  if (query == browser.query) return;
  // What a longer query meets is among what the shorter one met.
  const bool narrows = !browser.query.empty() && query.starts_with(browser.query);
  browser.query = std::move(query);
  if (narrows) {
    std::vector<std::size_t> candidates;
    candidates.reserve(browser.found.size());
    for (const FoundSession& found : browser.found) candidates.push_back(found.session);
    browser.found.clear();
    find_among(browser, std::move(candidates));
    sort_found(browser);
  } else {
    search(browser);
  }
  lay_out(browser);
  if (browser.query.empty()) {
    // Back in the tree, with what stands above it: its project, as a rule.
    browser.top = std::min(browser.top, browser.selected - std::min(kContextRows, browser.selected));
  } else {
    browser.selected = 0;
    browser.top = 0;
  }
}

void set_folded(Browser& browser, const std::string& project, bool folded) {
  if (folded == browser.folded.contains(project)) return;
  if (folded) {
    browser.folded.insert(project);
  } else {
    browser.folded.erase(project);
  }
  lay_out(browser);
}

void select_row(Browser& browser, std::size_t row) {
  browser.selected = browser.rows.empty() ? 0 : std::min(row, browser.rows.size() - 1);
}

void move_selection(Browser& browser, std::ptrdiff_t rows) {
  const auto target = static_cast<std::ptrdiff_t>(browser.selected) + rows;
  select_row(browser, static_cast<std::size_t>(std::max<std::ptrdiff_t>(target, 0)));
}

void scroll(Browser& browser, std::ptrdiff_t rows, std::size_t height) {
  const std::size_t most = browser.rows.size() - std::min(height, browser.rows.size());
  const auto target = std::max<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(browser.top) + rows, 0);
  browser.top = std::min(static_cast<std::size_t>(target), most);
  if (height == 0) return;
  select_row(browser, std::clamp(browser.selected, browser.top, browser.top + height - 1));
}

void keep_in_view(Browser& browser, std::size_t height) {
  select_row(browser, browser.selected);
  if (height == 0) return;
  browser.top = std::min(browser.top, browser.rows.size() - std::min(height, browser.rows.size()));
  browser.top = std::clamp(browser.top, browser.selected - std::min(height - 1, browser.selected), browser.selected);
}

}  // namespace panko::tui
