// The TUI's hold on the daemon: a thread that connects to it or starts it, says what is shared, and follows what
// changes. It starts a daemon only when it is made and when it is asked to; in between it waits, without polling, for
// one that somebody else starts.
// The sink is called on that thread alone, one event after the other, and no more once the destructor has returned.
// The members may be called from any thread. Nothing is thrown: what goes wrong is a DaemonDown.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "config/places.hpp"
#include "protocol/messages.hpp"

namespace panko {

/// Everything as it stands; what was told before is void.
struct DaemonUp {
  std::vector<protocol::ShareInfo> shares;  // the stopped ones of the last 30 days too
  std::vector<protocol::ProviderInfo> providers;
  std::vector<std::string> warnings;  // one sentence each
};

struct DaemonDown {
  std::string reason;  // one sentence; lines of the daemon's log may follow
};

struct ShareChanged {
  protocol::ShareInfo share;
};

using LinkEvent = std::variant<DaemonUp, DaemonDown, ShareChanged>;

class DaemonLink {
 public:
  /// Returns at once. The first event is a DaemonUp, or a DaemonDown after at most 5 s.
  DaemonLink(const Places& places, std::function<void(LinkEvent)> sink);
  /// Takes some milliseconds, whatever the daemon does.
  ~DaemonLink();
  DaemonLink(const DaemonLink&) = delete;
  DaemonLink& operator=(const DaemonLink&) = delete;

  /// Connects anew, or starts a daemon: a DaemonUp or a DaemonDown follows. Also finds out whether a daemon that is up
  /// still answers.
  void reconnect();

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace panko
