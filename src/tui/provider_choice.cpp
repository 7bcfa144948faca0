#include "tui/provider_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "tui/links.hpp"
#include "tui/masking.hpp"
#include "tui/paint.hpp"
#include "tui/review.hpp"
#include "tui/sharing_text.hpp"
#include "tui/sharing_update.hpp"

namespace panko::tui {

namespace {

using Item = ProviderChoice::Item;

constexpr std::array kExpiries{"1h", "12h", "1d", "7d", "30d"};
constexpr const char* kNever = "never";
constexpr const char* kFallback = "local";

/// The provider that is selected unasked. Nothing public is, unless it was configured or chosen here before.
std::optional<Item> first_choice(const Sharing& sharing, const std::vector<Item>& items) {
  const auto is_usable = [&](const Item& item) { return can_be_used(sharing, item); };
  if (!items.empty() && items.front().kind == Item::Kind::link && is_usable(items.front())) return items.front();
  for (const std::string& name : {sharing.configured_provider, sharing.last_provider, std::string(kFallback)}) {
    if (Item item{Item::Kind::provider, name}; is_usable(item)) return item;
  }
  const auto first = std::ranges::find_if(items, is_usable);
  if (first != items.end()) return *first;
  return items.empty() ? std::nullopt : std::optional(items.front());
}

void move_selection(const Sharing& sharing, ProviderChoice& choice, std::ptrdiff_t by) {
  const auto items = choosable(sharing);
  if (items.empty() || !choice.selected) return;
  const auto at = std::ranges::find(items, *choice.selected) - items.begin();
  choice.selected = items[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at + by, 0, std::ssize(items) - 1))];
}

void change_expiry(const Sharing& sharing, std::string& expires, std::size_t by) {
  const auto offered = offered_expiries(sharing);
  const auto at = static_cast<std::size_t>(std::ranges::find(offered, expires) - offered.begin());
  expires = offered[(at + by) % offered.size()];
}

/// Only where it is seen what that means.
void toggle_live(const Sharing& sharing, ProviderChoice& choice) {
  if (!choice.selected) return;
  if (const auto* provider = provider_of(sharing, *choice.selected); provider && provider->available)
    choice.live = !choice.live;
}

}  // namespace

std::vector<Item> choosable(const Sharing& sharing) {
  std::vector<Item> items;
  if (!sharing.choice) return items;
  for (const bool working : {true, false}) {
    for (const protocol::ShareInfo& share : sharing.shares) {
      const bool is_of_it = sharing.choice->session_path == share.session_path && !share.public_url.empty();
      if (is_of_it && works(share) == working) items.push_back({Item::Kind::link, share.id});
    }
  }
  for (const bool available : {true, false}) {
    for (const protocol::ProviderInfo& provider : sharing.providers) {
      if (provider.available == available) items.push_back({Item::Kind::provider, provider.name});
    }
  }
  return items;
}

const protocol::ShareInfo* link_of(const Sharing& sharing, const Item& item) {
  const auto found = std::ranges::find(sharing.shares, item.name, &protocol::ShareInfo::id);
  return item.kind == Item::Kind::link && found != sharing.shares.end() ? &*found : nullptr;
}

const protocol::ProviderInfo* provider_of(const Sharing& sharing, const Item& item) {
  const auto found = std::ranges::find(sharing.providers, item.name, &protocol::ProviderInfo::name);
  return item.kind == Item::Kind::provider && found != sharing.providers.end() ? &*found : nullptr;
}

bool can_be_used(const Sharing& sharing, const Item& item) {
  if (const auto* share = link_of(sharing, item)) return works(*share);
  const auto* provider = provider_of(sharing, item);
  return provider && provider->available;
}

std::vector<std::string> offered_expiries(const Sharing& sharing) {
  std::vector<std::string> offered(kExpiries.begin(), kExpiries.end());
  if (parse_duration(sharing.default_expires)) {
    const auto place = std::ranges::lower_bound(offered, parse_duration(sharing.default_expires), {}, parse_duration);
    if (place == offered.end() || parse_duration(*place) != parse_duration(sharing.default_expires))
      offered.insert(place, sharing.default_expires);
  }
  offered.emplace_back(kNever);
  return offered;
}

