// The panel that `S` opens: every share, to copy, open, change, freeze, stop and have back. Pure; see sharing.hpp.
#pragma once

#include <cstddef>
#include <optional>

#include "tui/outcome.hpp"
#include "tui/sharing.hpp"

namespace panko::tui {

/// The share that is selected; null when there is none.
[[nodiscard]] const protocol::ShareInfo* selected_share(const Sharing& sharing);
void select_share(Sharing& sharing, std::size_t index);

/// The last one that can still be had back; null when there is none.
[[nodiscard]] const Stop* undoable_stop(const Sharing& sharing, WallTime now);
[[nodiscard]] bool is_stopping(const Sharing& sharing, const protocol::ShareInfo& share);

/// After the shares have changed: the same share stays selected, else the one in its place.
void settle_panel(Sharing& sharing);

[[nodiscard]] Outcome handle_panel_key(Sharing& sharing, const KeyPress& key, int page, WallTime now);

}  // namespace panko::tui
