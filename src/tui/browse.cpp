#include "tui/browse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "tui/footer.hpp"
#include "tui/links.hpp"
#include "tui/paint.hpp"
#include "tui/session_actions.hpp"
#include "tui/sharing_update.hpp"
#include "tui/typing.hpp"

namespace panko::tui {

namespace {

constexpr std::ptrdiff_t kWheelRows = 3;
constexpr std::size_t kMaxQueryBytes = 256;

Effects next_sort(Model& model) {
  const auto current = std::ranges::find(kSortOrders, model.browser.sort);
  const auto next = std::next(current);
  set_sort(model.browser, next == kSortOrders.end() ? kSortOrders.front() : *next);
  return {SavePreferences{preferences(model.browser)}};
}

/// The next of the agents that have sessions; after the last: all.
void next_agent(Model& model) {
  const Browser& browser = model.browser;
  const auto agents = all_agents();
  auto agent = agents.begin();
  if (browser.filter.agent != nullptr) agent = std::next(std::ranges::find(agents, browser.filter.agent));
  agent = std::find_if(agent, agents.end(), [&browser](const Agent* candidate) {
    return std::ranges::any_of(browser.sessions, [&](const SessionEntry& s) { return s.agent == candidate; });
  });
  set_agent(model.browser, agent == agents.end() ? nullptr : *agent);
  say(model, agent == agents.end() ? "Sessions of every agent." : fmt::format("Sessions of {} only.", (*agent)->name));
}

Effects fold_selected(Model& model, bool folded) {
  Browser& browser = model.browser;
  if (browser.selected >= browser.rows.size() || !browser.query.empty()) return {};
  const ListRow& row = browser.rows[browser.selected];
  const std::string project = row.is_heading() ? row.project : project_directory(browser.sessions[row.session]);
  if (browser.folded.contains(project) == folded) return {};
  set_folded(browser, project, folded);
  return {SavePreferences{preferences(browser)}};
}

/// Enter, a click: folds what is unfolded and the other way round.
Effects toggle_fold(Model& model) {
  const Browser& browser = model.browser;
  return fold_selected(model, !browser.folded.contains(browser.rows[browser.selected].project));
}

Effects unfold_or_enter(Model& model) {
  Browser& browser = model.browser;
  if (browser.preview_focused || browser.selected >= browser.rows.size()) return {};
  const ListRow& row = browser.rows[browser.selected];
  if (!row.is_heading()) {
    browser.preview_focused = true;
    return {};
  }
  if (browser.folded.contains(row.project)) return fold_selected(model, false);
  move_selection(browser, 1);
  return {};
}

void go_back(Model& model) {
  Browser& browser = model.browser;
  if (browser.preview_focused) {
    browser.preview_focused = false;
  } else if (!browser.query.empty()) {
    set_query(browser, "");
  } else if (browser.filter.agent != nullptr) {
    set_agent(browser, nullptr);
  }
}

Effects fold_or_leave(Model& model) {
  if (!model.browser.preview_focused) return fold_selected(model, true);
  go_back(model);
  return {};
}

Effects open_selected(Model& model) {
  const Browser& browser = model.browser;
  if (browser.selected < browser.rows.size() && browser.rows[browser.selected].is_heading()) return toggle_fold(model);
  return view_selected(model);
}

/// How far a key moves: in the list the selection, in the preview the text. nullopt: it is none of these keys.
std::optional<std::ptrdiff_t> distance(const KeyPress& key, int height) {
  constexpr std::ptrdiff_t kEnd = 1'000'000'000;
  const std::ptrdiff_t page = std::max(height - 1, 1);
  switch (key.key) {
    case Key::down: return 1;
    case Key::up: return -1;
    case Key::page_down: return page;
    case Key::page_up: return -page;
    case Key::home: return -kEnd;
    case Key::end: return kEnd;
    default: break;
  }
  if (key.key != Key::character || key.alt) return std::nullopt;
  if (key.control) {
    switch (key.character) {
      case 'd': return std::max(height / 2, 1);
      case 'u': return -std::max(height / 2, 1);
      case 'f': return page;
      case 'b': return -page;
      case 'n': return 1;
      case 'p': return -1;
      default: return std::nullopt;
    }
  }
  switch (key.character) {
    case 'j': return 1;
    case 'k': return -1;
    case 'g': return -kEnd;
    case 'G': return kEnd;
    default: return std::nullopt;
  }
}

void scroll_preview(Browser& browser, std::ptrdiff_t lines) {
  // update() knows how long the text is, and holds it to that.
  browser.preview_scroll =
      static_cast<int>(std::clamp<std::ptrdiff_t>(browser.preview_scroll + lines, 0, 1'000'000'000));
}

Effects press_character(Model& model, char32_t character) {
  Browser& browser = model.browser;
  switch (character) {
    case 'h': return fold_or_leave(model);
    case 'l': return unfold_or_enter(model);
    case '/':
      browser.searching = true;
      browser.preview_focused = false;
      return {};
    case 't': return next_sort(model);
    case 'a': next_agent(model); return {};
    case 'r':
      browser.complete = false;
      browser.files_read = browser.files_to_read = 0;
      return {Rescan{}};
    case 'v': return view_selected(model);
    case 's': return share_selected(model);
    case 'S': open_panel(model.sharing); return {};
    case 'R': return follow(model, reconnect(model.sharing));
    case 'y': return follow(model, copy_new_link(model.sharing, model.now));
    case 'c': return copy_path_of_selected(model);
    case 'C': return copy_context_of_selected(model);
    case 'D': return download_selected(model);
    case 'o': return open_folder_of_selected(model);
    case 'd': ask_to_delete_selected(model); return {};
    case '?':
      model.help_open = true;
      model.help_scroll = 0;
      return {};
    case 'q': return {Quit{}};
    default: return {};
  }
}

}  // namespace

Effects press_while_searching(Model& model, const KeyPress& key) {
  Browser& browser = model.browser;
  std::string query = browser.query;
  switch (key.key) {
    case Key::enter:
    case Key::tab: browser.searching = false; return {};
    case Key::escape:
      browser.searching = false;
      set_query(browser, "");
      return {};
    case Key::backspace:
      if (query.empty()) browser.searching = false;
      break;
    case Key::character:
      if (key.control && (key.character == 'n' || key.character == 'p'))
        move_selection(browser, key.character == 'n' ? 1 : -1);
      break;
    default:
      // Everything that moves does so in what was found; the letters are typed.
      if (const auto rows = distance(key, layout_of(model).list.rows)) move_selection(browser, *rows);
      return {};
  }
  if (type_into(query, key, kMaxQueryBytes)) set_query(browser, std::move(query));
  return {};
}

Effects press_while_browsing(Model& model, const KeyPress& key) {
  Browser& browser = model.browser;
  const Layout layout = layout_of(model);
  const bool in_preview = browser.preview_focused;
  if (const auto rows = distance(key, in_preview ? layout.preview.rows : layout.list.rows)) {
    if (in_preview) {
      scroll_preview(browser, *rows);
    } else {
      move_selection(browser, *rows);
    }
    return {};
  }
  switch (key.key) {
    case Key::enter: return open_selected(model);
    case Key::escape: go_back(model); return {};
    case Key::tab:
    case Key::back_tab: browser.preview_focused = !in_preview && browser.selected < browser.rows.size(); return {};
    case Key::left: return fold_or_leave(model);
    case Key::right: return unfold_or_enter(model);
    case Key::character: break;
    default: return {};
  }
  if (key.control || key.alt) return {};
  return press_character(model, key.character);
}

void paste(Model& model, const Paste& paste) {
  if (!model.browser.searching) return;
  std::string query = model.browser.query;
  append(query, squeeze_white_space(to_valid_utf8(paste.text)), kMaxQueryBytes);
  set_query(model.browser, std::move(query));
}

Effects click(Model& model, const MouseAction& action) {
  Browser& browser = model.browser;
  const Layout layout = layout_of(model);
  const bool in_list = layout.list.contains(action.column, action.row);
  const bool in_preview = layout.preview.contains(action.column, action.row);
  const auto clicked = std::exchange(model.clicked, std::nullopt);
  switch (action.kind) {
    case MouseAction::Kind::release: model.clicked = clicked; return {};
    case MouseAction::Kind::wheel_up:
    case MouseAction::Kind::wheel_down: {
      const auto rows = action.kind == MouseAction::Kind::wheel_up ? -kWheelRows : kWheelRows;
      if (in_list) scroll(browser, rows, static_cast<std::size_t>(layout.list.rows));
      if (in_preview) scroll_preview(browser, rows);
      return {};
    }
    case MouseAction::Kind::press: break;
  }
  if (in_preview) browser.preview_focused = true;
  if (in_list) {
    browser.preview_focused = false;
    const std::size_t row = browser.top + static_cast<std::size_t>(action.row - layout.list.y);
    if (row >= browser.rows.size()) return {};
    select_row(browser, row);
    if (browser.rows[row].is_heading()) return toggle_fold(model);
    if (clicked == browser.rows[row]) return view_selected(model);
    model.clicked = browser.rows[row];
    return {};
  }
  const auto key = footer_key_at(model, layout, action.column, action.row);
  if (!key) return {};
  return browser.searching ? press_while_searching(model, *key) : press_while_browsing(model, *key);
}

Preferences preferences(const Browser& browser) {
  return {.sort = browser.sort, .folded_projects = {browser.folded.begin(), browser.folded.end()}};
}

}  // namespace panko::tui
