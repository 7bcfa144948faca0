#include "tui/update.hpp"

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <utility>

#include "tui/browse.hpp"
#include "tui/footer.hpp"
#include "tui/help.hpp"
#include "tui/layout.hpp"
#include "tui/list_view.hpp"
#include "tui/masking.hpp"
#include "tui/preview.hpp"
#include "tui/sharing_cards.hpp"
#include "tui/sharing_update.hpp"
#include "tui/when.hpp"

namespace panko::tui {

namespace {

constexpr std::chrono::seconds kConfirmationTime{3};
constexpr std::chrono::seconds kFailureTime{6};

Effects press_in_help(Model& model, const KeyPress& key) {
  const int limit = help_scroll_limit(model.columns, model.rows);
  const int page = std::max(model.rows - 4, 1);
  const auto scroll = [&](int lines) { model.help_scroll = std::clamp(model.help_scroll + lines, 0, limit); };
  switch (key.key) {
    case Key::down: scroll(1); return {};
    case Key::up: scroll(-1); return {};
    case Key::page_down: scroll(page); return {};
    case Key::page_up: scroll(-page); return {};
    case Key::home: scroll(-limit); return {};
    case Key::end: scroll(limit); return {};
    case Key::character: break;
    default: model.help_open = false; return {};
  }
  switch (key.character) {
    case 'j': scroll(1); return {};
    case 'k': scroll(-1); return {};
    case 'd': scroll(page / 2); return {};
    case 'u': scroll(-page / 2); return {};
    case 'g': scroll(-limit); return {};
    case 'G': scroll(limit); return {};
    default: model.help_open = false; return {};
  }
}

Effects on(Model& model, const KeyPress& key) {
  if (key.key == Key::character && key.control && key.character == 'c') return {Quit{}};
  if (key.key == Key::character && key.control && key.character == 'z') return {Suspend{}};
  // What cannot be seen is not acted upon.
  if (layout_of(model).too_small) return is(key, 'q') ? Effects{Quit{}} : Effects{};
  model.browser.touched = true;
  model.clicked.reset();
  if (auto question = std::exchange(model.question, std::nullopt))
    return is(key, 'y') ? std::move(question->on_yes) : Effects{};
  if (model.help_open) return press_in_help(model, key);
  Effects effects;
  if (model.sharing.has_window()) {
    // What is being typed is not for a card that has come up meanwhile.
    const bool is_typed = model.browser.searching && key.key == Key::character && shown_card(model.sharing);
    Outcome outcome = is_typed ? close_card(model.sharing, model.now)
                               : handle_key(model.sharing, key, model.columns, model.rows, model.now);
    const bool taken = outcome.taken && !is_typed;
    effects = follow(model, std::move(outcome));
    if (taken) return effects;
  }
  Effects more = model.browser.searching ? press_while_searching(model, key) : press_while_browsing(model, key);
  std::ranges::move(more, std::back_inserter(effects));
  return effects;
}

Effects on(Model& model, const MouseAction& action) {
  const Layout layout = layout_of(model);
  if (layout.too_small) return {};
  if (action.kind != MouseAction::Kind::release) model.browser.touched = true;
  if (model.question) {
    if (action.kind != MouseAction::Kind::press) return {};
    const auto answer = footer_key_at(model, layout, action.column, action.row);
    return on(model, answer.value_or(KeyPress{.key = Key::escape}));
  }
  if (model.help_open) {
    if (action.kind == MouseAction::Kind::press) model.help_open = false;
    const int limit = help_scroll_limit(model.columns, model.rows);
    if (action.kind == MouseAction::Kind::wheel_up) model.help_scroll = std::max(model.help_scroll - 3, 0);
    if (action.kind == MouseAction::Kind::wheel_down) model.help_scroll = std::min(model.help_scroll + 3, limit);
    return {};
  }
  Effects effects;
  if (model.sharing.has_window()) {
    Outcome outcome = handle_mouse(model.sharing, action, model.columns, model.rows, model.now);
    const bool taken = outcome.taken;
    effects = follow(model, std::move(outcome));
    if (taken) return effects;
  }
  Effects more = click(model, action);
  std::ranges::move(more, std::back_inserter(effects));
  return effects;
}

Effects on(Model& model, const Paste& text) {
  if (layout_of(model).too_small || model.question || model.help_open) return {};
  if (model.sharing.has_window())
    paste(model.sharing, text);
  else
    paste(model, text);
  return {};
}

Effects on(Model& model, const Input& input) {
  return std::visit([&](const auto& action) { return on(model, action); }, input);
}

Effects on(Model& model, const Resize& size) {
  model.columns = size.columns;
  model.rows = size.rows;
  return {};
}

Effects on(Model&, const Tick&) {
  return {};
}

Effects on(Model& model, LibraryUpdate update) {
  if (!update.problems.empty()) say(model, update.problems.front(), true);
  apply(model.browser, std::move(update));
  return {};
}

Effects on(Model& model, const SessionDeleted& deleted) {
  remove(model.browser, deleted.session_path);
  return {};
}

Effects on(Model& model, Said said) {
  say(model, std::move(said.sentence), said.is_failure);
  return {};
}

/// The rest is about the daemon and its shares.
template <class ShareEvent>
Effects on(Model& model, const ShareEvent& event) {
  return follow(model, apply(model.sharing, event, model.now));
}

/// What goes by itself goes as soon as it would have.
void set_clock_back(Model& model, std::chrono::milliseconds by) {
  if (model.toast) model.toast->until -= by;
  set_clock_back(model.sharing, by);
}

/// What must hold after any event, whatever it was.
void settle(Model& model, const std::filesystem::path& shown_before) {
  Browser& browser = model.browser;
  const Layout layout = layout_of(model);
  if (layout.too_small) return;
  if (layout.list.columns > 0) keep_in_view(browser, static_cast<std::size_t>(layout.list.rows));
  const SessionEntry* session = browser.selected_session();
  if (session == nullptr ? !shown_before.empty() : session->path != shown_before) browser.preview_scroll = 0;
  if (browser.preview_scroll > 0) {
    const auto lines = static_cast<int>(preview_lines(model, layout.preview.columns).size());
    browser.preview_scroll = std::clamp(browser.preview_scroll, 0, std::max(lines - layout.preview.rows, 0));
  }
  model.help_scroll = std::clamp(model.help_scroll, 0, help_scroll_limit(model.columns, model.rows));
}

std::optional<WallTime> earlier(std::optional<WallTime> a, std::optional<WallTime> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

void say(Model& model, std::string sentence, bool is_failure) {
  const WallTime until = model.now + (is_failure ? kFailureTime : kConfirmationTime);
  model.toast = Toast{std::move(sentence), is_failure, until};
}

Effects follow(Model& model, Outcome outcome) {
  if (outcome.said) say(model, std::move(outcome.said->sentence), outcome.said->is_failure);
  return std::move(outcome.effects);
}

Model initial_model(std::vector<SessionEntry> indexed, const Preferences& preferences, int columns, int rows,
                    WallTime now) {
  Model model;
  model.columns = columns;
  model.rows = rows;
  model.now = now;
  model.browser.sessions = std::move(indexed);
  model.browser.sort = preferences.sort;
  model.browser.folded.insert(preferences.folded_projects.begin(), preferences.folded_projects.end());
  arrange(model.browser);
  return model;
}

Effects update(Model& model, Event event, WallTime now) {
  if (now < model.now) set_clock_back(model, model.now - now);
  model.now = now;
  if (model.toast && model.toast->until <= model.now) model.toast.reset();
  tick(model.sharing, model.now);
  const SessionEntry* shown = model.browser.selected_session();
  const std::filesystem::path shown_path = shown == nullptr ? std::filesystem::path() : shown->path;
  Effects effects = std::visit([&](auto&& e) { return on(model, std::forward<decltype(e)>(e)); }, std::move(event));
  settle(model, shown_path);
  return effects;
}

std::optional<WallTime> next_change(const Model& model) {
  std::optional<WallTime> next = next_change(model.sharing, model.now);
  if (model.toast) next = earlier(next, model.toast->until);
  const Layout layout = layout_of(model);
  const Browser& browser = model.browser;
  if (layout.too_small || layout.list.columns == 0) return next;
  const std::size_t end = std::min(browser.top + static_cast<std::size_t>(layout.list.rows), browser.rows.size());
  for (std::size_t i = browser.top; i < end; ++i) {
    if (browser.rows[i].is_heading()) continue;
    const SessionEntry& session = browser.sessions[browser.rows[i].session];
    next = earlier(next, age_changes_at(session.modified_at, model.now));
    if (is_live(session, model.now)) next = earlier(next, session.modified_at + kLiveTime);
  }
  return next;
}

}  // namespace panko::tui
