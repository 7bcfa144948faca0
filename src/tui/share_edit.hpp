// The small windows over the panel of shares that change one: when it expires, its password, how often it can be
// opened, what of the session is left out. Pure; see sharing.hpp. A password is kept while it is typed and no longer.
#pragma once

#include <optional>
#include <string>

#include "tui/outcome.hpp"
#include "tui/sharing.hpp"
#include "tui/sharing_window.hpp"

namespace panko::tui {

/// `e`, `p`, `m` and `h` of the panel, for the share that is selected; nullopt: it is none of these keys.
[[nodiscard]] std::optional<ShareEdit> edit_for(const Sharing& sharing, const protocol::ShareInfo& share,
                                                const KeyPress& key);

/// `sharing.panel->edit` is open.
[[nodiscard]] Outcome handle_edit_key(Sharing& sharing, const KeyPress& key);
/// What was pasted is typed.
void paste_into_edit(Sharing& sharing, std::string_view text);

/// `share` is the one that is changed.
[[nodiscard]] Window edit_window(const Sharing& sharing, const ShareEdit& edit, const protocol::ShareInfo& share,
                                 int columns, int rows);

}  // namespace panko::tui
