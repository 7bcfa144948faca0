// The TUI's lasting connection to the daemon: starts one where none runs, and tells what becomes of the shares. Works
// on a thread of its own, which calls the sink with values.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "config/places.hpp"
#include "protocol/messages.hpp"

namespace panko {

/// A daemon is there; what was known before is replaced.
struct DaemonUp {
  std::vector<protocol::ShareInfo> shares;
  std::vector<protocol::ProviderInfo> providers;
  std::vector<std::string> warnings;  // one sentence each
};
struct DaemonDown {
  std::string reason;  // one sentence
};
struct ShareChanged {
  protocol::ShareInfo share;
};
using LinkEvent = std::variant<DaemonUp, DaemonDown, ShareChanged>;

class DaemonLink {
 public:
  /// Returns at once. `sink` is never called after the destructor has returned.
  DaemonLink(const Places& places, std::function<void(LinkEvent)> sink);
  ~DaemonLink();

  /// Connects, or starts a daemon, when there is no connection.
  void reconnect();

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace panko
