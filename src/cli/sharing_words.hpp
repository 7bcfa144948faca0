// How providers, tunnels and shares are described to the user, the same by every command. Cleaned for a terminal. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "protocol/messages.hpp"

namespace panko::cli {

/// "anyone with the link".
[[nodiscard]] std::string audience_of(const protocol::ProviderInfo& provider);
/// "the link stays", or when it changes.
[[nodiscard]] std::string stability_of(const protocol::ProviderInfo& provider);

/// Its URL; one that does not work says so, so that nobody hands it on. Empty while it has none.
[[nodiscard]] std::string link_of(const protocol::ShareInfo& share);
/// That its page goes on with the session; empty: it does not.
[[nodiscard]] std::string live_of(const protocol::ShareInfo& share);
/// "2 people look now, 14 views, the last 3 min ago"; empty: nobody came.
[[nodiscard]] std::string visitors_of(const protocol::ShareInfo& share, WallTime now);
/// What of the session they do not see: "12 secrets and 31 personal values masked; hidden: tool output".
[[nodiscard]] std::string masking_of(const protocol::ShareInfo& share);
/// What holds them up, and what they may: "asks for a password, 10 views at most, can be downloaded"; empty: nothing.
[[nodiscard]] std::string leash_of(const protocol::ShareInfo& share);
/// That the link is another one than before; empty: it is not.
[[nodiscard]] std::string link_change_of(const protocol::ShareInfo& share, WallTime now);
/// Why it does not work, and whether that mends itself; empty: it works.
[[nodiscard]] std::string trouble_of(const protocol::ShareInfo& share);

/// "Down: REASON. Tried again in 12 s."
[[nodiscard]] std::string tunnel_sentence(const protocol::TunnelInfo& tunnel, WallTime now);

}  // namespace panko::cli
