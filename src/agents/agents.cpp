#include <array>

#include "agents/agent.hpp"
#include "agents/claude.hpp"
#include "agents/codex.hpp"

namespace panko {

std::span<const Agent* const> all_agents() {
  static constexpr std::array<const Agent*, 2> kAgents{&kClaude, &kCodex};
  return kAgents;
}

}  // namespace panko
