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
#include "shares/handover.hpp"
#include "shares/ledger.hpp"
#include "shares/share_service.hpp"

namespace panko {

class GatewayPool {
 public:
  GatewayPool(boost::asio::io_context& loop, boost::asio::thread_pool& workers, const Places& places,
              const Config& config, const ShareSeams& seams, Ledger& ledger, std::function<void(Gateway&)> changed);
  GatewayPool(const GatewayPool&) = delete;
  GatewayPool& operator=(const GatewayPool&) = delete;

  /// What another daemon served in this process: who is acquired goes on with that.
  void take_over(std::vector<HandedGateway> gateways);
  /// Before the first gateway: what tunnels an earlier daemon left. A gateway takes over its own as it is made.
  void find_earlier_runs();
  /// Once every share has its gateway: of what was taken over, only what lasts without a share is kept. The tunnels
  /// that nobody took over end; no new one of the same gateway is started before that is done.
  void settle();
  /// The listeners and connections of all gateways. Nothing is served any more; tunnels run on.
  boost::asio::awaitable<std::vector<HandedGateway>> hand_over();
  /// How many requests are being answered.
  [[nodiscard]] std::size_t busy() const;

  /// Where there can be one tunnel of its provider: those that nobody uses any more end, and the call when they are
  /// gone.
  boost::asio::awaitable<void> make_room(Share share);
  /// The provider's section of the configuration, empty where there is none.
  [[nodiscard]] ProviderSettings settings_of(std::string_view provider) const;

  /// The gateway of this share, listening: one that is there, else a new one. It has the share from now on.
  std::shared_ptr<Gateway> acquire(const Share& share);
  /// The share needs its gateway no longer.
  void release(const std::shared_ptr<Gateway>& gateway, const std::string& share_id);

  /// Of a share that is forgotten: what its own tunnel said.
  void remove_journal(const Share& share);

  /// As Gateway::bring_up.
  boost::asio::awaitable<void> bring_up(std::shared_ptr<Gateway> gateway);
  void bring_up_in_background(std::shared_ptr<Gateway> gateway);

  /// All of them, at once; those too that are closing already.
  boost::asio::awaitable<void> close_all();
  /// Nothing is served any more; tunnels are left to the next daemon.
  void drop_all();
  /// After the machine was suspended: every tunnel looks how it does.
  void check_now();
  [[nodiscard]] std::vector<TunnelOfShares> tunnels() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace panko
