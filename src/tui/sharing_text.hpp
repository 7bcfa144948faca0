// What the windows about sharing say of a share, in the words of `panko shares`. Cleaned text; pure.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "protocol/messages.hpp"

namespace panko::tui {

/// The title of a session, in quotes and short enough for a sentence.
[[nodiscard]] std::string in_quotes(std::string_view title);

/// "now", "5 min", "2 h", "6 days".
[[nodiscard]] std::string age_of(const protocol::ShareInfo& share, WallTime now);
/// "never", "in 7 days", "soon".
[[nodiscard]] std::string expiry_of(const protocol::ShareInfo& share, WallTime now);
/// "expires in 7 days", "never expires".
[[nodiscard]] std::string expiry_sentence(const protocol::ShareInfo& share, WallTime now);

/// "7d" as a person says it: "7 days".
[[nodiscard]] std::string describe_expiry(std::string_view expires);

}  // namespace panko::tui
