#include "http/presence.hpp"

#include <boost/asio/co_spawn.hpp>

#include <iterator>
#include <utility>

namespace panko {

void Presence::tell(OnView on_view, OnViewers on_viewers) {
  on_view_ = std::move(on_view);
  on_viewers_ = std::move(on_viewers);
  if (viewers_ > 0 && on_viewers_) on_viewers_(viewers_);
}

void Presence::saw(const Seen& seen) {
  const auto before = viewers_;
  const auto now = Clock::now();
  if (const auto known = by_name_.find(seen.visit); known != by_name_.end()) {
    const auto visit = known->second;
    visit->seen = now;
    visits_.splice(visits_.end(), visits_, visit);
    if (!std::exchange(visit->looks, true)) ++viewers_;
  } else {
    if (visits_.size() == kMostVisits) forget_oldest();
    by_name_[seen.visit] = visits_.insert(visits_.end(), {.name = seen.visit, .seen = now});
    ++viewers_;
    if (!seen.is_again && on_view_) on_view_();
  }
  tell_viewers(before);
  if (std::exchange(running_, true)) return;
  asio::co_spawn(timer_.get_executor(), drop_silent_ones(shared_from_this()), end_of_coroutine);
}

/// Of those who look.
Presence::Visits::iterator Presence::longest_silent() {
  return std::prev(visits_.end(), static_cast<std::ptrdiff_t>(viewers_));
}

void Presence::forget_oldest() {
  if (visits_.front().looks) --viewers_;
  by_name_.erase(visits_.front().name);
  visits_.pop_front();
}

void Presence::tell_viewers(std::size_t before) {
  if (viewers_ != before && on_viewers_) on_viewers_(viewers_);
}

void Presence::end() {
  on_view_ = {};
  on_viewers_ = {};
  visits_.clear();
  by_name_.clear();
  viewers_ = 0;
  timer_.cancel();
}

Task<void> Presence::drop_silent_ones(std::shared_ptr<Presence> self) {
  while (self->viewers_ > 0) {
    self->timer_.expires_at(self->longest_silent()->seen + self->patience_);
    co_await self->timer_.async_wait(kTupleTask);
    const auto before = self->viewers_;
    const auto long_ago = Clock::now() - self->patience_;
    auto visit = self->longest_silent();
    for (; self->viewers_ > 0 && visit->seen <= long_ago; ++visit) {
      visit->looks = false;
      --self->viewers_;
    }
    self->tell_viewers(before);
  }
  self->running_ = false;
}

}  // namespace panko
