// Where a reader stops that may show records up to a time only: that of a snapshot whose bytes have been rewritten.
// Used by one thread.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace panko {

class RecordLimit {
 public:
  /// nullopt: everything may be shown.
  explicit RecordLimit(std::optional<WallTime> until) : until_(until) {}

  /// Of each record, in the order of the file. One without a time is as late as the one before it.
  [[nodiscard]] bool is_late(std::optional<std::int64_t> time_ms) {
    if (!until_) return false;
    if (time_ms) late_ = *time_ms > until_->time_since_epoch().count();
    return late_;
  }

 private:
  std::optional<WallTime> until_;
  bool late_ = false;
};

}  // namespace panko
