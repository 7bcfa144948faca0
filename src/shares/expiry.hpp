// When shares expire: a clock that never runs back, and one timer for the share that expires next. Nothing wakes up
// while nothing is due. Lives on the loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/wall_timer.hpp"

namespace panko {

/// Wall time, but never earlier than it was: where the clock was set back, it goes on with the time that has passed
/// since. So a clock that is set back reopens nothing, and does not make a share live longer.
class ForwardClock {
 public:
  /// `at_least`: the latest time that an earlier run saw.
  ForwardClock(std::function<WallTime()> wall, WallTime at_least);
  [[nodiscard]] WallTime now();

 private:
  std::function<WallTime()> wall_;
  WallTime latest_;
  std::chrono::nanoseconds measured_at_;  // CLOCK_BOOTTIME, which counts suspend
};

/// How long the machine has slept since it was switched on.
[[nodiscard]] std::chrono::nanoseconds time_asleep();

class ExpiryTimer {
 public:
  /// `wake` is called when the time is over, and also when somebody sets the clock or the machine has slept: it looks
  /// at what is due, and arms the timer anew.
  ExpiryTimer(boost::asio::io_context& loop, std::function<void()> wake);
  ~ExpiryTimer();
  ExpiryTimer(const ExpiryTimer&) = delete;
  ExpiryTimer& operator=(const ExpiryTimer&) = delete;

  void arm(std::chrono::milliseconds remaining);
  void disarm();

 private:
  void wait();

  WallTimer timer_;
  boost::asio::posix::stream_descriptor descriptor_;
  std::function<void()> wake_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool armed_ = false;
  bool waiting_ = false;
};

}  // namespace panko
