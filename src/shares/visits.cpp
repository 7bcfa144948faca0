#include "shares/visits.hpp"

#include <utility>

#include "base/log.hpp"

namespace panko {

Visits::Visits(boost::asio::io_context& loop, Ledger& ledger, const ShareSeams& seams)
    : ledger_(ledger), seams_(seams), telling_(loop), writing_(loop) {}

void Visits::count(const std::string& share_id) {
  Share* const share = ledger_.find(share_id);
  if (share == nullptr) return;
  ++share->views;
  share->last_viewed_at = ledger_.now();
  untold_.insert(share_id);
  unwritten_.insert(share_id);
  if (!is_telling_) tell();
  if (!is_writing_) write_later();
}

/// The first visit is told of at once, those of the next second together at its end.
void Visits::tell() {
  for (const std::string& id : std::exchange(untold_, {})) ledger_.tell(id);
  is_telling_ = true;
  telling_.expires_after(seams_.visit_event_rest);
  telling_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
    if (error || alive.expired()) return;
    is_telling_ = false;
    if (!untold_.empty()) tell();
  });
}

void Visits::write_later() {
  is_writing_ = true;
  writing_.expires_after(seams_.visit_write_rest);
  writing_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
    if (error || alive.expired()) return;
    is_writing_ = false;
    write();
  });
}

void Visits::write() {
  if (unwritten_.empty()) return;
  try {
    ledger_.save_views(unwritten_);
    unwritten_.clear();
  } catch (const Failure& failure) {
    log_warning(failure.error().message);
  }
}

void Visits::flush() {
  if (!untold_.empty()) tell();
  write();
}

void Visits::close() {
  alive_ = nullptr;
  telling_.cancel();
  writing_.cancel();
}

}  // namespace panko
