// How long to wait before another try: doubled each time, ±20 % so that many tunnels do not come back in step.
#pragma once

#include <chrono>

namespace panko {

class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds last) : first_(first), last_(last), next_(first) {}

  [[nodiscard]] std::chrono::milliseconds next();
  void reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds last_;
  std::chrono::milliseconds next_;
};

}  // namespace panko
