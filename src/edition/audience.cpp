#include "edition/audience.hpp"

#include <algorithm>

namespace panko {

Hiding hiding_of(std::span<const std::string> parts) {
  const auto has = [&](std::string_view part) { return std::ranges::find(parts, part) != parts.end(); };
  return {.tool_output = has("tools"), .thinking = has("thinking"), .steps = has("steps")};
}

}  // namespace panko
