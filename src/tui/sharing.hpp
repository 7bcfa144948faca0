// What the TUI knows of the daemon and its shares, and the windows about them: the choice of a provider, the card that
// says a link is up or why not, the panel of shares. Pure: values in, values out; one thread. Texts are kept as they
// came and cleaned where they are drawn or said.
//
// The daemon's own events are the one truth of which shares there are; what a job reports only opens and closes
// windows. So it does not matter in which order the two arrive.
#pragma once

#include <deque>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "catalog/entry.hpp"
#include "config/config.hpp"
#include "protocol/messages.hpp"
#include "tui/effect.hpp"
#include "tui/event.hpp"

namespace panko::tui {

/// A share that was asked for here and has not been answered.
struct PendingStart {
  std::filesystem::path session_path;
  std::string title;
  std::string provider;
};

/// `s`: how to publish the session. A session that is shared already offers its links first.
struct ProviderChoice {
  struct Item {
    enum class Kind : std::uint8_t { link, provider };
    Kind kind = Kind::provider;
    std::string name;  // a share's id, a provider's name
    bool operator==(const Item&) const = default;
  };
  std::filesystem::path session_path;
  std::string title;
  std::optional<Item> selected;  // nullopt: nothing can be chosen (yet)
  std::string expires;           // "7d", "never"
};

/// `S`.
struct SharesPanel {
  std::string selected;  // a share's id; empty: the first one
  std::size_t row = 0;   // where that is: the selection stays there when the share goes
  std::size_t top = 0;   // first visible row
  bool qr = false;       // of the selected share
  bool asks_stop_all = false;
};

/// A link has come up.
struct UpCard {
  protocol::ShareInfo share;
  bool copied = false;
  bool qr = false;
};
/// Something that has to be read: a share did not start, the daemon has a warning.
struct TroubleCard {
  std::string heading;
  std::string text;
  std::string title = {};  // of the session
};
/// The first one is shown, the others wait.
struct Card {
  std::variant<UpCard, TroubleCard> what;
  std::optional<WallTime> shown_since = {};  // nullopt: it waits
};

/// A share that is being stopped here, or was a moment ago and can be had back.
struct Stop {
  protocol::ShareInfo share;
  bool can_be_undone = true;                // false: one of all
  std::optional<WallTime> undo_until = {};  // nullopt: not stopped yet
};

struct Sharing {
  static constexpr std::chrono::seconds kCardTime{8};
  static constexpr std::chrono::seconds kUndoTime{10};

  enum class Daemon : std::uint8_t { connecting, up, down };
  Daemon daemon = Daemon::connecting;
  std::string down_reason;
  bool was_up = false;  // since this TUI started

  std::vector<protocol::ShareInfo> shares;  // those that are not stopped, newest first
  std::vector<protocol::ProviderInfo> providers;
  std::string configured_provider;            // empty: none
  std::string last_provider;                  // through which a session was shared here; empty: none yet
  std::string default_expires = "7d";         // of the configuration: "7d", "never"
  std::set<std::string, std::less<>> warned;  // warnings of the daemon that were shown

  std::vector<PendingStart> starting;
  std::vector<Stop> stops;  // oldest first
  std::optional<ProviderChoice> choice;
  std::optional<SharesPanel> panel;
  std::deque<Card> cards;

  [[nodiscard]] bool has_window() const { return choice || panel || !cards.empty(); }
};

/// Takes over which provider and expiry come first.
void configure(Sharing& sharing, const Config& config);

/// The mark of a session in the list. `unknown`: it was shared when the daemon was last heard of.
enum class ShareMark : std::uint8_t { none, starting, active, error, unknown };
[[nodiscard]] ShareMark mark_of(const Sharing& sharing, const std::filesystem::path& session);

/// What a key, a click or an event leads to.
struct Outcome {
  Effects effects = {};
  std::optional<Said> said = {};
  bool taken = true;  // false: the key or click is for the screen below
};

/// `s`, `S` and `R`.
[[nodiscard]] Outcome open_choice(Sharing& sharing, const SessionEntry& session, WallTime now);
void open_panel(Sharing& sharing);
[[nodiscard]] Outcome reconnect(Sharing& sharing);

/// For every key and every click while has_window(); `columns` and `rows` are the screen's.
[[nodiscard]] Outcome handle_key(Sharing& sharing, const KeyPress& key, int columns, int rows, WallTime now);
[[nodiscard]] Outcome handle_mouse(Sharing& sharing, const MouseAction& action, int columns, int rows, WallTime now);

[[nodiscard]] Outcome apply(Sharing& sharing, DaemonUp event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, DaemonDown event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, ShareChanged event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, ShareStarted event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, ShareFailed event, WallTime now);
[[nodiscard]] Outcome apply(Sharing& sharing, const ShareStopped& event, WallTime now);
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
