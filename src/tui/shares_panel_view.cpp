#include "tui/shares_panel_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "tui/links.hpp"
#include "tui/share_facts.hpp"
#include "tui/shares_panel.hpp"
#include "tui/sharing_text.hpp"
#include "tui/when.hpp"

namespace panko::tui {

namespace {

using protocol::ShareInfo;

constexpr int kWidest = 110;             // more only moves the columns apart
constexpr int kFewestRows = 10;          // so that the window does not change its size with every share
constexpr int kAroundTheList = 3;        // headings, a blank line, the line about stopping
constexpr std::size_t kPlightLines = 2;  // the card has the rest
constexpr int kIndent = 2;
constexpr int kGap = 2;
constexpr std::string_view kLive = "live ";  // in front of a title
constexpr std::array kHeadings{"TITLE", "PROVIDER", "AGE", "EXPIRES", "VIEWS"};
constexpr std::size_t kAge = 2;
constexpr int kRoomForAge = 70;  // with less, the title needs it more
using Cells = std::array<std::string, kHeadings.size()>;
using Widths = std::array<int, kHeadings.size()>;

int inner_columns(int columns) {
  return std::max(std::min(columns - kFrameColumns, kWidest), 1);
}

bool is_known(const Sharing& sharing) {
  return sharing.daemon == Sharing::Daemon::up;
}

Cells cells_of(const ShareInfo& share, WallTime now) {
  const auto started = from_iso8601(share.started_at);
  const std::string views = views_of(share);
  return {presentable(share.session_name), presentable(share.provider_name), started ? age(*started, now) : "-",
          expiry_of(share, now), views.empty() ? "-" : views};
}

/// The title takes what the others leave.
Widths widths_of(const Sharing& sharing, int columns, WallTime now) {
  Widths widths{};
  for (std::size_t i = 1; i < widths.size(); ++i) widths[i] = width_of(kHeadings[i]);
  for (const ShareInfo& share : sharing.shares) {
    const Cells cells = cells_of(share, now);
    for (std::size_t i = 1; i < widths.size(); ++i) widths[i] = std::max(widths[i], width_of(cells[i]));
  }
  if (columns < kRoomForAge) widths[kAge] = 0;
  widths[0] = columns - kIndent;
  for (std::size_t i = 1; i < widths.size(); ++i) widths[0] -= widths[i] == 0 ? 0 : widths[i] + kGap;
  widths[0] = std::max(widths[0], 1);
  return widths;
}

/// One row of the table, behind its sign.
Line table_row(const Cells& cells, const Widths& widths, const Style& title, const Style& rest) {
  Line line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths[i] == 0) continue;
    std::string text = panko::elide(cells[i], static_cast<std::size_t>(widths[i]));
    const int padding = widths[i] - width_of(text) + (i + 1 < cells.size() ? kGap : 0);
    line.push_back({text + std::string(static_cast<std::size_t>(padding), ' '), i == 0 ? title : rest});
  }
  return line;
}

/// What a share's state looks like, told apart without colours too.
Span sign_of(const Sharing& sharing, const ShareInfo& share) {
  if (!is_known(sharing)) return {"? ", theme::kQuiet};
  if (is_stopping(sharing, share)) return {"◌ ", theme::kQuiet};
  if (works(share)) return {"● ", theme::kLive};
  if (share.status == "starting") return {"◌ ", theme::kWarning};
  return {"✗ ", theme::kFailure};
}

bool is_live(const ShareInfo& share) {
  return share.live.value_or(false);
}

std::string second_line(const Sharing& sharing, const ShareInfo& share) {
  if (is_known(sharing) && is_stopping(sharing, share)) return "stopping…";
  if (share.public_url.empty()) return "starting…";
  return presentable(share.public_url);
}

/// Who looks, and at what; the table has how often.
std::vector<Line> fact_lines(const ShareInfo& share, int columns, WallTime now) {
  if (share.status == "starting") return {};
  std::vector<Span> facts = looks_of(share, now);
  std::ranges::move(conditions_of(share), std::back_inserter(facts));
  return flow(facts, columns);
}

std::vector<Line> lines_of(const Sharing& sharing, std::size_t index, const Widths& widths, int columns, WallTime now) {
  const ShareInfo& share = sharing.shares[index];
  const bool is_selected = &share == selected_share(sharing);
  const Style text = is_known(sharing) ? theme::kText : theme::kQuiet;
  const Style link = works(share) ? text : theme::kQuiet;
  Widths widths_here = widths;
  if (is_live(share)) widths_here[0] = std::max(widths_here[0] - width_of(kLive), 1);
  Line first = table_row(cells_of(share, now), widths_here, is_known(sharing) ? theme::kStrong : theme::kQuiet, text);
  if (is_live(share))
    first.insert(first.begin(), {std::string(kLive), is_known(sharing) ? theme::kLive : theme::kQuiet});
  first.insert(first.begin(), sign_of(sharing, share));
  if (is_selected) {
    for (Span& span : first) span.style = {.bold = span.style.bold, .dim = span.style.dim, .inverted = true};
  }
  std::vector<Line> lines{std::move(first)};
  const std::string indent(kIndent, ' ');
  for (std::string& part : wrap(second_line(sharing, share), columns - kIndent))
    lines.push_back({{indent + part, link}});
  if (!is_known(sharing)) return lines;
  if (is_new_link(sharing, share, now)) lines.push_back({{indent + change_sentence(share, now), theme::kWarning}});
  if (const std::string plight = plight_sentence(share); !plight.empty()) {
    for (std::string& part : wrap_within(plight, columns - kIndent, kPlightLines))
      lines.push_back({{indent + part, theme::kFailure}});
  }
  for (Line& line : fact_lines(share, columns - kIndent, now)) {
    line.insert(line.begin(), {indent, theme::kText});
    lines.push_back(std::move(line));
  }
  return lines;
}

