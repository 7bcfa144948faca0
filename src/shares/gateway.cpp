#include "shares/gateway.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/files.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "http/listening.hpp"
#include "shares/addresses.hpp"
#include "tunnel/provider_settings.hpp"

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
      settling_time_(seams.settling_time),
      changed_(std::move(changed)),
      http_(loop, workers, seams.http_limits),
      problem_("Its tunnel is being started."),
      settling_timer_(loop),
      news_(std::make_shared<WakeUp>(loop)) {}

void Gateway::listen(const std::vector<std::uint16_t>& wanted_ports) {
  const auto fixed = fixed_port();
  if (!fixed) {
    listen_somewhere(wanted_ports);
  } else if (!http_.listen(listening_address(setup_.bind), static_cast<std::uint16_t>(*fixed))) {
    throw Failure(fmt::format(
        "Port {}, which [providers.{}] names, is taken; end what listens there, or name another port for both ends of "
        "the tunnel.",
        *fixed, setup_.provider->name));
  }
  listen_at_socket();
  has_listener();
}

void Gateway::listen_somewhere(const std::vector<std::uint16_t>& wanted_ports) {
  const std::string address = listening_address(setup_.bind);
  for (const std::uint16_t port : wanted_ports) {
    if (http_.listen(address, port)) return;
    log_warning(fmt::format("gateway {}: port {} is taken", setup_.provider->name, port));
  }
  const auto ephemeral = ephemeral_ports();
  for (int i = 0; i < kRandomPorts; ++i) {
    if (http_.listen(address, random_gateway_port(ephemeral))) return;
  }
  throw Failure(fmt::format("No port from 20000 to 29999 is free at {}.", address));
}

bool Gateway::take_over(HandedListener listener) {
  const auto fixed = fixed_port();
  if (fixed && local_end_of(listener.socket.get()).port != *fixed) return false;
  const bool has_socket = static_cast<bool>(listener.origin);
  http_.take_over(std::move(listener));
  if (!has_socket) listen_at_socket();
  has_listener();
  return true;
}

std::optional<std::int64_t> Gateway::fixed_port() const {
  return setup_.provider->has_tunnel ? number_setting(setup_.settings, "port") : std::nullopt;
}

void Gateway::listen_at_socket() {
  if (!setup_.provider->uses_socket) return;
  value_or_throw(ensure_private_directory(setup_.tunnels_dir));
  http_.listen_unix(setup_.origin_socket);
}

void Gateway::has_listener() {
  if (!setup_.provider->has_tunnel) {
    base_url_ = base_url_of(setup_.bind, http_.port());
    problem_.clear();
    return;
  }
  const std::string token = random_token();
  nonce_ = {.path = fmt::format("/s/{}/", token), .answer = random_token()};
  http_.answer_nonce(token, nonce_.answer);
}

bool Gateway::adopt(const RunRecord& run) {
  if (!setup_.provider->has_tunnel || !is_adoptable(run, tunnel_setup())) return false;
  earlier_ = run;
  // Visitors who come through it do not wait for the proof.
  base_url_ = run.url;
  accept_visitors_of(run.url);
  problem_ = "Its tunnel is not back yet.";
  settling_ = true;
  settling_timer_.expires_after(settling_time_);
  settling_timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (error || !self || !self->settling_) return;
    self->settling_ = false;
    if (!self->closed_) self->changed_(*self);
  });
  return true;
}

std::string Gateway::url_of(const std::string& token) const {
  return fmt::format("{}/s/{}/", base_url_, token);
}

