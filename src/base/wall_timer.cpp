#include "base/wall_timer.hpp"

#include <fmt/format.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "base/files.hpp"
#include "base/result.hpp"

namespace panko {

WallTimer::WallTimer() : timer_(::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (!timer_) throw Failure(fmt::format("Cannot make a timer: {}", describe_errno(errno)));
}

void WallTimer::arm(WallTime moment) {
  // Zero would disarm it, and so would be what has passed long ago.
  const auto since_1970 = std::max(moment.time_since_epoch(), std::chrono::milliseconds(1));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
  itimerspec setting{};
  setting.it_value.tv_sec = seconds.count();
  setting.it_value.tv_nsec = std::chrono::nanoseconds(since_1970 - seconds).count();
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &setting, nullptr);
}

void WallTimer::disarm() {
  const itimerspec never{};
  ::timerfd_settime(timer_.get(), 0, &never, nullptr);
}

void WallTimer::acknowledge() {
  std::uint64_t expirations = 0;
  // Fails with ECANCELED when the clock was set; there is nothing more to learn from it.
  (void)!::read(timer_.get(), &expirations, sizeof expirations);
}

}  // namespace panko
