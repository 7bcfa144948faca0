#include "shares/gateway_pool.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

/// Shares with the same key share a gateway. Settings are part of no key: others count once its tunnel starts anew.
std::string key_of(const Share& share) {
  return share.own_tunnel ? share.id : fmt::format("{} {}", share.provider_name, share.bind);
}

/// The same as a file's name.
std::string name_of_gateway(const Share& share) {
  if (share.own_tunnel) return share.id;
  return share.bind.empty() ? share.provider_name : fmt::format("{}-{}", share.provider_name, share.bind);
}

/// A socket's path has to be short, so of an id only as much as no two shares have in common.
std::filesystem::path origin_socket_in(const std::filesystem::path& tunnels_dir, const Share& share) {
  return tunnels_dir / fmt::format("{}.origin", share.own_tunnel ? share.id.substr(0, 13) : share.provider_name);
}

}  // namespace

struct GatewayPool::State {
  State(asio::io_context& loop_, asio::thread_pool& workers_, const Places& places, const Config& config_,
        const ShareSeams& seams_, Ledger& ledger_, std::function<void(Gateway&)> changed_)
      : loop(loop_),
        workers(workers_),
        tunnels_dir(places.tunnels_dir),
        log_dir(places.log_file.parent_path()),
        config(config_),
        seams(seams_),
        ledger(ledger_),
        changed(std::move(changed_)),
        news(std::make_shared<WakeUp>(loop_)) {}

  asio::io_context& loop;
  asio::thread_pool& workers;
  std::filesystem::path tunnels_dir;
  std::filesystem::path log_dir;
  const Config& config;
  const ShareSeams& seams;
  Ledger& ledger;
  std::function<void(Gateway&)> changed;
  std::map<std::string, std::shared_ptr<Gateway>> open;
  std::map<std::string, HandedListener> handed;
  std::vector<std::shared_ptr<Gateway>> closing;
  std::vector<RunRecord> runs;   // of an earlier daemon, until it is known which of them go on
  std::set<std::string> ending;  // the gateways of the others
  bool gone = false;
  std::shared_ptr<WakeUp> news;  // runs are gone, or a gateway is closed

  [[nodiscard]] const Provider& provider_of(const Share& share) const;
  [[nodiscard]] std::vector<std::uint16_t> wanted_ports(const Share& share, const Provider& provider);
  [[nodiscard]] std::filesystem::path journal_of(const Share& share) const;
  [[nodiscard]] ProviderSettings settings_of(std::string_view provider) const;
  [[nodiscard]] std::shared_ptr<Gateway> make(const Share& share);
  void adopt_run(Gateway& gateway);
  static asio::awaitable<void> make_room(std::shared_ptr<State> self, Share share);
  static asio::awaitable<void> bring_up(std::shared_ptr<State> self, std::shared_ptr<Gateway> gateway);
  static asio::awaitable<void> wait_for_earlier_runs(std::shared_ptr<State> self, std::string gateway);
  static void end_earlier_runs(const std::shared_ptr<State>& self);
  static asio::awaitable<void> end_runs_of(std::shared_ptr<State> self, std::string gateway,
                                           std::vector<RunRecord> runs);
  static asio::awaitable<void> bring_up_later(std::shared_ptr<State> self, std::shared_ptr<Gateway> gateway);
  static void begin_close(const std::shared_ptr<State>& self, std::shared_ptr<Gateway> gateway);
  static asio::awaitable<void> close(std::shared_ptr<State> self, std::shared_ptr<Gateway> gateway);
  static asio::awaitable<void> close_all(std::shared_ptr<State> self);
  static asio::awaitable<std::vector<HandedGateway>> hand_over(std::shared_ptr<State> self);
};

const Provider& GatewayPool::State::provider_of(const Share& share) const {
  const auto found = std::ranges::find(seams.providers, share.provider_name, &Provider::name);
  if (found != seams.providers.end()) return **found;
  throw Failure(fmt::format("This panko knows no provider \"{}\"; stop the share and share the session again.",
                            share.provider_name));
}

