// How what the TUI knows of shares changes: by keys and clicks into its windows, by what the daemon and the jobs tell,
// and by time. Pure: values in, values out.
//
// The daemon's own events are the one truth of which shares there are; what a job reports only opens and closes
// windows. So it does not matter in which order the two arrive.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.hpp"
#include "catalog/entry.hpp"
#include "config/config.hpp"
#include "tui/outcome.hpp"
#include "tui/sharing.hpp"

namespace panko::tui {

/// Takes over which provider and expiry come first.
void configure(Sharing& sharing, const Config& config);

/// `s`, `S` and `R`.
[[nodiscard]] Outcome open_choice(Sharing& sharing, const SessionEntry& session, WallTime now);
void open_panel(Sharing& sharing);
[[nodiscard]] Outcome reconnect(Sharing& sharing);

/// For every key and every click while has_window(); `columns` and `rows` are the screen's.
[[nodiscard]] Outcome handle_key(Sharing& sharing, const KeyPress& key, int columns, int rows, WallTime now);
[[nodiscard]] Outcome handle_mouse(Sharing& sharing, const MouseAction& action, int columns, int rows, WallTime now);

/// Text from the clipboard, for what is being typed.
void paste(Sharing& sharing, const Paste& paste);

[[nodiscard]] Outcome apply(Sharing& sharing, DaemonUp event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, DaemonDown event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, ShareChanged event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, ShareStarted event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, ShareFailed event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, const ShareStopped& event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, const ShareFrozen& event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, const ShareRestored& event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, ShareRequestFailed event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, ProvidersKnown event, WallTime now);

/// Cards and undos end by time: to be called with every event, Tick included. Where `now` runs back, what is counted
/// from it has to be set back first.
void tick(Sharing& sharing, WallTime now);
void set_clock_back(Sharing& sharing, std::chrono::milliseconds by);
/// When time alone changes what is shown next. nullopt: never.
[[nodiscard]] std::optional<WallTime> next_change(const Sharing& sharing, WallTime now);

}  // namespace panko::tui
