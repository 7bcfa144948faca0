#include "shares/gateway_pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

/// Shares with the same key share a gateway. Settings are part of no key: a daemon reads them once.
std::string key_of(const Share& share) {
  return share.own_tunnel ? share.id : fmt::format("{} {}", share.provider_name, share.bind);
}

}  // namespace

struct GatewayPool::State {
  State(asio::io_context& loop_, asio::thread_pool& workers_, const Places& places, const Config& config_,
        const ShareSeams& seams_, Ledger& ledger_, std::function<void(Gateway&)> changed_)
      : loop(loop_),
        workers(workers_),
        tunnels_dir(places.tunnels_dir),
        config(config_),
        seams(seams_),
        ledger(ledger_),
        changed(std::move(changed_)),
        news(std::make_shared<WakeUp>(loop_)) {}

  asio::io_context& loop;
  asio::thread_pool& workers;
  std::filesystem::path tunnels_dir;
  const Config& config;
  const ShareSeams& seams;
  Ledger& ledger;
  std::function<void(Gateway&)> changed;
  std::map<std::string, std::shared_ptr<Gateway>> open;
  std::vector<std::shared_ptr<Gateway>> closing;
  bool orphans_ending = false;
  bool gone = false;
  std::shared_ptr<WakeUp> news;  // orphans are gone, or a gateway is closed

  [[nodiscard]] const Provider& provider_of(const Share& share) const;
  [[nodiscard]] std::vector<std::uint16_t> wanted_ports(const Share& share, const Provider& provider);
  [[nodiscard]] std::shared_ptr<Gateway> make(const Share& share);
  static asio::awaitable<void> bring_up(std::shared_ptr<State> self, std::shared_ptr<Gateway> gateway);
  static asio::awaitable<void> wait_for_orphans(std::shared_ptr<State> self);
  static asio::awaitable<void> end_orphans(std::shared_ptr<State> self);
  static asio::awaitable<void> bring_up_later(std::shared_ptr<State> self, std::shared_ptr<Gateway> gateway);
  static void begin_close(const std::shared_ptr<State>& self, std::shared_ptr<Gateway> gateway);
  static asio::awaitable<void> close(std::shared_ptr<State> self, std::shared_ptr<Gateway> gateway);
  static asio::awaitable<void> close_all(std::shared_ptr<State> self);
};

const Provider& GatewayPool::State::provider_of(const Share& share) const {
  const auto found = std::ranges::find(seams.providers, share.provider_name, &Provider::name);
  if (found != seams.providers.end()) return **found;
  throw Failure(fmt::format("This panko knows no provider \"{}\"; stop the share and share the session again.",
                            share.provider_name));
}

/// The same port as before, where it is to be had: links and firewalls know it.
std::vector<std::uint16_t> GatewayPool::State::wanted_ports(const Share& share, const Provider& provider) {
  std::vector<std::uint16_t> wanted;
  if (!provider.has_tunnel && !share.own_tunnel && config.default_port) wanted.push_back(*config.default_port);
  const Share* latest = nullptr;
  for (const auto& [id, other] : ledger.by_id()) {
    if (other.local_port == 0 || key_of(other) != key_of(share)) continue;
    if (latest == nullptr || latest->started_at < other.started_at) latest = &other;
  }
  if (latest != nullptr && std::ranges::find(wanted, latest->local_port) == wanted.end())
    wanted.push_back(latest->local_port);
  return wanted;
}

asio::awaitable<void> GatewayPool::State::wait_for_orphans(std::shared_ptr<State> self) {
  while (self->orphans_ending) co_await WakeUp::wait(self->news);
}

asio::awaitable<void> GatewayPool::State::end_orphans(std::shared_ptr<State> self) {
  try {
    co_await on_worker(self->workers, [directory = self->tunnels_dir, times = self->seams.tunnel_times] {
      end_orphaned_tunnels(directory, times);
    });
  } catch (const Failure& failure) {
    // New tunnels are not to wait for ever.
    log_warning(failure.error().message);
  }
  self->orphans_ending = false;
  self->news->notify();
}

asio::awaitable<void> GatewayPool::State::bring_up_later(std::shared_ptr<State> self,
                                                         std::shared_ptr<Gateway> gateway) {
  co_await wait_for_orphans(self);
  if (!self->gone) gateway->bring_up_in_background();
}

