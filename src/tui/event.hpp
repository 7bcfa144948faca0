// Everything that can happen to the TUI, as one value: update() takes it, nothing else changes the model.
#pragma once

#include <filesystem>
#include <string>
#include <variant>

#include "catalog/library.hpp"
#include "client/daemon_link.hpp"
#include "protocol/messages.hpp"
#include "tui/input.hpp"

namespace panko::tui {

struct Resize {
  int columns = 0;
  int rows = 0;
};

/// Time has passed: next_change() said when.
struct Tick {};

// What jobs report. Foreign text in them (titles, reasons of providers) is cleaned where it is drawn.
struct ShareStarted {
  std::filesystem::path session_path;
  protocol::ShareInfo share;
  bool copied = false;  // its URL is on the clipboard
  bool live = false;    // what was asked for
};
struct ShareFailed {
  std::filesystem::path session_path;
  std::string provider;
  std::string reason;
  bool live = false;  // what was asked for
};
struct ShareStopped {
  std::string share_id;
  std::string gone = {};  // what its URL answers now, as StoppedInfo::gone
};
struct SessionScanned {
  std::uint64_t number = 0;
  protocol::ScanInfo found;
};
struct ScanFailed {
  std::uint64_t number = 0;
  std::string reason;
};
/// The value is masked from now on or is not, as was asked.
struct ValueAllowed {};
struct ValueNotAllowed {
  std::string reason;
};
struct ShareFrozen {
  protocol::ShareInfo share;
};
struct ShareRestored {
  protocol::ShareInfo share;
};
struct SessionDeleted {
  std::filesystem::path session_path;
};
/// A request about a share failed; the share is as it was.
struct ShareRequestFailed {
  std::string share_id;
  std::string reason;
};
struct ProvidersKnown {
  std::vector<protocol::ProviderInfo> providers;
};
/// A confirmation or a failure for the user: one sentence, shown for 3 s (a failure a little longer).
struct Said {
  bool is_failure = false;
  std::string sentence;
};

using Event = std::variant<Input, Resize, Tick, LibraryUpdate, DaemonUp, DaemonDown, ShareChanged, ShareStarted,
                           ShareFailed, ShareStopped, ShareFrozen, ShareRestored, ShareRequestFailed, SessionScanned,
                           ScanFailed, ValueAllowed, ValueNotAllowed, ProvidersKnown, SessionDeleted, Said>;

}  // namespace panko::tui
