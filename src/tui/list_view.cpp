#include "tui/list_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "tui/links.hpp"
#include "tui/marked.hpp"
#include "tui/paint.hpp"
#include "tui/preview.hpp"
#include "tui/when.hpp"

namespace panko::tui {

namespace {

constexpr std::size_t kMostTitleBytes = 1000;
constexpr int kMarks = 3;  // "● ↗"
constexpr int kGap = 2;

enum class Column : std::uint8_t { project, agent, size, messages, age };

struct Place {
  Column column;
  int width;        // without the gap before it
  int least_title;  // what it has to leave to the title
};

/// The columns at the right of the title that find room, from left to right.
std::vector<Place> columns_for(int width, bool searching) {
  // From the one that gives way last to the first that does.
  static constexpr auto kByWorth = std::to_array<Place>({
      {Column::age, 8, 24},
      {Column::project, 12, 24},
      {Column::messages, 6, 28},
      {Column::size, 7, 32},
      {Column::agent, 7, 38},
  });
  std::vector<Place> places;
  int left = width - kMarks;
  for (const Place& place : kByWorth) {
    if (place.column == Column::project && !searching) continue;
    if (left - place.width - kGap < place.least_title) break;
    left -= place.width + kGap;
    places.push_back(place);
  }
  std::ranges::sort(places, {}, &Place::column);
  return places;
}

std::string_view label_of(Column column) {
  switch (column) {
    case Column::project: return "project";
    case Column::agent: return "agent";
    case Column::size: return "size";
    case Column::messages: return "msgs";
    case Column::age: break;
  }
  return "changed";
}

std::string value_of(Column column, const SessionEntry& session, WallTime now) {
  switch (column) {
    case Column::project: return presentable(session.project);
    case Column::agent: return std::string(session.agent->id);
    case Column::size: return format_bytes(session.size);
    case Column::messages: return session.unreadable.empty() ? format_number(session.digest.messages) : "-";
    case Column::age: break;
  }
  return age(session.modified_at, now);
}

bool is_left_aligned(Column column) {
  return column == Column::project;
}

/// Paints the rows of one frame.
class ListPainter {
 public:
  ListPainter(ftxui::Screen& screen, const Layout& layout, const Model& model)
      : screen_(screen),
        box_(layout.list),
        model_(model),
        query_(model.browser.query),
        places_(columns_for(box_.columns - 1, !model.browser.query.empty())) {}

  void paint_row(const ListRow& row, int y, bool selected) {
    const bool focused = !model_.browser.preview_focused;
    inverted_ = selected && focused;
    if (selected) {
      fill(screen_, box_.x, y, box_.columns, " ", inverted_ ? theme::kSelected : theme::kText);
      put(box_.x, y, 1, {{"▌", theme::kName}});
    }
    if (row.is_heading()) {
      paint_heading(row, y);
    } else {
      paint_session(model_.browser.sessions[row.session], y, selected);
    }
  }

 private:
  /// A selected row is one bar: colours would break it up, what else tells styles apart stays.
  int put(int x, int y, int columns, Line line) {
    for (Span& span : line) {
      if (!inverted_) continue;
      span.style.inverted = true;
      span.style.dim = false;
      span.style.color = ftxui::Color::Default;
    }
    return paint(screen_, x, y, columns, elide(std::move(line), columns));
  }

  void put_right(int end, int y, int width, const std::string& text, const Style& style) {
    const int taken = std::min(width_of(text), width);
    put(end - taken, y, width, {{text, style}});
  }

  [[nodiscard]] std::vector<MatchRange> marks(const std::string& text) const {
    return query_.empty() ? std::vector<MatchRange>{} : query_.marks(text);
  }

  void paint_heading(const ListRow& row, int y) {
    const bool folded = model_.browser.folded.contains(row.project);
    const int end = box_.x + box_.columns - 1;
    int x = box_.x + 1;
    const std::string name = row.project.empty() ? "no project" : presentable(project_of(row.project));
    x += put(x, y, end - x, {{folded ? "▸ " : "▾ ", theme::kQuiet}});
    x += put(x, y, end - x, {{name, theme::kName}, {fmt::format("  {}", row.number), theme::kQuiet}});
    const std::string directory = shown_path(row.project, model_.home);
    if (x + kGap * 2 + width_of(directory) <= end) put_right(end, y, width_of(directory), directory, theme::kQuiet);
  }

