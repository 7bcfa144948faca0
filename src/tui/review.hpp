// The review that `r` opens before a session is shared: each value that would be masked, where it stands, and what
// else is left out. Only masked text is in it. Pure; see sharing.hpp.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "tui/outcome.hpp"
#include "tui/sharing.hpp"

namespace panko::tui {

/// Those of the filter, in the order of the session, as indices into the scan's findings.
[[nodiscard]] std::vector<std::size_t> reviewed(const ProviderChoice& choice);
/// The one that is selected; null when there is none.
[[nodiscard]] const protocol::FindingInfo* selected_finding(const ProviderChoice& choice);
void select_finding(Sharing& sharing, std::size_t index);

/// `hide` with or without "tools", "thinking" or "steps".
void toggle_hidden(std::vector<std::string>& hide, std::string_view what);
[[nodiscard]] bool is_hidden(const std::vector<std::string>& hide, std::string_view what);

/// A scan that failed is tried again.
[[nodiscard]] Outcome open_review(Sharing& sharing);
[[nodiscard]] Outcome handle_review_key(Sharing& sharing, const KeyPress& key, int page);

}  // namespace panko::tui
