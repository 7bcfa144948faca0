// Bytes that are replaced. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "redact/views.hpp"

namespace panko {

inline constexpr std::uint32_t kNothing = std::numeric_limits<std::uint32_t>::max();  // is put in its place

struct Edit {
  ByteSpan span;
  std::uint32_t value = kNothing;
  int weight = 0;  // whose marker it is where several overlap: the heavier, then the longer
};

/// Sorted, and those that overlap are one.
void merge(std::vector<Edit>& edits);

/// The bytes of the range with the marker of its value for each edit; edits are merged, and none lies across its ends.
[[nodiscard]] std::string splice(std::string_view bytes, ByteSpan range, std::span<const Edit> edits,
                                 std::span<const std::string> markers);

}  // namespace panko
