// Times as a list shows them: near ones by their distance, far ones by their date, in the machine's own time zone.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace panko::tui {

/// "now", "5 min", "3 h", "2 d", "12 Mar", "Mar 2025": 8 columns at most.
[[nodiscard]] std::string age(WallTime then, WallTime now);

/// The same in a sentence: "just now", "5 min ago", "12 Mar".
[[nodiscard]] std::string ago(WallTime then, WallTime now);

/// When age() says something else; always later than `now`.
[[nodiscard]] WallTime age_changes_at(WallTime then, WallTime now);

/// "2 Jan 2026, 10:32"
[[nodiscard]] std::string local_moment(WallTime time);

}  // namespace panko::tui