void settle_choice(Sharing& sharing) {
  if (!sharing.choice) return;
  const auto items = choosable(sharing);
  auto& selected = sharing.choice->selected;
  if (!selected || std::ranges::find(items, *selected) == items.end()) selected = first_choice(sharing, items);
}

Outcome accept_choice(Sharing& sharing) {
  if (!sharing.choice) return {.taken = false};
  const ProviderChoice& choice = *sharing.choice;
  if (sharing.daemon == Sharing::Daemon::connecting) return {.said = Said{false, "The daemon is not there yet."}};
  if (sharing.daemon == Sharing::Daemon::down)
    return {.said = Said{true, "Nothing can be shared while the daemon is away; R starts it again."}};
  if (!choice.selected)
    return {.said = Said{true, "No provider can be used from here; `panko providers` says what each of them needs."}};

  if (const auto* share = link_of(sharing, *choice.selected)) {
    sharing.choice.reset();
    return copy_link(sharing, *share);
  }
  const auto* provider = provider_of(sharing, *choice.selected);
  if (!provider) return {};
  if (!provider->available)
    return {.effects = {RefreshProviders{}},
            .said = Said{false, fmt::format("Looking whether {} can be used now.", presentable(provider->name))}};
  const std::string name = provider->name;
  const auto path = choice.session_path;
  const auto title = choice.title;
  const auto expires = choice.expires;
  const bool live = choice.live;
  StartShare wanted{path, name, expires, live, choice.personal_shown, choice.hide};
  sharing.choice.reset();
  const bool is_pending = std::ranges::any_of(sharing.starting, [&](const PendingStart& start) {
    return start.session_path == path && start.provider == name && start.live == live;
  });
  if (is_pending)
    return {.said = Said{false, fmt::format("{} is being shared through {} already.", in_quotes(title), name)}};
  sharing.starting.push_back({path, title, name, live});
  Outcome outcome = start(sharing, std::move(wanted));
  if (provider->is_public)  // it has a tunnel, and that takes some seconds
    outcome.said = Said{false, fmt::format("Sharing {} through {}; the link comes when it is up.", in_quotes(title),
                                           presentable(name))};
  return outcome;
}

/// `c`: what would mend a provider, as it is shown: a line end in it would run it before it is read.
Outcome copy_of_selected(Sharing& sharing, const ProviderChoice& choice) {
  if (!choice.selected) return {};
  if (link_of(sharing, *choice.selected)) return accept_choice(sharing);
  const auto* provider = provider_of(sharing, *choice.selected);
  if (!provider || provider->available || !provider->mend) return {};
  return {.effects = {CopyText{presentable(*provider->mend), "The command is on the clipboard."}}};
}

Outcome handle_choice_key(Sharing& sharing, const KeyPress& key) {
  constexpr std::ptrdiff_t kFar = 1000;
  const std::size_t expiries = offered_expiries(sharing).size();
  if (!sharing.choice || key.control || key.alt) return {.taken = false};
  ProviderChoice& choice = *sharing.choice;
  if (key.key == Key::enter) return accept_choice(sharing);
  if (key.key == Key::escape || is(key, 'q'))
    sharing.choice.reset();
  else if (key.key == Key::down || is(key, 'j'))
    move_selection(sharing, choice, 1);
  else if (key.key == Key::up || is(key, 'k'))
    move_selection(sharing, choice, -1);
  else if (key.key == Key::home || is(key, 'g'))
    move_selection(sharing, choice, -kFar);
  else if (key.key == Key::end || is(key, 'G'))
    move_selection(sharing, choice, kFar);
  else if (key.key == Key::right || is(key, 'e'))
    change_expiry(sharing, choice.expires, 1);
  else if (key.key == Key::left)
    change_expiry(sharing, choice.expires, expiries - 1);
  else if (is(key, 'l'))
    toggle_live(sharing, choice);
  else if (is(key, 'r'))
    return open_review(sharing);
  else if (is(key, 'c'))
    return copy_of_selected(sharing, choice);
  else if (is(key, 'R'))
    return reconnect(sharing);
  return {};
}

}  // namespace panko::tui
