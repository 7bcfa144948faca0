// Talks to the daemon: connect, start it when none runs, call a method, follow its events. Blocking, with deadlines.
// One object is one connection; used by one thread at a time. Throws Failure: one sentence for the user.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "config/places.hpp"
#include "protocol/messages.hpp"

namespace panko {

class DaemonClient {
 public:
  /// nullopt when no daemon listens. Throws when the socket is there but cannot be used (another user's, a protocol
  /// that this build does not speak).
  [[nodiscard]] static std::optional<DaemonClient> connect(const Places& places);

  /// Connects, else starts a daemon (this program's `serve`) and waits at most 5 s for it. A failure carries the tail
  /// of the daemon's log.
  [[nodiscard]] static DaemonClient connect_or_start(const Places& places);

  protocol::HelloInfo hello();
  void ping();
  protocol::StatusInfo status();
  protocol::ShareInfo start_share(const protocol::StartShare& request);
  std::string stop_share(std::string_view share_id);
  std::vector<protocol::ShareInfo> list_shares();
  protocol::ShareInfo get_share(std::string_view share_id);
  std::vector<protocol::ProviderInfo> list_providers();
  /// The view lives as long as this connection, and at most 10 minutes after its last request.
  protocol::ViewInfo open_view(std::string_view session_path, std::optional<std::uint16_t> port);
  /// Asks the daemon to end, and waits until it has.
  void shutdown();

  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  explicit DaemonClient(Fd socket) : socket_(std::move(socket)) {}

  Fd socket_;
  std::string unread_;
};

}  // namespace panko
