// When a file was changed last, as a number that tells its states apart. Pure.
#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>

namespace panko {

/// Nanoseconds since 1970. A file may bear any time: what 64 bits do not hold (from the year 2262 on) is the last one
/// that they do.
[[nodiscard]] inline std::int64_t modified_ns(const struct stat& status) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kMost = INT64_MAX / kSecond - 1;
  return std::clamp<std::int64_t>(status.st_mtim.tv_sec, -kMost, kMost) * kSecond + status.st_mtim.tv_nsec;
}

}  // namespace panko
