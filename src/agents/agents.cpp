#include <array>

#include "agents/agent.hpp"
#include "agents/claude.hpp"
#include "agents/codex.hpp"
#include "agents/copilot.hpp"
#include "agents/gemini.hpp"
#include "agents/pi.hpp"

namespace panko {

std::span<const Agent* const> all_agents() {
  static constexpr std::array<const Agent*, 5> kAgents{&kClaude, &kCodex, &kGemini, &kCopilot, &kPi};
  return kAgents;
}

}  // namespace panko