void GatewayPool::State::begin_close(const std::shared_ptr<State>& self, std::shared_ptr<Gateway> gateway) {
  const auto found = std::ranges::find(self->open, gateway, &decltype(open)::value_type::second);
  if (found == self->open.end()) return;
  self->open.erase(found);
  self->closing.push_back(gateway);
  asio::co_spawn(self->loop, close(self, std::move(gateway)), log_end_of_coroutine);
}

asio::awaitable<void> GatewayPool::State::close(std::shared_ptr<State> self, std::shared_ptr<Gateway> gateway) {
  co_await Gateway::close(gateway);
  std::erase(self->closing, gateway);
  self->news->notify();
}

asio::awaitable<void> GatewayPool::State::close_all(std::shared_ptr<State> self) {
  while (!self->open.empty()) begin_close(self, self->open.begin()->second);
  while (!self->closing.empty()) co_await WakeUp::wait(self->news);
}

GatewayPool::GatewayPool(asio::io_context& loop, asio::thread_pool& workers, const Places& places, const Config& config,
                         const ShareSeams& seams, Ledger& ledger, std::function<void(Gateway&)> changed)
    : state_(std::make_shared<State>(loop, workers, places, config, seams, ledger, std::move(changed))) {}

void GatewayPool::drop_all() {
  state_->gone = true;
  // A coroutine that waits may hold one for longer.
  for (const auto& [key, gateway] : state_->open) gateway->http().close();
  state_->open.clear();
}

std::shared_ptr<Gateway> GatewayPool::State::make(const Share& share) {
  const Provider& provider = provider_of(share);
  const auto settings = config.providers.find(share.provider_name);
  auto gateway = std::make_shared<Gateway>(
      loop, workers,
      Gateway::Setup{.provider = &provider,
                     .settings = settings == config.providers.end() ? ProviderSettings() : settings->second,
                     .bind = share.bind,
                     .tunnels_dir = tunnels_dir},
      seams, changed);
  gateway->listen(wanted_ports(share, provider));
  gateway->lasting = !provider.has_tunnel && !share.own_tunnel;
  // Its address may be that of an earlier one: what ended there says so. Nobody else ever had an own one.
  if (!share.own_tunnel) {
    for (const Sha256& hash : ledger.ended_tokens()) gateway->http().add_ended(hash);
  }
  return gateway;
}

std::shared_ptr<Gateway> GatewayPool::acquire(const Share& share) {
  const std::string key = key_of(share);
  auto found = state_->open.find(key);
  if (found == state_->open.end()) found = state_->open.emplace(key, state_->make(share)).first;
  const auto& gateway = found->second;
  gateway->linger.cancel();
  gateway->shares.insert(share.id);
  return gateway;
}

void GatewayPool::release(const std::shared_ptr<Gateway>& gateway, const std::string& share_id) {
  gateway->shares.erase(share_id);
  if (!gateway->shares.empty() || gateway->lasting) return;
  if (!gateway->was_up()) return State::begin_close(state_, gateway);  // nobody ever had a link to it
  gateway->linger.expires_after(state_->seams.gateway_linger);
  gateway->linger.async_wait([self = state_, weak = std::weak_ptr(gateway)](boost::system::error_code error) {
    const auto unused = weak.lock();
    if (!error && !self->gone && unused && unused->shares.empty()) State::begin_close(self, unused);
  });
}

void GatewayPool::end_orphans() {
  state_->orphans_ending = true;
  asio::co_spawn(state_->loop, State::end_orphans(state_), log_end_of_coroutine);
}

asio::awaitable<void> GatewayPool::State::bring_up(std::shared_ptr<State> self, std::shared_ptr<Gateway> gateway) {
  if (!gateway->is_up()) co_await wait_for_orphans(self);
  co_await Gateway::bring_up(gateway);
}

asio::awaitable<void> GatewayPool::bring_up(std::shared_ptr<Gateway> gateway) {
  return State::bring_up(state_, std::move(gateway));
}

void GatewayPool::bring_up_in_background(std::shared_ptr<Gateway> gateway) {
  if (gateway->is_up()) return;
  asio::co_spawn(state_->loop, State::bring_up_later(state_, std::move(gateway)), log_end_of_coroutine);
}

asio::awaitable<void> GatewayPool::close_all() {
  return State::close_all(state_);
}

std::vector<pid_t> GatewayPool::children() const {
  std::vector<pid_t> pids;
  const auto add = [&pids](const Gateway& gateway) {
    if (const pid_t pid = gateway.child(); pid != 0) pids.push_back(pid);
  };
  for (const auto& [key, gateway] : state_->open) add(*gateway);
  for (const auto& gateway : state_->closing) add(*gateway);
  return pids;
}

}  // namespace panko
