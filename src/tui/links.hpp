// What a link is worth: whether it works at the moment, what becomes of it when it does not, and whether it is another
// one than people were given. Pure; texts of the daemon come back as they are, to be cleaned where they are shown.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "protocol/messages.hpp"
#include "tui/outcome.hpp"
#include "tui/sharing.hpp"

namespace panko::tui {

/// Whoever has the link sees the session now.
[[nodiscard]] bool works(const protocol::ShareInfo& share);
/// It does not come back before the user has done something.
[[nodiscard]] bool needs_user(const protocol::ShareInfo& share);
/// "does not work now and is tried again by itself: cloudflared has ended."; empty: it works, or never did yet.
[[nodiscard]] std::string plight_of(const protocol::ShareInfo& share);

/// When this link took the place of another one, which is dead; nullopt: it is the first one.
[[nodiscard]] std::optional<WallTime> changed_at(const protocol::ShareInfo& share);
/// That is news: it was within the hour, and this link was neither on a card nor copied here.
[[nodiscard]] bool is_new_link(const Sharing& sharing, const protocol::ShareInfo& share, WallTime now);
/// How many there are, and when there will be fewer by time alone.
[[nodiscard]] std::size_t count_new_links(const Sharing& sharing, WallTime now);
[[nodiscard]] std::optional<WallTime> new_links_change_at(const Sharing& sharing, WallTime now);
void see_link(Sharing& sharing, const protocol::ShareInfo& share);

/// To the clipboard; a link that does not work is said to.
[[nodiscard]] Outcome copy_link(Sharing& sharing, const protocol::ShareInfo& share);
/// `y`: the one new link; where there are several, the panel shows them; when all were seen, the one that changed last.
[[nodiscard]] Outcome copy_new_link(Sharing& sharing, WallTime now);

/// The mark of a session in the list. `unknown`: it was shared when the daemon was last heard of.
enum class ShareMark : std::uint8_t { none, starting, active, changed, error, unknown };
[[nodiscard]] ShareMark mark_of(const Sharing& sharing, const std::filesystem::path& session, WallTime now);

}  // namespace panko::tui
