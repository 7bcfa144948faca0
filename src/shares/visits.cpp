#include "shares/visits.hpp"

#include <utility>

#include "base/log.hpp"

namespace panko {

Visits::Visits(boost::asio::io_context& loop, Ledger& ledger, const ShareSeams& seams)
    : ledger_(ledger), seams_(seams), telling_(loop), writing_(loop) {}

void Visits::loaded(const std::string& share_id) {
  Share* const share = ledger_.find(share_id);
  if (share == nullptr) return;
  ++share->loads;
  has_changed(share_id);
}

void Visits::viewed(const std::string& share_id) {
  Share* const share = ledger_.find(share_id);
  if (share == nullptr) return;
  share->last_viewed_at = ledger_.now();
  if (!share->max_views) {
    ++share->views;
  } else if (const auto opened = opened_.find(share_id); opened != opened_.end()) {
    if (--opened->second == 0) opened_.erase(opened);
  } else if (share->loads > share->views) {
    --share->loads;  // who was let in before has loaded it again
  }
  has_changed(share_id);
}

bool Visits::may_open(const std::string& share_id) {
  const Share* const share = ledger_.find(share_id);
  return share != nullptr && (!share->max_views || share->views < *share->max_views);
}

bool Visits::opened(const std::string& share_id) {
  Share* const share = ledger_.find(share_id);
  if (share == nullptr || !may_open(share_id)) return false;
  if (!share->max_views) return true;
  const auto before = share->last_viewed_at;
  ++share->views;
  share->last_viewed_at = ledger_.now();
  try {
    ledger_.save_views({share_id});
  } catch (const Failure& failure) {
    // A view that can be forgotten could be spent again.
    log_warning(failure.error().message);
    --share->views;
    share->last_viewed_at = before;
    return false;
  }
  ++opened_[share_id];
  tell_soon(share_id);
  return true;
}

void Visits::look_now(const std::string& share_id, std::size_t viewers) {
  Share* const share = ledger_.find(share_id);
  if (share == nullptr || share->viewers == viewers) return;
  share->viewers = viewers;
  tell_soon(share_id);
}

void Visits::has_changed(const std::string& share_id) {
  unwritten_.insert(share_id);
  if (!is_writing_) write_later();
  tell_soon(share_id);
}

void Visits::tell_soon(const std::string& share_id) {
  untold_.insert(share_id);
  if (!is_telling_) tell();
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