struct List {
  std::vector<std::vector<Line>> shares;  // the lines of each
  int rows = 0;                           // of all

  [[nodiscard]] int height(std::size_t first, std::size_t last) const {
    int height = 0;
    for (std::size_t i = first; i <= last && i < shares.size(); ++i) height += static_cast<int>(shares[i].size());
    return height;
  }
};

List list_of(const Sharing& sharing, int columns, WallTime now) {
  const int inner = inner_columns(columns);
  const Widths widths = widths_of(sharing, inner, now);
  List list;
  for (std::size_t i = 0; i < sharing.shares.size(); ++i)
    list.shares.push_back(lines_of(sharing, i, widths, inner, now));
  list.rows = sharing.shares.empty() ? 0 : list.height(0, sharing.shares.size() - 1);
  return list;
}

int list_rows(int needed, int rows) {
  return std::max(std::min(std::max(needed, kFewestRows), rows - kFrameRows - kAroundTheList), 1);
}

std::size_t top_of(const SharesPanel& panel, const List& list, int room) {
  if (list.shares.empty()) return 0;
  const std::size_t last = list.shares.size() - 1;
  const std::size_t selected = std::min(panel.row, last);
  std::size_t top = std::min(panel.top, selected);
  while (top < selected && list.height(top, selected) > room) ++top;
  while (top > 0 && list.height(top - 1, last) <= room) --top;
  return top;
}

std::vector<std::string> said_when_empty(const Sharing& sharing) {
  switch (sharing.daemon) {
    case Sharing::Daemon::connecting: return {"Waiting for the daemon…"};
    case Sharing::Daemon::down: return {"The daemon is away, so what is shared is not known.", "R starts it again."};
    case Sharing::Daemon::up: break;
  }
  return {"Nothing is shared.", "s on a session shares it."};
}

/// The line at the bottom: what a key would do, or has done.
Line last_line(const Sharing& sharing, const SharesPanel& panel, WallTime now) {
  if (panel.asks_stop_all) {
    const std::size_t count = sharing.shares.size();
    return {{count == 1 ? "Stop this share?" : fmt::format("Stop all {} shares?", count), theme::kWarning},
            {"  y", theme::kKey},
            {" stops ", theme::kText},
            {"· any other key does not", theme::kQuiet}};
  }
  if (sharing.daemon == Sharing::Daemon::down && !sharing.shares.empty())
    return {{"The daemon is away: these links may not work.  ", theme::kWarning},
            {"R", theme::kKey},
            {" starts it again", theme::kText}};
  if (const Stop* stop = undoable_stop(sharing, now)) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(stop->undo_until.value_or(now) - now);
    const bool is_warning = stop->gone == kStillThere;
    return {{stop_sentence(*stop) + "  ", is_warning ? theme::kWarning : theme::kText},
            {"u", theme::kKey},
            {fmt::format(" brings it back ({} s):  ", left.count()), theme::kText},
            {in_quotes(stop->share.session_name), theme::kStrong}};
  }
  return {};
}

}  // namespace

int panel_page(int rows) {
  return std::max(1, (rows - kFrameRows - kAroundTheList) / 2);
}

std::size_t panel_top(const Sharing& sharing, const SharesPanel& panel, int columns, int rows, WallTime now) {
  const List list = list_of(sharing, columns, now);
  return top_of(panel, list, list_rows(list.rows, rows));
}

Window panel_window(const Sharing& sharing, const SharesPanel& panel, int columns, int rows, WallTime now) {
  const int inner = inner_columns(columns);
  List list = list_of(sharing, columns, now);
  const int room = list_rows(list.rows, rows);
  Window window = centred_window(columns, rows, inner, room + kAroundTheList);
  window.heading = list.shares.empty() ? "Shares" : fmt::format("Shares ({})", list.shares.size());

  if (list.shares.empty()) {
    window.lines.emplace_back();
    for (std::string& sentence : said_when_empty(sharing))
      window.lines.push_back({{{std::move(sentence), theme::kText}}});
  } else {
    Cells headings;
    std::ranges::copy(kHeadings, headings.begin());
    Line line = table_row(headings, widths_of(sharing, inner, now), theme::kQuiet, theme::kQuiet);
    line.insert(line.begin(), {std::string(kIndent, ' '), theme::kQuiet});
    window.lines.push_back({std::move(line)});
  }
  for (std::size_t i = top_of(panel, list, room); i < list.shares.size(); ++i) {
    for (Line& line : list.shares[i]) {
      if (std::cmp_greater(window.lines.size(), room)) break;
      window.lines.push_back({std::move(line), i});
    }
  }
  window.lines.resize(static_cast<std::size_t>(room + kAroundTheList - 1));
  window.lines.push_back({last_line(sharing, panel, now)});
  if (list.shares.empty()) {
    window.keys = {{"Esc", "close"}};
  } else if (is_known(sharing)) {
    window.keys = {{"c", "copy"},    {"d", "stop"}, {"e", "expiry"}, {"p", "password"}, {"m", "views"},  {"h", "hide"},
                   {"i", "details"}, {"o", "open"}, {"Q", "QR"},     {"D", "stop all"}, {"Esc", "close"}};
    if (is_live(sharing.shares[std::min(panel.row, sharing.shares.size() - 1)]))
      window.keys.insert(window.keys.begin() + 2, {"f", "freeze"});
  } else {
    window.keys = {{"Enter", "copy"}, {"R", "reconnect"}, {"i", "details"}, {"Q", "QR"}, {"Esc", "close"}};
  }
  return window;
}

}  // namespace panko::tui
