#include "shares/gateway.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"
#include "shares/addresses.hpp"

namespace panko {

namespace {

constexpr int kRandomPorts = 200;  // to try before there is something else wrong

}  // namespace

Gateway::Gateway(boost::asio::io_context& loop, boost::asio::thread_pool& workers, Setup setup, const ShareSeams& seams,
                 std::function<void(Gateway&)> changed)
    : linger(loop),
      loop_(loop),
      setup_(std::move(setup)),
      tunnel_times_(seams.tunnel_times),
      changed_(std::move(changed)),
      http_(loop, workers, seams.http_limits),
      problem_("Its tunnel is being started."),
      news_(std::make_shared<WakeUp>(loop)) {}

void Gateway::listen(const std::vector<std::uint16_t>& wanted_ports) {
  const std::string address = listening_address(setup_.bind);
  const auto listening = [&] {
    for (const std::uint16_t port : wanted_ports) {
      if (http_.listen(address, port)) return true;
      log_warning(fmt::format("gateway {}: port {} is taken", setup_.provider->name, port));
    }
    const auto ephemeral = ephemeral_ports();
    for (int i = 0; i < kRandomPorts; ++i) {
      if (http_.listen(address, random_gateway_port(ephemeral))) return true;
    }
    return false;
  }();
  if (!listening) throw Failure(fmt::format("No port from 20000 to 29999 is free at {}.", address));
  if (!setup_.provider->has_tunnel) {
    base_url_ = base_url_of(setup_.bind, http_.port());
    problem_.clear();
  }
}

std::string Gateway::url_of(const std::string& token) const {
  return fmt::format("{}/s/{}/", base_url_, token);
}

boost::asio::awaitable<void> Gateway::bring_up(std::shared_ptr<Gateway> self) {
  if (self->closed_) throw Failure("The daemon is ending.");
  if (self->is_up()) co_return;
  if (self->coming_up_) {
    co_await WakeUp::wait(self->news_);
    if (!self->is_up()) throw Failure(self->problem_);
    co_return;
  }
  if (!self->given_up_) throw Failure(fmt::format("{} It is tried again; share once it is back.", self->problem_));

  self->coming_up_ = true;
  self->make_tunnel();
  std::string url;
  std::string reason;
  try {
    url = co_await self->tunnel_->start();
  } catch (const Failure& failure) {
    // Whoever else waits for this start has to hear of it too.
    reason = failure.error().message;
  }
  if (reason.empty() && !self->closed_) {
    self->went_up(url);
    co_return;
  }
  if (reason.empty()) reason = "The gateway was closed.";
  self->went_down(reason, true);
  throw Failure(reason);
}

void Gateway::bring_up_in_background() {
  if (closed_ || coming_up_ || !given_up_) return;
  coming_up_ = true;
  given_up_ = false;
  make_tunnel();
  tunnel_->start_in_background();
}

void Gateway::make_tunnel() {
  // It may outlive us by a callback.
  tunnel_ =
      std::make_unique<Tunnel>(loop_,
                               TunnelSetup{.provider = setup_.provider,
                                           .settings = setup_.settings,
                                           .tunnels_dir = setup_.tunnels_dir,
                                           .journal = {},
                                           .gateway = {},
                                           .local_port = http_.port(),
                                           .origin_socket = {},
                                           .nonce = {},
                                           .times = tunnel_times_},
                               [weak = weak_from_this()](const TunnelStatus& status) {
                                 const auto self = weak.lock();
                                 if (!self) return;
                                 if (status.state == TunnelState::ready) return self->went_up(status.url);
                                 if (status.state == TunnelState::starting || status.state == TunnelState::stopping)
                                   return;
                                 self->went_down(status.reason, status.state == TunnelState::failed);
                               });
}

void Gateway::went_up(const std::string& url) {
  if (closed_) return;
  base_url_ = url;
  while (base_url_.ends_with('/')) base_url_.pop_back();
  problem_.clear();
  given_up_ = false;
  coming_up_ = false;
  http_.accept_hosts(setup_.provider->origin_hosts(setup_.settings, url));
  news_->notify();
  changed_(*this);
}

void Gateway::went_down(const std::string& reason, bool permanent) {
  problem_ = reason.empty() ? "Its tunnel is down." : reason;
  given_up_ = permanent;
  coming_up_ = false;
  news_->notify();
  if (!closed_) changed_(*this);
}

boost::asio::awaitable<void> Gateway::close(std::shared_ptr<Gateway> self) {
  self->closed_ = true;
  self->linger.cancel();
  self->http_.close();
  if (self->problem_.empty()) self->problem_ = "The gateway was closed.";
  if (self->tunnel_) co_await self->tunnel_->stop();
  self->coming_up_ = false;
  self->news_->notify();
}

}  // namespace panko
