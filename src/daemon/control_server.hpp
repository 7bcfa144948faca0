// Accepts the clients of the control socket: the owner's own processes and nobody else, a bounded number at a time.
// On the daemon's loop.
#pragma once

#include <boost/asio/io_context.hpp>

#include <memory>

#include "base/fd.hpp"
#include "daemon/commands.hpp"
#include "daemon/control_connection.hpp"

namespace panko {

class ControlServer {
 public:
  /// Serves from the loop's next turn on.
  ControlServer(boost::asio::io_context& loop, Fd listening, std::shared_ptr<DaemonContext> daemon,
                IpcLimits limits = {});
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// No new client from now on; those that are here stay.
  void stop_accepting();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace panko
