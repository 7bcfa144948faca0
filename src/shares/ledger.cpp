#include "shares/ledger.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/log.hpp"

namespace panko {

namespace {

constexpr std::chrono::seconds kRetry{5};

}  // namespace

Ledger::Ledger(boost::asio::io_context& loop, boost::asio::thread_pool& workers, const std::filesystem::path& database,
               std::function<WallTime()> wall)
    : workers_(workers),
      database_(database),
      store_(database),
      clock_(std::move(wall), store_.high_water()),
      retry_(loop) {
  for (Share& share : store_.load_shares()) {
    std::string id = share.id;
    shares_.emplace(std::move(id), std::move(share));
  }
}

Share* Ledger::find(const std::string& id) {
  const auto found = shares_.find(id);
  return found == shares_.end() ? nullptr : &found->second;
}

std::vector<Share> Ledger::list() const {
  std::vector<Share> list;
  list.reserve(shares_.size());
  for (const auto& [id, share] : shares_) list.push_back(share);
  std::ranges::sort(list, {}, [](const Share& share) { return std::tie(share.started_at, share.id); });
  return list;
}

void Ledger::add(Share share) {
  store_.insert(share, now());
  std::string id = share.id;
  notify(shares_.emplace(std::move(id), std::move(share)).first->second);
}

std::optional<Error> Ledger::save(const std::set<std::string>& ids) {
  auto written = write(ids);
  for (const std::string& id : ids) tell(id);
  return written;
}

void Ledger::tell(const std::string& id) {
  if (const Share* share = find(id)) notify(*share);
}

std::vector<const Share*> Ledger::rows_of(const std::set<std::string>& ids) {
  std::vector<const Share*> rows;
  for (const std::string& id : ids) {
    if (const Share* share = find(id)) rows.push_back(share);
  }
  return rows;
}

void Ledger::save_views(const std::set<std::string>& ids) {
  store_.update_views(rows_of(ids));
}

void Ledger::note(const Share& share, std::string_view event, std::string detail) {
  add_to_audit(share, event, std::move(detail), &Store::add_audit);
}

void Ledger::note_once(const Share& share, std::string_view event, std::string detail) {
  add_to_audit(share, event, std::move(detail), &Store::add_audit_once);
}

void Ledger::add_to_audit(const Share& share, std::string_view event, std::string detail,
                          void (Store::*add)(const AuditEntry&)) {
  try {
    (store_.*add)({.at = now(),
                   .share_id = share.id,
                   .session_name = share.session_name,
                   .event = std::string(event),
                   .detail = std::move(detail)});
  } catch (const Failure& failure) {
    log_warning(failure.error().message);
  }
}

std::vector<Sha256> Ledger::allow_value(const Sha256& hash, bool allow) {
  store_.allow_value(hash, allow);
  return store_.allowed_values();
}

std::optional<Error> Ledger::write(const std::set<std::string>& ids) {
  unwritten_.insert(ids.begin(), ids.end());
  const auto rows = rows_of(unwritten_);
  if (rows.empty()) return std::nullopt;
  try {
    store_.update(rows, now());
    unwritten_.clear();
    retry_.cancel();
    return std::nullopt;
  } catch (const Failure& failure) {
    // What is published must not depend on a disk: memory goes on, and the rows follow.
    log_error(failure.error().message);
    retry_later();
    return failure.error();
  }
}

void Ledger::retry_later() {
  retry_.expires_after(kRetry);
  retry_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
    if (!error && !alive.expired()) write({});
  });
}

void Ledger::settle() {
  boost::asio::post(workers_, [file = database_] { Store::settle(file); });
}

std::vector<Share> Ledger::forget_stopped_before(WallTime time) {
  std::vector<std::string> old;
  for (const auto& [id, share] : shares_) {
    if (share.status == ShareStatus::stopped && share.stopped_at && *share.stopped_at < time) old.push_back(id);
  }
  if (old.empty()) return {};
  store_.remove(old);
  std::vector<Share> forgotten;
  forgotten.reserve(old.size());
  for (const std::string& id : old) forgotten.push_back(std::move(shares_.extract(id).mapped()));
  return forgotten;
}

std::shared_ptr<void> Ledger::subscribe(Listener listener) {
  auto registered = std::make_shared<Listener>(std::move(listener));
  listeners_.push_back(registered);
  return registered;
}

void Ledger::notify(const Share& share) {
  std::erase_if(listeners_, [](const auto& listener) { return listener.expired(); });
  // A copy: a listener may register another one.
  const auto listeners = listeners_;
  for (const auto& listener : listeners) {
    if (const auto registered = listener.lock()) (*registered)(share);
  }
}

}  // namespace panko
