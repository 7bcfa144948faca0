#include <array>

#include "agents/agent.hpp"
#include "agents/claude.hpp"

namespace panko {

std::span<const Agent* const> all_agents() {
  static constexpr std::array<const Agent*, 1> kAgents{&kClaude};
  return kAgents;
}

}  // namespace panko
