// Wakes at a moment of wall time, and when somebody sets the clock, so that the moment can be reckoned anew. Counts the
// time that the machine sleeps. Owns one timerfd; whoever owns it waits until fd() is readable. Used by one thread.
#pragma once

#include "base/clock.hpp"
#include "base/fd.hpp"

namespace panko {

class WallTimer {
 public:
  /// Not armed. Throws Failure when the process has no descriptor left.
  WallTimer();

  void arm(WallTime moment);
  void disarm();

  [[nodiscard]] int fd() const { return timer_.get(); }
  /// Takes note of the wake-up: fd() is readable no more. The timer is to be armed again then.
  void acknowledge();

 private:
  Fd timer_;
};

}  // namespace panko
