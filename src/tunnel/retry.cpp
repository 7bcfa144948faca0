#include "tunnel/retry.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "tunnel/tunnel.hpp"

namespace panko {

using std::chrono::milliseconds;

namespace {

milliseconds about(milliseconds wait) {
  return wait * random_between(80, 120) / 100;
}

/// What `wait` was, doubled for the next time.
milliseconds doubled(milliseconds& wait, milliseconds last) {
  const auto now = wait;
  wait = std::min(wait * 2, last);
  return about(now);
}

}  // namespace

Retry::Retry(const TunnelTimes& times)
    : times_(times), rate_limited_(times.rate_limited_retry), offline_(times.offline_retry) {}

milliseconds Retry::next_transient() {
  if (transient_ > milliseconds{0}) return doubled(transient_, times_.last_retry);
  transient_ = times_.first_retry;
  return milliseconds{0};
}

std::optional<milliseconds> Retry::next(FailureClass kind, milliseconds served, TimePoint now) {
  if (served >= times_.stable) {
    transient_ = milliseconds{0};
    rate_limited_ = times_.rate_limited_retry;
  }
  // These two say that nothing was reached: any service ends them.
  if (served > milliseconds{0} || kind != FailureClass::no_network) offline_ = times_.offline_retry;
  if (served > milliseconds{0} || kind != FailureClass::remote_busy) busy_since_.reset();

  switch (kind) {
    case FailureClass::transient: return next_transient();
    case FailureClass::rate_limited: return doubled(rate_limited_, times_.last_rate_limited_retry);
    case FailureClass::no_network: return doubled(offline_, times_.last_retry);
    case FailureClass::remote_busy:
      if (!busy_since_) busy_since_ = now;
      return now - *busy_since_ < times_.busy_time ? about(times_.busy_retry) : next_transient();
    case FailureClass::permanent: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace panko
