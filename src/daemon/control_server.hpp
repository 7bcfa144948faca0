// Accepts the clients of the control socket: the owner's own processes and nobody else, a bounded number at a time.
// On the daemon's loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <vector>

#include "base/fd.hpp"
#include "daemon/commands.hpp"
#include "daemon/control_connection.hpp"

namespace panko {

class ControlServer {
 public:
  /// Serves from the loop's next turn on. `clients` are there already.
  ControlServer(boost::asio::io_context& loop, Fd listening, std::shared_ptr<DaemonContext> daemon,
                IpcLimits limits = {}, std::vector<HandedClient> clients = {});
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// No new client from now on; those that are here stay.
  void stop_accepting();

  /// No request is read any more; hand_over() follows.
  void stop_serving();

  /// How many requests are being answered, those for a restart not counted.
  [[nodiscard]] std::size_t busy() const;
  struct Handed {
    Fd listening;
    std::vector<HandedClient> clients;
  };
  /// Gives everything away, within a few turns of the loop; nobody is served any more. Clients with a request that is
  /// being answered are cut.
  boost::asio::awaitable<Handed> hand_over();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace panko
