#include "shares/share_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "shares/service_state.hpp"

namespace panko {

namespace asio = boost::asio;

ShareService::ShareService(asio::io_context& loop, asio::thread_pool& workers, const Places& places, Config config,
                           ShareSeams seams)
    : state_(std::make_shared<State>(loop, workers, places, std::move(config), std::move(seams))) {}

ShareService::~ShareService() {
  state_->go_dark();
}

void ShareService::check_store(const Places& places) {
  Store::check(places.database);
}

void ShareService::take_over(SharesHandover handover) {
  state_->take_over(std::move(handover));
}

void ShareService::resume() {
  state_->resume();
}

asio::awaitable<StartedShare> ShareService::start(StartShareOptions options) {
  return State::start(state_, std::move(options));
}

asio::awaitable<std::string> ShareService::stop(std::string id) {
  return State::stop(state_, std::move(id));
}

Share ShareService::restore(const std::string& id) {
  return state_->restore(id);
}

asio::awaitable<Share> ShareService::change(ShareChange change) {
  return State::change(state_, std::move(change));
}

asio::awaitable<RedactionSettings> ShareService::redaction(std::filesystem::path session, bool personal_shown) {
  return State::redaction(state_, std::move(session), personal_shown);
}

asio::awaitable<std::shared_ptr<const ScannedSession>> ShareService::scan(std::filesystem::path session,
                                                                          bool personal_shown) {
  return State::scan(state_, std::move(session), personal_shown);
}

void ShareService::allow_value(const Sha256& hash, bool allow) {
  state_->allow_value(hash, allow);
}

asio::awaitable<std::vector<std::string>> ShareService::change_words(std::vector<std::string> add,
                                                                     std::vector<std::string> remove) {
  return State::change_words(state_, std::move(add), std::move(remove));
}

std::vector<AuditEntry> ShareService::audit() const {
  return state_->ledger.audit();
}

std::vector<Share> ShareService::list() const {
  return state_->ledger.list();
}

std::optional<Share> ShareService::find(const std::string& id) const {
  const Share* share = state_->ledger.find(id);
  return share == nullptr ? std::nullopt : std::optional(*share);
}

asio::awaitable<std::vector<ProviderState>> ShareService::providers() {
  return State::provider_states(state_);
}

asio::awaitable<View> ShareService::open_view(std::filesystem::path session, std::optional<std::uint16_t> port,
                                              std::function<void()> ended) {
  return state_->views.open(std::move(session), port, std::move(ended));
}

void ShareService::close_view(const std::string& id) {
  state_->views.close(id);
}

void ShareService::hold_view(const std::string& id, std::function<void()> ended) {
  state_->views.hold(id, std::move(ended));
}

std::size_t ShareService::view_count() const {
  return state_->views.count();
}

asio::awaitable<void> ShareService::stop_all() {
  return State::stop_all(state_);
}

asio::awaitable<void> ShareService::suspend() {
  return State::suspend(state_);
}

std::size_t ShareService::busy() const {
  return state_->pool.busy() + state_->views.busy();
}

asio::awaitable<SharesHandover> ShareService::hand_over() {
  return State::hand_over(state_);
}

std::shared_ptr<void> ShareService::subscribe(Listener listener) {
  return state_->ledger.subscribe(std::move(listener));
}

const std::vector<std::string>& ShareService::warnings() const {
  state_->warnings = state_->ledger.warnings();
  return state_->warnings;
}

std::vector<TunnelOfShares> ShareService::tunnels() const {
  return state_->pool.tunnels();
}

std::vector<pid_t> ShareService::children() const {
  std::vector<pid_t> pids;
  for (const auto& tunnel : tunnels()) {
    if (tunnel.status.pid != 0) pids.push_back(tunnel.status.pid);
  }
  return pids;
}

}  // namespace panko
