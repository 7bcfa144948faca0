// Whether something costs in proportion to its input, as a ratio: no test depends on how fast the machine is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>

namespace panko::test {

inline double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// `run(size)` for `size` and eight times as much: quadratic cost would be 64 times as much. The least of some tries
/// counts, because other work on the machine can only add to a cost.
template <typename Run>
double cost_ratio(std::size_t size, Run&& run) {
  double small = 1e9;
  double large = 1e9;
  double ratio = 1e9;
  for (int i = 0; i < 8 && ratio > 16; ++i) {
    double start = cpu_seconds();
    run(size);
    small = std::min(small, cpu_seconds() - start);
    start = cpu_seconds();
    run(8 * size);
    large = std::min(large, cpu_seconds() - start);
    ratio = large / small;
  }
  return ratio;
}

constexpr double kStillLinear = 28.0;

}  // namespace panko::test
