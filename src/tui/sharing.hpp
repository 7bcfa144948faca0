// What the TUI knows of the daemon and its shares, and the windows about them: the choice of a provider, the card that
// says a link is up or why not, the review of what is masked, the panel of shares. Plain values, one thread. Texts are
// kept as they came and cleaned where they are drawn or said. links.hpp says what a link is worth, sharing_update.hpp
// changes all of it.
#pragma once

#include <deque>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "protocol/messages.hpp"
#include "tui/effect.hpp"

namespace panko::tui {

/// A share that was asked for here and has not been answered.
struct PendingStart {
  std::filesystem::path session_path;
  std::string title;
  std::string provider;
  bool live = false;
};

/// What would be masked of a session. The daemon looks, and keeps what it found for the share.
struct Scan {
  std::uint64_t number = 0;                      // of the request whose answer counts; 0: not asked yet
  std::optional<protocol::ScanInfo> found = {};  // `allowed` is as the user wants it, told to the daemon or not yet
  std::string failure = {};                      // why nothing is known
};

/// `r` there: what would be masked, one by one.
struct Review {
  enum class Filter : std::uint8_t { secrets, personal, all };
  Filter filter = Filter::secrets;
  std::size_t selected = 0;  // among the findings of that filter
  std::size_t top = 0;       // first visible line of the list
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
  bool live = false;             // the page follows the session
  Scan scan = {};
  std::optional<Review> review = {};
  std::vector<std::string> hide = {};  // "tools", "thinking", "steps": what is not shared at all
  bool personal_shown = false;         // personal data is not masked
};

/// What is being changed of a share.
struct ShareEdit {
  struct Expiry {
    std::string expires;  // "7d", "never"
  };
  struct Password {
    std::string typed;
    std::optional<std::string> first = {};  // typed before, to be typed again
    bool differed = false;
  };
  struct Views {
    std::string digits;  // empty: as many as come
  };
  struct Content {
    std::vector<std::string> hide;
    bool downloads = false;
  };
  std::string share_id;
  std::variant<Expiry, Password, Views, Content> what;
};

/// `S`.
struct SharesPanel {
  std::string selected;  // a share's id; empty: the first one
  std::size_t row = 0;   // where that is: the selection stays there when the share goes
  std::size_t top = 0;   // first visible row
  bool qr = false;       // of the selected share
  bool asks_stop_all = false;
  std::optional<ShareEdit> edit = {};
};

/// A share and its link: when it has come up, or all of what the panel has no room for.
struct LinkCard {
  protocol::ShareInfo share;  // as it is now, not as it was when the card came
  bool copied = false;
  bool qr = false;
  bool is_news = true;  // it goes by itself
};
/// Something that has to be read: a share did not start, the daemon has a warning.
struct TroubleCard {
  std::string heading;
  std::string text;
  std::string title = {};  // of the session
};
/// The first one is shown, the others wait.
struct Card {
  std::variant<LinkCard, TroubleCard> what;
  std::optional<WallTime> shown_since = {};  // nullopt: it waits
};

/// A share that is being stopped here, or was a moment ago and can be had back.
struct Stop {
  protocol::ShareInfo share;
  bool can_be_undone = true;                // false: one of all
  std::optional<WallTime> undo_until = {};  // nullopt: not stopped yet
  std::optional<std::string> gone = {};     // what its URL answers, as StoppedInfo::gone; nullopt: it is being asked
};

struct Sharing {
  static constexpr std::chrono::seconds kCardTime{8};
  static constexpr std::chrono::seconds kUndoTime{10};
  static constexpr std::chrono::hours kChangeTime{1};  // so long a link counts as changed, unless it was seen

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

  std::set<std::string, std::less<>> seen_links;  // URLs that were on a card or copied here

  std::vector<PendingStart> starting;
  std::uint64_t scans = 0;          // asked for so far
  std::deque<AllowValue> allowing;  // what the daemon has to be told, in this order; the first one is under way
  std::vector<StartShare> held;     // wait until it knows all of that
  std::vector<Stop> stops;          // oldest first
  std::optional<ProviderChoice> choice;
  std::optional<SharesPanel> panel;
  std::deque<Card> cards;

  [[nodiscard]] bool has_window() const { return choice || panel || !cards.empty(); }
};

}  // namespace panko::tui
