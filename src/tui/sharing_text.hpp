// What the windows about sharing say of a share, in the words of `panko shares`. Cleaned text; pure.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "protocol/messages.hpp"
#include "tui/sharing.hpp"

namespace panko::tui {

/// The title of a session, in quotes and short enough for a sentence.
[[nodiscard]] std::string in_quotes(std::string_view title);

/// "never", "in 7 days", "soon".
[[nodiscard]] std::string expiry_of(const protocol::ShareInfo& share, WallTime now);
/// "expires in 7 days", "never expires".
[[nodiscard]] std::string expiry_sentence(const protocol::ShareInfo& share, WallTime now);
/// plight_of() as a sentence of its own: "Does not work now: the file is gone." Empty: there is none.
[[nodiscard]] std::string plight_sentence(const protocol::ShareInfo& share);
/// "Link changed 3 min ago, the old one is dead." Empty: it has not changed.
[[nodiscard]] std::string change_sentence(const protocol::ShareInfo& share, WallTime now);

/// What became of a stop: "Stopped; gone, checked".
[[nodiscard]] std::string stop_sentence(const Stop& stop);
/// StoppedInfo::gone, where it is a warning.
inline constexpr std::string_view kStillThere = "still there";

}  // namespace panko::tui
