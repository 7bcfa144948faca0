#include "session/block.hpp"

#include <array>

namespace panko {

std::string_view name_of(BlockKind kind) {
  static constexpr std::array<std::string_view, 9> kNames{"user",    "assistant",  "thinking", "tool", "subagent",
                                                          "command", "compaction", "notice",   "image"};
  return kNames.at(static_cast<std::size_t>(kind));
}

}  // namespace panko
