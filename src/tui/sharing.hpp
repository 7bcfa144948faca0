// What the TUI knows of the daemon and its shares, and the windows about them: the choice of a provider, the link that
// is up, the panel of shares. Pure.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "protocol/messages.hpp"
#include "tui/effect.hpp"
#include "tui/event.hpp"

namespace panko::tui {

/// `s`: how to publish the session.
struct ProviderChoice {
  std::filesystem::path session_path;
  std::string title;
  std::size_t selected = 0;  // index into Sharing::providers; always an available one, when there is any
  std::size_t expiry = 0;    // index into the expiries that are offered
};

/// The link that has just come up.
struct SharedNotice {
  protocol::ShareInfo share;
  bool copied = false;
  bool qr = false;
  WallTime until;
};

/// `S`.
struct SharesPanel {
  std::size_t selected = 0;
  std::size_t top = 0;
  std::optional<std::string> qr_of;  // share id
};

/// A share that was stopped a moment ago and can be had back.
struct UndoableStop {
  protocol::ShareInfo share;
  WallTime until;
};

struct Sharing {
  enum class Daemon { connecting, up, down };
  Daemon daemon = Daemon::connecting;
  std::string down_reason;
  std::vector<protocol::ShareInfo> shares;  // those that are not stopped, newest first
  std::vector<protocol::ProviderInfo> providers;
  std::map<std::filesystem::path, std::string> starting;  // session → provider, asked for and not yet answered
  std::optional<ProviderChoice> choice;
  std::optional<SharedNotice> notice;
  std::optional<SharesPanel> panel;
  std::optional<UndoableStop> undo;

  [[nodiscard]] bool is_shared(const std::filesystem::path& session) const;
  [[nodiscard]] bool has_window() const { return choice || notice || panel; }
};

}  // namespace panko::tui