/// The same port as before, where it is to be had: a tunnel that goes on, links and firewalls know it.
std::vector<std::uint16_t> GatewayPool::State::wanted_ports(const Share& share, const Provider& provider) {
  std::vector<std::uint16_t> wanted;
  const auto want = [&wanted](std::uint16_t port) {
    if (port != 0 && std::ranges::find(wanted, port) == wanted.end()) wanted.push_back(port);
  };
  if (!provider.has_tunnel && !share.own_tunnel) want(config.default_port.value_or(0));
  const auto run = std::ranges::find(runs, name_of_gateway(share), &RunRecord::gateway);
  if (run != runs.end()) want(run->local_port);
  const Share* latest = nullptr;
  for (const auto& [id, other] : ledger.by_id()) {
    if (other.local_port == 0 || key_of(other) != key_of(share)) continue;
    if (latest == nullptr || latest->started_at < other.started_at) latest = &other;
  }
  if (latest != nullptr) want(latest->local_port);
  return wanted;
}

void GatewayPool::State::adopt_run(Gateway& gateway) {
  const auto run = std::ranges::find_if(runs, [&gateway](const RunRecord& one) { return gateway.adopt(one); });
  if (run != runs.end()) runs.erase(run);
}

asio::awaitable<void> GatewayPool::State::wait_for_earlier_runs(std::shared_ptr<State> self, std::string gateway) {
  while (self->ending.contains(gateway)) co_await WakeUp::wait(self->news);
}

void GatewayPool::State::end_earlier_runs(const std::shared_ptr<State>& self) {
  std::map<std::string, std::vector<RunRecord>> by_gateway;
  for (RunRecord& run : std::exchange(self->runs, {})) {
    auto& group = by_gateway[run.gateway];
    group.push_back(std::move(run));
  }
  self->ending.clear();
  for (const auto& [gateway, runs] : by_gateway) self->ending.insert(gateway);
  for (auto& [gateway, runs] : by_gateway)
    asio::co_spawn(self->loop, end_runs_of(self, gateway, std::move(runs)), log_end_of_coroutine);
}

asio::awaitable<void> GatewayPool::State::end_runs_of(std::shared_ptr<State> self, std::string gateway,
                                                      std::vector<RunRecord> runs) {
  try {
    co_await end_runs(std::move(runs), self->tunnels_dir, self->config.providers, self->seams.providers,
                      self->seams.tunnel_times);
  } catch (const Failure& failure) {
    // New tunnels are not to wait for ever.
    log_warning(failure.error().message);
  }
  self->ending.erase(gateway);
  self->news->notify();
}

asio::awaitable<void> GatewayPool::State::bring_up_later(std::shared_ptr<State> self,
                                                         std::shared_ptr<Gateway> gateway) {
  // What goes on is not kept waiting by what ends.
  if (!gateway->has_run_to_adopt()) co_await wait_for_earlier_runs(self, gateway->name());
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
  while (!self->closing.empty() || !self->ending.empty()) co_await WakeUp::wait(self->news);
}

GatewayPool::GatewayPool(asio::io_context& loop, asio::thread_pool& workers, const Places& places, const Config& config,
                         const ShareSeams& seams, Ledger& ledger, std::function<void(Gateway&)> changed)
    : state_(std::make_shared<State>(loop, workers, places, config, seams, ledger, std::move(changed))) {}

ProviderSettings GatewayPool::settings_of(std::string_view provider) const {
  return state_->settings_of(provider);
}

void GatewayPool::drop_all() {
  state_->gone = true;
  // A coroutine that waits may hold one for longer.
  for (const auto& [key, gateway] : state_->open) gateway->http().close();
  state_->open.clear();
}

std::filesystem::path GatewayPool::State::journal_of(const Share& share) const {
  return log_dir / fmt::format("tunnel-{}.log", name_of_gateway(share));
}

ProviderSettings GatewayPool::State::settings_of(std::string_view provider) const {
  const auto section = config.providers.find(provider);
  return section == config.providers.end() ? ProviderSettings() : section->second;
}

std::shared_ptr<Gateway> GatewayPool::State::make(const Share& share) {
  const Provider& provider = provider_of(share);
  auto gateway = std::make_shared<Gateway>(loop, workers,
                                           Gateway::Setup{.name = name_of_gateway(share),
                                                          .provider = &provider,
                                                          .settings = settings_of(share.provider_name),
                                                          .bind = share.bind,
                                                          .tunnels_dir = tunnels_dir,
                                                          .origin_socket = origin_socket_in(tunnels_dir, share),
                                                          .journal = journal_of(share)},
                                           seams, changed);
  auto listener = handed.extract(key_of(share));
  if (!listener || !gateway->take_over(std::move(listener.mapped()))) gateway->listen(wanted_ports(share, provider));
  adopt_run(*gateway);
  gateway->lasting = !provider.has_tunnel && !share.own_tunnel;
  // Its address may be that of an earlier one: what ended there says so. Nobody else ever had an own one.
  if (!share.own_tunnel) {
    for (const Sha256& hash : ledger.ended_tokens()) gateway->http().add_ended(hash);
  }
  return gateway;
}

