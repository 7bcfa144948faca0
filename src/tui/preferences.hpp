// What the TUI remembers from one start to the next, in a small file of its own. Losing it costs nobody anything: what
// is damaged or of another version counts as not there.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/places.hpp"
#include "tui/effect.hpp"

namespace panko::tui {

[[nodiscard]] Preferences load_preferences(const Places& places);
/// Replaces the file at once: the old content or the new.
[[nodiscard]] Result<void> save_preferences(const Places& places, const Preferences& preferences);

/// The file's content, and back. Pure.
[[nodiscard]] std::string to_text(const Preferences& preferences);
[[nodiscard]] Preferences parse_preferences(std::string_view text);

}  // namespace panko::tui
