// Talks to the daemon: connect, start it when none runs, call a method, follow its events. Blocking, with deadlines.
// One object is one connection; used by one thread at a time. Throws Failure: one sentence for the user.
#pragma once

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/line_socket.hpp"
#include "config/places.hpp"
#include "protocol/messages.hpp"
#include "protocol/wire.hpp"

namespace panko {

class DaemonClient {
 public:
  /// nullopt when no daemon answers. Throws when the socket is there but cannot be used (another user's). The daemon
  /// may be of another protocol: Ping, Shutdown and the other three of the compatibility promise work all the same.
  [[nodiscard]] static std::optional<DaemonClient> connect(const Places& places);
  /// The same, but throws when it is of another protocol. `interrupt`, as LineSocket has it, ends this and every later
  /// wait of the client.
  [[nodiscard]] static std::optional<DaemonClient> greet(const Places& places, int interrupt = -1);

  /// Connects, else starts a daemon (this program's `serve`) and waits at most 5 s for it. A failure carries the tail
  /// of the daemon's log. Throws when the daemon that runs speaks another protocol.
  [[nodiscard]] static DaemonClient connect_or_start(const Places& places, int interrupt = -1);

  protocol::HelloInfo hello();
  void ping();
  protocol::StatusInfo status();
  protocol::ShareInfo start_share(const protocol::StartShare& request);
  /// Waits for as long as it takes to ask the public URL: the result's `gone` says what that answers now.
  protocol::StoppedInfo stop_share(std::string_view share_id);
  /// Undoes a stop that is not older than a minute.
  protocol::ShareInfo restore_share(std::string_view share_id);
  protocol::ShareInfo update_share(const protocol::UpdateShare& request);
  /// What would be masked. The daemon keeps the result for a start_share() that follows.
  protocol::ScanInfo scan(const protocol::Scan& request);
  void allow_value(const protocol::AllowValue& request);
  /// The words that are always masked, after the change.
  std::vector<std::string> redact_words(const protocol::RedactWords& request);
  /// What is masked for everybody but this user.
  protocol::RedactionInfo redaction(const protocol::GetRedaction& request);
  std::vector<protocol::AuditEntry> audit(const protocol::Audit& request);
  std::vector<protocol::ShareInfo> list_shares();
  protocol::ShareInfo get_share(std::string_view share_id);
  std::vector<protocol::ProviderInfo> list_providers();
  /// The view lives as long as this connection, which HeldView keeps; 10 minutes after its last request the daemon
  /// closes both.
  protocol::ViewInfo open_view(std::string_view session_path, std::optional<std::uint16_t> port);
  /// The daemon becomes the program that is installed now, with this PATH (empty: its own). Works with a daemon of any
  /// protocol that knows the method.
  protocol::RestartedInfo restart(std::string_view search_path);
  /// Asks the daemon to end, and waits until its process has.
  void shutdown();

  /// From now on the connection is for next_change() alone.
  void subscribe();
  /// Waits for the next share that changes. Throws when the daemon is gone; an Interrupted loses no change.
  protocol::ShareInfo next_change(int interrupt = -1);
  /// The process that listens.
  [[nodiscard]] pid_t daemon_pid() const { return socket_.peer(); }
  [[nodiscard]] int fd() const { return socket_.fd(); }

 private:
  DaemonClient(LineSocket socket, int interrupt) : socket_(std::move(socket)), interrupt_(interrupt) {}

  struct Greeting;
  /// nullopt: no daemon is there, or it went away before it answered (it is ending, or was killed just now).
  [[nodiscard]] static std::optional<Greeting> say_hello(const Places& places, Deadline deadline, int interrupt);
  /// The same, for a daemon that speaks our protocol.
  [[nodiscard]] static std::optional<DaemonClient> greet(const Places& places, Deadline deadline, int interrupt);
  /// The reply's data; `status` is what a success is called.
  boost::json::value call(std::string_view method, std::string_view status, boost::json::object params = {},
                          std::chrono::milliseconds time = std::chrono::seconds{10});
  protocol::Reply receive(std::optional<Deadline> deadline, int interrupt);

  LineSocket socket_;
  int interrupt_;
};

struct DaemonClient::Greeting {
  DaemonClient client;
  protocol::Reply reply;
};

}  // namespace panko
