#include "shares/expiry.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

namespace panko {

namespace {

std::chrono::nanoseconds time_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::chrono::nanoseconds since_boot() {
  return time_of(CLOCK_BOOTTIME);
}

}  // namespace

ForwardClock::ForwardClock(std::function<WallTime()> wall, WallTime at_least)
    : wall_(std::move(wall)), latest_(at_least), measured_at_(since_boot()) {}

WallTime ForwardClock::now() {
  // Only whole milliseconds are moved on, so that many calls in a row lose nothing.
  const auto passed = std::chrono::floor<std::chrono::milliseconds>(since_boot() - measured_at_);
  measured_at_ += passed;
  latest_ = std::max(wall_(), latest_ + passed);
  return latest_;
}

std::chrono::nanoseconds time_asleep() {
  return since_boot() - time_of(CLOCK_MONOTONIC);
}

ExpiryTimer::ExpiryTimer(boost::asio::io_context& loop, std::function<void()> wake)
    : descriptor_(loop, timer_.fd()), wake_(std::move(wake)) {}

ExpiryTimer::~ExpiryTimer() {
  descriptor_.release();  // WallTimer closes it
}

void ExpiryTimer::arm(std::chrono::milliseconds remaining) {
  timer_.arm(wall_now() + remaining);
  armed_ = true;
  wait();
}

void ExpiryTimer::disarm() {
  timer_.disarm();
  armed_ = false;
  descriptor_.cancel();
}

void ExpiryTimer::wait() {
  if (waiting_) return;
  waiting_ = true;
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
                           if (alive.expired()) return;
                           waiting_ = false;
                           if (error && armed_) wait();  // armed again before this was heard of
                           if (error) return;
                           timer_.acknowledge();
                           wake_();
                         });
}

}  // namespace panko