boost::asio::awaitable<void> Gateway::bring_up(std::shared_ptr<Gateway> self) {
  const auto is_in = [&self](TunnelState state) { return self->tunnel_ && self->tunnel_->status().state == state; };
  // A tunnel that is ready has yet to tell the one who started it.
  const bool waits = !self->is_up() && (is_in(TunnelState::starting) || is_in(TunnelState::ready));
  if (waits) co_await WakeUp::wait(self->news_);
  if (self->closed_) throw Failure("The gateway was closed.");
  if (self->is_up()) co_return;
  if (waits || is_in(TunnelState::backoff) || is_in(TunnelState::degraded)) throw Failure(self->why_not_now());

  if (const Tunnel* const old = self->tunnel_.get()) {
    // What is left of it ends first: it may hold what the next one needs, or take that back afterwards.
    co_await self->tunnel_->stop();
    if (self->closed_) throw Failure("The gateway was closed.");
    if (self->tunnel_.get() != old) co_return co_await bring_up(self);  // somebody else was faster
  }
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
  self->went_down(reason);
  throw Failure(reason);
}

std::string Gateway::why_not_now() const {
  const auto status = tunnel_status();
  if (status.state == TunnelState::failed) return problem_;
  if (!status.next_try) return fmt::format("{} Share once it is back.", problem_);
  const auto wait = std::chrono::ceil<std::chrono::seconds>(*status.next_try - wall_now());
  return fmt::format("{} It is tried again {}; share once it is back.", problem_,
                     wait < std::chrono::seconds(1) ? "now" : "in " + describe_duration(wait));
}

void Gateway::bring_up_in_background() {
  if (closed_ || (tunnel_ && tunnel_->status().state != TunnelState::failed)) return;
  make_tunnel();
  tunnel_->start_in_background(std::exchange(earlier_, std::nullopt));
}

void Gateway::check_now() {
  if (tunnel_) tunnel_->check_now();
}

TunnelSetup Gateway::tunnel_setup() {
  TunnelSetup setup;
  setup.provider = setup_.provider;
  setup.settings = setup_.settings;
  setup.tunnels_dir = setup_.tunnels_dir;
  setup.journal = setup_.journal;
  setup.gateway = setup_.name;
  setup.local_port = http_.port();
  if (setup_.provider->uses_socket) setup.origin_socket = setup_.origin_socket;
  setup.nonce = nonce_;
  setup.times = tunnel_times_;
  setup.url_known = [weak = weak_from_this()](const std::string& url) {
    if (const auto self = weak.lock()) self->accept_visitors_of(url);
  };
  return setup;
}

void Gateway::make_tunnel() {
  // It may outlive us by a callback.
  tunnel_ = std::make_unique<Tunnel>(loop_, tunnel_setup(), [weak = weak_from_this()](const TunnelStatus& status) {
    if (const auto self = weak.lock()) self->on_tunnel(status);
  });
}

void Gateway::accept_visitors_of(const std::string& url) {
  http_.accept_hosts(setup_.provider->origin_hosts(setup_.settings, url));
}

void Gateway::on_tunnel(const TunnelStatus& status) {
  switch (status.state) {
    case TunnelState::ready: return went_up(status.url);
    case TunnelState::degraded: accept_visitors_of(status.url); [[fallthrough]];
    case TunnelState::backoff:
    case TunnelState::failed: return went_down(status.reason);
    case TunnelState::starting:
    case TunnelState::stopping: break;
  }
  if (!closed_) changed_(*this);
}

void Gateway::went_up(const std::string& url) {
  if (closed_) return;
  base_url_ = url;
  while (base_url_.ends_with('/')) base_url_.pop_back();
  accept_visitors_of(url);
  problem_.clear();
  settle();
}

void Gateway::went_down(const std::string& reason) {
  problem_ = reason.empty() ? "Its tunnel is down." : reason;
  settle();
}

/// How it stands is known.
void Gateway::settle() {
  settling_ = false;
  settling_timer_.cancel();
  news_->notify();
  if (!closed_) changed_(*this);
}

boost::asio::awaitable<void> Gateway::close(std::shared_ptr<Gateway> self) {
  self->closed_ = true;
  self->linger.cancel();
  self->settling_timer_.cancel();
  self->http_.close();
  if (self->problem_.empty()) self->problem_ = "The gateway was closed.";
  if (self->tunnel_) co_await self->tunnel_->stop();
  self->news_->notify();
}

}  // namespace panko
