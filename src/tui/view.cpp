#include "tui/view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/numbers.hpp"
#include "tui/footer.hpp"
#include "tui/help.hpp"
#include "tui/layout.hpp"
#include "tui/links.hpp"
#include "tui/list_view.hpp"
#include "tui/paint.hpp"
#include "tui/preview.hpp"
#include "tui/sharing_view.hpp"

namespace panko::tui {

namespace {

/// The end of a text that is too long is what is being typed.
std::string tail(std::string text, int columns) {
  while (width_of(text) > columns) {
    std::size_t first = 1;
    while (first < text.size() && (static_cast<unsigned char>(text[first]) & 0xC0) == 0x80) ++first;
    text.erase(0, first);
  }
  return text;
}

/// "reading 120/2,000 · ↗ 1 shared · Claude Code · sort: newest · 12/340"
Line header_facts(const Model& model) {
  const Browser& browser = model.browser;
  Line line;
  const auto add = [&line](std::string text, const Style& style) {
    if (!line.empty()) line.push_back({" · ", theme::kQuiet});
    line.push_back({std::move(text), style});
  };
  if (!browser.complete) {
    add(browser.files_to_read > 0
            ? fmt::format("reading {}/{}", format_number(browser.files_read), format_number(browser.files_to_read))
            : "looking for sessions",
        theme::kWarning);
  }
  const auto& shares = model.sharing.shares;
  const auto broken = std::ranges::count_if(shares, [](const auto& share) { return !plight_of(share).empty(); });
  if (std::ssize(shares) > broken) add(fmt::format("↗ {} shared", std::ssize(shares) - broken), theme::kShared);
  if (broken > 0) add(fmt::format("! {} not working", broken), theme::kFailure);
  if (browser.filter.agent != nullptr) add(std::string(browser.filter.agent->name), theme::kStrong);
  add(browser.query.empty() ? fmt::format("sort: {}", name_of(browser.sort)) : "best first", theme::kQuiet);
  const SessionEntry* session = browser.selected_session();
  const std::string total = format_number(browser.listed());
  add(session == nullptr ? total : fmt::format("{}/{}", format_number(browser.rows[browser.selected].number), total),
      theme::kStrong);
  return line;
}

void paint_header(ftxui::Screen& screen, const Box& box, const Model& model) {
  const Browser& browser = model.browser;
  const Line facts = header_facts(model);
  const int end = box.columns - 1 - width_of(facts);
  int x = 1;
  x += paint(screen, x, box.y, end - x, "panko", theme::kName) + 2;
  if (!browser.searching && browser.query.empty()) {
    if (end - x > 12) paint(screen, x, box.y, end - x, "/ to search", theme::kQuiet);
  } else {
    x += paint(screen, x, box.y, end - x, "/", browser.searching ? theme::kName : theme::kQuiet) + 1;
    const std::string query = tail(presentable(browser.query), end - x - 3);
    x += paint(screen, x, box.y, end - x, query, theme::kStrong);
    if (browser.searching) paint(screen, x, box.y, 1, " ", theme::kSelected);
  }
  paint(screen, end, box.y, width_of(facts), facts);
}

void paint_preview(ftxui::Screen& screen, const Layout& layout, const Model& model) {
  const Box& box = layout.preview;
  if (box.columns == 0) return;
  const bool focused = model.browser.preview_focused;
  if (layout.list.columns > 0) {
    for (int y = box.y; y < box.y + box.rows; ++y) {
      paint(screen, box.x - 2, y, 1, focused ? "┃" : "│", focused ? theme::kName : theme::kQuiet);
    }
  }
  const std::vector<Line> lines = preview_lines(model, box.columns);
  const int count = static_cast<int>(lines.size());
  const int scroll = model.browser.preview_scroll;
  for (int i = 0; i < std::min(box.rows, count - scroll); ++i) {
    paint(screen, box.x, box.y + i, box.columns, lines[static_cast<std::size_t>(scroll) + static_cast<std::size_t>(i)]);
  }
  if (const int hidden = count - scroll - box.rows; hidden > 0) {
    const std::string more =
        fmt::format(" {} more ", format_count(static_cast<std::uint64_t>(hidden), "line", "lines"));
    paint(screen, box.x + box.columns - width_of(more), layout.status.y, width_of(more), more, theme::kQuiet);
  }
}

void paint_rules(ftxui::Screen& screen, const Layout& layout, const Model& model) {
  fill(screen, 0, layout.labels.y, layout.labels.columns, "─", theme::kQuiet);
  fill(screen, 0, layout.status.y, layout.status.columns, "─", theme::kQuiet);
  if (layout.list.columns > 0 && layout.preview.columns > 0 && layout.banner.rows == 0) {
    paint(screen, layout.preview.x - 2, layout.labels.y, 1, "┬", theme::kQuiet);
  }
  if (layout.list.columns > 0 && layout.preview.columns > 0) {
    paint(screen, layout.preview.x - 2, layout.status.y, 1, "┴", theme::kQuiet);
  }
  paint_labels(screen, layout, model);
}

void paint_status(ftxui::Screen& screen, const Box& box, const Model& model) {
  Line line;
  if (model.question) {
    line = {{" " + model.question->text + " ", theme::kWarning}};
  } else if (model.toast) {
    line = {{model.toast->is_failure ? " ✗ " : " ✓ ", model.toast->is_failure ? theme::kFailure : theme::kDone},
            {presentable(model.toast->sentence) + " ", model.toast->is_failure ? theme::kFailure : theme::kText}};
  }
  paint(screen, box.x + 1, box.y, box.columns - 2, elide(line, box.columns - 2));
}

void paint_footer(ftxui::Screen& screen, const Layout& layout, const Model& model) {
  for (const FooterKey& key : footer_keys(model, layout)) {
    const int x = key.x + paint(screen, key.x, layout.footer.y, key.columns, key.key, theme::kKey) + 1;
    paint(screen, x, layout.footer.y, key.columns, key.does, theme::kQuiet);
  }
}

void paint_too_small(ftxui::Screen& screen) {
  const std::string text = fmt::format("panko needs a terminal of {} × {}; this one is {} × {}.", Layout::kLeastColumns,
                                       Layout::kLeastRows, screen.dimx(), screen.dimy());
  const std::vector<std::string> lines = wrap(text, std::max(screen.dimx(), 1));
  int y = std::max((screen.dimy() - static_cast<int>(lines.size())) / 2, 0);
  for (const std::string& line : lines) {
    paint(screen, std::max((screen.dimx() - width_of(line)) / 2, 0), y++, screen.dimx(), line, theme::kStrong);
  }
}

}  // namespace

ftxui::Screen draw(const Model& model) {
  ftxui::Screen screen(std::max(model.columns, 1), std::max(model.rows, 1));
  const Layout layout = layout_of(model);
  if (layout.too_small) {
    paint_too_small(screen);
    return screen;
  }
  paint_header(screen, layout.header, model);
  paint_rules(screen, layout, model);
  if (layout.banner.rows > 0) {
    fill(screen, 0, layout.banner.y, layout.banner.columns, " ", theme::kWarning);
    paint(screen, 1, layout.banner.y, layout.banner.columns - 2,
          elide({{"! " + presentable(banner(model.sharing)), theme::kWarning}}, layout.banner.columns - 2));
  }
  paint_list(screen, layout, model);
  paint_preview(screen, layout, model);
  paint_status(screen, layout.status, model);
  paint_footer(screen, layout, model);
  paint_window(screen, model.sharing, model.now);
  const auto window = window_of(model.sharing, screen.dimx(), screen.dimy(), model.now);
  if (model.toast && window && window->contains(window->x, layout.status.y)) {
    // What a key has done is told over the keys in the frame, which come back.
    const Box edge{window->x, window->y + window->rows - 1, window->columns, 1};
    fill(screen, edge.x + 1, edge.y, edge.columns - 2, "─", theme::kQuiet);
    paint_status(screen, edge, model);
  }
  if (model.help_open) paint_help(screen, model.help_scroll);
  mend_wide_characters(screen);
  return screen;
}

}  // namespace panko::tui
