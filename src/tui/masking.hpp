// What is masked of a session that is to be shared: asked of the daemon, and told to it where the user says of a value
// that it is fine. A share never overtakes what was said before it. Pure; see sharing.hpp.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "tui/outcome.hpp"
#include "tui/sharing.hpp"

namespace panko::tui {

/// Asks what would be masked of the session that is to be shared, unless that was asked already or cannot be now.
[[nodiscard]] Outcome ask_for_scan(Sharing& sharing);

/// "This is fine", or not after all: of the value with this hash. `sharing.choice` has been scanned.
[[nodiscard]] Outcome toggle_allowed(Sharing& sharing, const std::string& hash);

/// At once, or as soon as the daemon knows what is fine.
[[nodiscard]] Outcome start(Sharing& sharing, StartShare start);

[[nodiscard]] Outcome apply(Sharing& sharing, SessionScanned event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, ScanFailed event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, const ValueAllowed& event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, const ValueNotAllowed& event, WallTime now);

}  // namespace panko::tui
