// The window that `s` opens: which provider, for how long; or a link that there is already. Pure; see sharing.hpp.
#pragma once

#include <string>
#include <vector>

#include "tui/outcome.hpp"
#include "tui/sharing.hpp"

namespace panko::tui {

/// What is listed, in the order in which it is shown: the session's links, the providers that can be used, those that
/// lack something. `sharing.choice` is open.
[[nodiscard]] std::vector<ProviderChoice::Item> choosable(const Sharing& sharing);
/// What an item stands for; null when it is of the other kind.
[[nodiscard]] const protocol::ShareInfo* link_of(const Sharing& sharing, const ProviderChoice::Item& item);
[[nodiscard]] const protocol::ProviderInfo* provider_of(const Sharing& sharing, const ProviderChoice::Item& item);

/// A link that works, a provider that lacks nothing.
[[nodiscard]] bool can_be_used(const Sharing& sharing, const ProviderChoice::Item& item);

/// The times after which a share can expire, shortest first, the configured one among them; "never" is the last.
[[nodiscard]] std::vector<std::string> offered_expiries(const Sharing& sharing);

/// After shares or providers have changed: what is selected is listed.
void settle_choice(Sharing& sharing);

[[nodiscard]] Outcome handle_choice_key(Sharing& sharing, const KeyPress& key);
/// As Enter does.
[[nodiscard]] Outcome accept_choice(Sharing& sharing);

}  // namespace panko::tui
