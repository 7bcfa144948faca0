// The gateways: which share belongs to which, and how long one lives. One of `local` stays as long as the daemon; one
// with a tunnel ends a while after its last share and answers 410 until then. Lives on the loop. Throws Failure.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/places.hpp"
#include "shares/gateway.hpp"
#include "shares/ledger.hpp"

namespace panko {

class GatewayPool {
 public:
  GatewayPool(boost::asio::io_context& loop, boost::asio::thread_pool& workers, const Places& places,
              const Config& config, const ShareSeams& seams, Ledger& ledger, std::function<void(Gateway&)> changed);
  GatewayPool(const GatewayPool&) = delete;
  GatewayPool& operator=(const GatewayPool&) = delete;

  /// The gateway of this share, listening: one that is there, else a new one. It has the share from now on.
  std::shared_ptr<Gateway> acquire(const Share& share);
  /// The share needs its gateway no longer.
  void release(const std::shared_ptr<Gateway>& gateway, const std::string& share_id);

  /// Ends what tunnels the last daemon left; no tunnel is started before that is done.
  void end_orphans();
  /// As Gateway::bring_up.
  boost::asio::awaitable<void> bring_up(std::shared_ptr<Gateway> gateway);
  void bring_up_in_background(std::shared_ptr<Gateway> gateway);

  /// All of them, at once; those too that are closing already.
  boost::asio::awaitable<void> close_all();
  /// Nothing is served any more; tunnels are left to the next daemon.
  void drop_all();
  [[nodiscard]] std::vector<pid_t> children() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace panko