asio::awaitable<void> GatewayPool::State::make_room(std::shared_ptr<State> self, Share share) {
  const auto is_of_provider = [&share](const std::shared_ptr<Gateway>& gateway) {
    return gateway->provider().name == share.provider_name;
  };
  std::vector<std::shared_ptr<Gateway>> unused;
  for (const auto& [key, gateway] : self->open) {
    if (is_of_provider(gateway) && key != key_of(share) && gateway->shares.empty()) unused.push_back(gateway);
  }
  for (auto& gateway : unused) begin_close(self, std::move(gateway));
  while (std::ranges::any_of(self->closing, is_of_provider)) co_await WakeUp::wait(self->news);
}

asio::awaitable<void> GatewayPool::make_room(Share share) {
  return State::make_room(state_, std::move(share));
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

void GatewayPool::remove_journal(const Share& share) {
  if (!share.own_tunnel) return;
  auto file = state_->journal_of(share);
  ::unlink(file.c_str());
  file += ".1";
  ::unlink(file.c_str());
}

void GatewayPool::find_earlier_runs() {
  state_->runs = load_runs(state_->tunnels_dir);
  for (const RunRecord& run : state_->runs) state_->ending.insert(run.gateway);
}

asio::awaitable<void> GatewayPool::State::bring_up(std::shared_ptr<State> self, std::shared_ptr<Gateway> gateway) {
  if (!gateway->is_up()) {
    gateway->use_settings(self->settings_of(gateway->provider().name));
    co_await wait_for_earlier_runs(self, gateway->name());
  }
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

void GatewayPool::take_over(std::vector<HandedGateway> gateways) {
  for (auto& [key, listener] : gateways) state_->handed.emplace(std::move(key), std::move(listener));
}

void GatewayPool::settle() {
  std::vector<std::string> unused;
  for (const auto& [key, listener] : state_->handed) unused.push_back(key);
  for (const std::string& key : unused) {
    Share share;
    const auto space = key.find(' ');
    share.provider_name = key.substr(0, space);
    if (space != std::string::npos) share.bind = key.substr(space + 1);
    const auto provider = std::ranges::find(state_->seams.providers, share.provider_name, &Provider::name);
    if (provider != state_->seams.providers.end() && !(*provider)->has_tunnel && key_of(share) == key)
      state_->open.emplace(key, state_->make(share));
  }
  state_->handed.clear();
  State::end_earlier_runs(state_);
}

asio::awaitable<std::vector<HandedGateway>> GatewayPool::State::hand_over(std::shared_ptr<State> self) {
  self->gone = true;
  std::vector<HandedGateway> all;
  const auto gateways = self->open;
  all.reserve(gateways.size());
  for (const auto& [key, gateway] : gateways)
    all.push_back({.key = key, .listener = co_await gateway->http().hand_over()});
  co_return all;
}

asio::awaitable<std::vector<HandedGateway>> GatewayPool::hand_over() {
  return State::hand_over(state_);
}

std::size_t GatewayPool::busy() const {
  std::size_t busy = 0;
  for (const auto& [key, gateway] : state_->open) busy += gateway->http().busy();
  return busy;
}

void GatewayPool::check_now() {
  for (const auto& [key, gateway] : state_->open) gateway->check_now();
}

std::vector<TunnelOfShares> GatewayPool::tunnels() const {
  std::vector<TunnelOfShares> tunnels;
  const auto add = [&tunnels](const Gateway& gateway, bool is_own) {
    if (!gateway.provider().has_tunnel) return;
    tunnels.push_back({.provider = std::string(gateway.provider().name),
                       .status = gateway.tunnel_status(),
                       .shares = gateway.shares.size(),
                       .share_id = is_own && !gateway.shares.empty() ? *gateway.shares.begin() : ""});
  };
  for (const auto& [key, gateway] : state_->open) add(*gateway, gateway->shares.contains(key));
  for (const auto& gateway : state_->closing) add(*gateway, false);
  return tunnels;
}

}  // namespace panko
