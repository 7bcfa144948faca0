#include "tui/session_actions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tui/browse.hpp"
#include "tui/links.hpp"
#include "tui/list_view.hpp"
#include "tui/sharing_text.hpp"
#include "tui/sharing_update.hpp"

namespace panko::tui {

namespace {

const SessionEntry* selected(Model& model) {
  const SessionEntry* session = model.browser.selected_session();
  if (session == nullptr) say(model, "No session is selected; move to one first.", true);
  return session;
}

/// The selected session, if what it says can be read.
const SessionEntry* readable(Model& model) {
  const SessionEntry* session = selected(model);
  if (session == nullptr || session->unreadable.empty()) return session;
  say(model, session->unreadable, true);
  return nullptr;
}

}  // namespace

Effects view_selected(Model& model) {
  const SessionEntry* session = readable(model);
  if (session == nullptr) return {};
  say(model, "Opening it in the browser.");
  return {OpenView{session->path}};
}

Effects share_selected(Model& model) {
  const SessionEntry* session = readable(model);
  if (session == nullptr) return {};
  return follow(model, open_choice(model.sharing, *session, model.now));
}

Effects copy_path_of_selected(Model& model) {
  const SessionEntry* session = selected(model);
  if (session == nullptr) return {};
  const std::string& path = session->path.native();
  // Pasted into a shell, a line end runs what stands before it.
  if (std::ranges::any_of(path, [](unsigned char c) { return c < 0x20 || c == 0x7F; })) {
    say(model, fmt::format("Not copied: there are control characters in the path {}", path), true);
    return {};
  }
  return {CopyText{path, "The path is on the clipboard."}};
}

Effects copy_context_of_selected(Model& model) {
  const SessionEntry* session = readable(model);
  if (session == nullptr) return {};
  return {CopyContext{session->path}};
}

Effects download_selected(Model& model) {
  const SessionEntry* session = selected(model);
  if (session == nullptr) return {};
  return {Download{session->path, session->digest.facts.title, session->digest.facts.id}};
}

Effects open_folder_of_selected(Model& model) {
  const SessionEntry* session = selected(model);
  if (session == nullptr) return {};
  return {OpenFolder{session->path}};
}

void ask_to_delete_selected(Model& model) {
  const SessionEntry* session = selected(model);
  if (session == nullptr) return;
  const std::string title = in_quotes(session->digest.facts.title);
  if (mark_of(model.sharing, session->path, model.now) != ShareMark::none) {
    say(model, fmt::format("{} is shared and cannot be deleted. Stop the share first: S, then d.", title), true);
    return;
  }
  const char* warning = is_live(*session, model.now) ? " It is being written right now." : "";
  model.question = Question{fmt::format("Delete {}? (y/n){}", title, warning), {DeleteSession{session->path}}};
}

}  // namespace panko::tui
