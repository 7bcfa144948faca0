// The window that `s` opens: which provider, for how long; or a link that there is already. Pure; see sharing.hpp.
#pragma once

#include <string>
#include <vector>

#include "tui/sharing.hpp"

namespace panko::tui {

/// What can be chosen, in the order in which it is shown. `sharing.choice` is open.
[[nodiscard]] std::vector<ProviderChoice::Item> choosable(const Sharing& sharing);

/// The times after which a share can expire, shortest first, the configured one among them; "never" is the last.
[[nodiscard]] std::vector<std::string> offered_expiries(const Sharing& sharing);

/// After shares or providers have changed: what is selected can be chosen.
void settle_choice(Sharing& sharing);

[[nodiscard]] Outcome handle_choice_key(Sharing& sharing, const KeyPress& key);
/// As Enter does.
[[nodiscard]] Outcome accept_choice(Sharing& sharing);

}  // namespace panko::tui
