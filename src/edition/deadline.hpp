// How long work on a session may take; asked in its loops. A value.
#pragma once

#include <chrono>

#include "base/result.hpp"

namespace panko {

class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds from_now) : end_(std::chrono::steady_clock::now() + from_now) {}

  /// An error once it is over.
  [[nodiscard]] Result<void> check() const {
    if (std::chrono::steady_clock::now() < end_) return {};
    return fail(
        "Masking this session took too long, so nothing of it is shown; try again when this machine is less busy.");
  }

 private:
  std::chrono::steady_clock::time_point end_;
};

}  // namespace panko
