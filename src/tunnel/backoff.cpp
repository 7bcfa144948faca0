#include "tunnel/backoff.hpp"

#include <algorithm>

#include "base/random.hpp"

namespace panko {

std::chrono::milliseconds Backoff::next() {
  const auto wait = next_;
  next_ = std::min(next_ * 2, last_);
  return wait * random_between(80, 120) / 100;
}

}  // namespace panko
