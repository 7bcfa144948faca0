#include "tui/review.hpp"

#include <algorithm>
#include <utility>

#include "tui/masking.hpp"
#include "tui/provider_choice.hpp"
#include "tui/sharing_update.hpp"

namespace panko::tui {

namespace {

using Filter = Review::Filter;

Filter after(Filter filter) {
  if (filter == Filter::secrets) return Filter::personal;
  return filter == Filter::personal ? Filter::all : Filter::secrets;
}

/// The same finding stays selected, else the first one after it.
void change_filter(ProviderChoice& choice, Review& review) {
  const auto before = reviewed(choice);
  const std::size_t at = review.selected < before.size() ? before[review.selected] : 0;
  review.filter = after(review.filter);
  const auto now = reviewed(choice);
  const auto place = std::ranges::lower_bound(now, at);
  review.selected =
      place == now.end() ? (now.empty() ? 0 : now.size() - 1) : static_cast<std::size_t>(place - now.begin());
}

void move_selection(const ProviderChoice& choice, Review& review, std::ptrdiff_t by) {
  const std::ptrdiff_t last = std::ssize(reviewed(choice)) - 1;
  if (last < 0) return;
  const auto at = static_cast<std::ptrdiff_t>(review.selected);
  review.selected = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at + by, 0, last));
}

Outcome toggle_selected(Sharing& sharing, const ProviderChoice& choice) {
  const auto* finding = selected_finding(choice);
  return finding ? toggle_allowed(sharing, std::string(finding->hash)) : Outcome{};
}

Outcome look_again(Sharing& sharing, ProviderChoice& choice) {
  if (choice.scan.failure.empty()) return {};
  choice.scan = {};
  return ask_for_scan(sharing);
}

/// Enter: with the provider that is selected in the choice, if it is one.
Outcome accept_review(Sharing& sharing, ProviderChoice& choice) {
  const auto* provider = choice.selected ? provider_of(sharing, *choice.selected) : nullptr;
  if (provider && provider->available) return accept_choice(sharing);
  choice.review.reset();
  return {.said = Said{false, "Choose through which provider."}};
}

}  // namespace

std::vector<std::size_t> reviewed(const ProviderChoice& choice) {
  std::vector<std::size_t> found;
  if (!choice.review || !choice.scan.found) return found;
  const Filter filter = choice.review->filter;
  const auto& findings = choice.scan.found->findings;
  for (std::size_t i = 0; i < findings.size(); ++i)
    if (filter == Filter::all || findings[i].personal == (filter == Filter::personal)) found.push_back(i);
  return found;
}

const protocol::FindingInfo* selected_finding(const ProviderChoice& choice) {
  const auto found = reviewed(choice);
  if (found.empty() || !choice.review || !choice.scan.found) return nullptr;
  return &choice.scan.found->findings[found[std::min(choice.review->selected, found.size() - 1)]];
}

void select_finding(Sharing& sharing, std::size_t index) {
  if (!sharing.choice || !sharing.choice->review) return;
  if (index < reviewed(*sharing.choice).size()) sharing.choice->review->selected = index;
}

bool is_hidden(const std::vector<std::string>& hide, std::string_view what) {
  return std::ranges::find(hide, what) != hide.end();
}

void toggle_hidden(std::vector<std::string>& hide, std::string_view what) {
  if (std::erase(hide, what) == 0) hide.emplace_back(what);
}

Outcome open_review(Sharing& sharing) {
  if (!sharing.choice) return {.taken = false};
  ProviderChoice& choice = *sharing.choice;
  choice.review = Review();
  if (choice.scan.found && reviewed(choice).empty()) choice.review = Review{.filter = Filter::all};
  return look_again(sharing, choice);
}

Outcome handle_review_key(Sharing& sharing, const KeyPress& key, int page) {
  constexpr std::ptrdiff_t kFar = 1'000'000;
  if (!sharing.choice || !sharing.choice->review) return {.taken = false};
  ProviderChoice& choice = *sharing.choice;
  Review& review = *choice.review;
  const bool is_half_page =
      key == KeyPress{.character = 'd', .control = true} || key == KeyPress{.character = 'u', .control = true};
  if ((key.control && !is_half_page) || key.alt) return {.taken = false};

  if (is_half_page)
    move_selection(choice, review, key.character == 'd' ? page / 2 : -page / 2);
  else if (key.key == Key::enter)
    return accept_review(sharing, choice);
  else if (key.key == Key::escape || is(key, 'q'))
    choice.review.reset();
  else if (key.key == Key::down || is(key, 'j'))
    move_selection(choice, review, 1);
  else if (key.key == Key::up || is(key, 'k'))
    move_selection(choice, review, -1);
  else if (key.key == Key::page_down)
    move_selection(choice, review, page);
  else if (key.key == Key::page_up)
    move_selection(choice, review, -page);
  else if (key.key == Key::home || is(key, 'g'))
    move_selection(choice, review, -kFar);
  else if (key.key == Key::end || is(key, 'G'))
    move_selection(choice, review, kFar);
  else if (key.key == Key::tab)
    change_filter(choice, review);
  else if (is(key, ' ') || is(key, 'f'))
    return toggle_selected(sharing, choice);
  else if (is(key, 't'))
    toggle_hidden(choice.hide, "tools");
  else if (is(key, 'i'))
    toggle_hidden(choice.hide, "thinking");
  else if (is(key, 'o'))
    toggle_hidden(choice.hide, "steps");
  else if (is(key, 'p'))
    choice.personal_shown = !choice.personal_shown;
  else if (is(key, 'r'))
    return look_again(sharing, choice);
  else if (is(key, 'R'))
    return reconnect(sharing);
  else if (is(key, '?'))
    return {.taken = false};
  return {};
}

}  // namespace panko::tui
