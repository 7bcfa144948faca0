// When a tunnel that went down is tried again, by why it went down. Waits have ±20 %, so that many tunnels do not come
// back in step. Pure: the caller brings the time.
#pragma once

#include <chrono>
#include <optional>

#include "tunnel/provider.hpp"

namespace panko {

struct TunnelTimes;

class Retry {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Retry(const TunnelTimes& times);

  /// From now until the next try, after a run that served for so long (0: it never did). nullopt: there is none.
  [[nodiscard]] std::optional<std::chrono::milliseconds> next(FailureClass kind, std::chrono::milliseconds served,
                                                              TimePoint now);

 private:
  std::chrono::milliseconds next_transient();

  const TunnelTimes& times_;
  std::chrono::milliseconds transient_{0};  // 0: the next one is at once
  std::chrono::milliseconds rate_limited_;
  std::chrono::milliseconds offline_;
  std::optional<TimePoint> busy_since_;
};

}  // namespace panko
