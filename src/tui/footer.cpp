#include "tui/footer.hpp"

#include <algorithm>

#include "tui/links.hpp"
#include "tui/paint.hpp"

namespace panko::tui {

namespace {

constexpr int kMargin = 1;
constexpr int kGap = 2;

KeyPress press(char32_t character) {
  return {.key = Key::character, .character = character};
}

std::vector<FooterKey> keys_now(const Model& model) {
  const Browser& browser = model.browser;
  if (model.question) return {{press('y'), "y", "yes", 2}, {{.key = Key::escape}, "any other key", "no", 1}};
  if (model.help_open || model.sharing.has_window()) return {};  // the window says its own
  if (browser.searching) {
    return {{{.key = Key::enter}, "Enter", "keep", 3},
            {{.key = Key::escape}, "Esc", "clear", 4},
            {{.key = Key::down}, "↑/↓", "move", 2},
            {{.key = Key::character, .character = 'u', .control = true}, "Ctrl-u", "empty the line", 1}};
  }
  std::vector<FooterKey> keys;
  const SessionEntry* session = browser.selected_session();
  if (session != nullptr) {
    keys.push_back({{.key = Key::enter}, "Enter", "view", 12});
    keys.push_back({press('s'), "s", "share", 15});
  } else if (browser.selected < browser.rows.size()) {
    keys.push_back({{.key = Key::enter}, "Enter", "fold", 12});
  }
  keys.push_back({press('S'), "S", "shares", 13});
  if (model.sharing.daemon == Sharing::Daemon::down) keys.push_back({press('R'), "R", "reconnect", 16});
  if (const auto count = count_new_links(model.sharing, model.now); count > 0)
    keys.push_back({press('y'), "y", count == 1 ? "copy the new link" : "new links", 15});
  if (!browser.query.empty()) keys.push_back({{.key = Key::escape}, "Esc", "clear search", 14});
  keys.push_back({press('/'), "/", "search", 11});
  keys.push_back({{.key = Key::tab}, "Tab", browser.preview_focused ? "list" : "preview", 10});
  if (session != nullptr) {
    keys.push_back({press('c'), "c", "copy path", 6});
    keys.push_back({press('C'), "C", "copy context", 5});
    keys.push_back({press('D'), "D", "download", 3});
    keys.push_back({press('o'), "o", "folder", 2});
    keys.push_back({press('d'), "d", "delete", 4});
  }
  keys.push_back({press('t'), "t", "sort", 9});
  keys.push_back({press('a'), "a", "agent", 8});
  keys.push_back({press('r'), "r", "refresh", 1});
  keys.push_back({press('?'), "?", "help", 18});
  keys.push_back({press('q'), "q", "quit", 17});
  return keys;
}

}  // namespace

std::vector<FooterKey> footer_keys(const Model& model, const Layout& layout) {
  std::vector<FooterKey> keys = keys_now(model);
  int wanted = -kGap;
  for (FooterKey& key : keys) {
    key.columns = width_of(key.key) + 1 + width_of(key.does);
    wanted += key.columns + kGap;
  }
  const int room = layout.footer.columns - 2 * kMargin;
  while (wanted > room && !keys.empty()) {
    const auto least = std::ranges::min_element(keys, {}, &FooterKey::worth);
    wanted -= least->columns + kGap;
    keys.erase(least);
  }
  int x = layout.footer.x + kMargin;
  for (FooterKey& key : keys) {
    key.x = x;
    x += key.columns + kGap;
  }
  return keys;
}

std::optional<KeyPress> footer_key_at(const Model& model, const Layout& layout, int column, int row) {
  if (!layout.footer.contains(column, row)) return std::nullopt;
  for (const FooterKey& key : footer_keys(model, layout))
    if (column >= key.x && column < key.x + key.columns) return key.press;
  return std::nullopt;
}

}  // namespace panko::tui