  void paint_session(const SessionEntry& session, int y, bool selected) {
    const bool readable = session.unreadable.empty();
    int end = box_.x + box_.columns - 1;
    for (auto place = places_.rbegin(); place != places_.rend(); ++place) {
      const std::string value = value_of(place->column, session, model_.now);
      if (is_left_aligned(place->column)) {
        put(end - place->width, y, place->width, marked(value, marks(value), theme::kQuiet, theme::kMatch));
      } else {
        put_right(end, y, place->width, value, theme::kQuiet);
      }
      end -= place->width + kGap;
    }
    end = paint_marks(session, end, y);
    const int x = box_.x + (query_.empty() ? 3 : 2);
    const std::string title = presentable(truncate_utf8(session.digest.facts.title, kMostTitleBytes));
    Style style = readable ? theme::kText : theme::kQuiet;
    style.bold = selected;
    put(x, y, end - x, marked(title, marks(title), style, theme::kMatch));
  }

  /// Right-aligned before `end`; returns where they begin.
  int paint_marks(const SessionEntry& session, int end, int y) {
    Line line;
    if (is_live(session, model_.now)) line.push_back({"●", theme::kLive});
    const auto add = [&line](std::string text, const Style& style) {
      if (!line.empty()) line.push_back({" ", theme::kText});
      line.push_back({std::move(text), style});
    };
    switch (mark_of(model_.sharing, session.path, model_.now)) {
      case ShareMark::none: break;
      case ShareMark::starting: add("sharing…", theme::kShared); break;
      case ShareMark::active: add("↗", theme::kShared); break;
      case ShareMark::changed: add("↻", theme::kWarning); break;
      case ShareMark::error: add("!", theme::kFailure); break;
      case ShareMark::unknown: add("?", theme::kWarning); break;
    }
    const int width = width_of(line);
    put(end - width, y, width, std::move(line));
    return end - std::max(width, kMarks) - 1;
  }

  ftxui::Screen& screen_;
  Box box_;
  const Model& model_;
  FuzzyQuery query_;
  std::vector<Place> places_;
  bool inverted_ = false;
};

/// What to say when there is nothing to list.
std::string empty_text(const Browser& browser) {
  if (!browser.query.empty())
    return fmt::format("No session has \"{}\" in its title, project, first prompt or id. Esc clears the search.",
                       presentable(browser.query));
  if (!browser.complete) return "Looking for sessions …";
  if (browser.filter.agent != nullptr) return "No sessions of this agent. Press a for the next one.";
  return "No sessions yet. What your coding agents do on this machine appears here by itself.";
}

}  // namespace

bool is_live(const SessionEntry& session, WallTime now) {
  return session.unreadable.empty() && now - session.modified_at < kLiveTime;
}

void paint_list(ftxui::Screen& screen, const Layout& layout, const Model& model) {
  const Box& box = layout.list;
  if (box.columns == 0) return;
  const Browser& browser = model.browser;
  if (browser.rows.empty()) {
    int y = box.y + 1;
    for (const std::string& line : wrap(empty_text(browser), box.columns - 4)) {
      paint(screen, box.x + 2, y++, box.columns - 4, line, theme::kQuiet);
    }
    return;
  }
  ListPainter painter(screen, layout, model);
  for (int i = 0; i < box.rows; ++i) {
    const std::size_t row = browser.top + static_cast<std::size_t>(i);
    if (row >= browser.rows.size()) break;
    painter.paint_row(browser.rows[row], box.y + i, row == browser.selected);
  }
}

void paint_labels(ftxui::Screen& screen, const Layout& layout, const Model& model) {
  const Box& box = layout.list;
  if (box.columns == 0) return;
  int end = box.x + box.columns - 1;
  const std::vector<Place> places = columns_for(box.columns - 1, !model.browser.query.empty());
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    const std::string label = fmt::format(" {} ", label_of(place->column));
    const int x = is_left_aligned(place->column) ? end - place->width - 1 : end + 1 - width_of(label);
    paint(screen, x, layout.labels.y, width_of(label), label, theme::kQuiet);
    end -= place->width + kGap;
  }
}

}  // namespace panko::tui
