#include <fmt/format.h>

#include <vector>

#include "agents/agent.hpp"
#include "agents/claude.hpp"
#include "agents/codex.hpp"
#include "agents/copilot.hpp"
#include "agents/gemini.hpp"
#include "agents/pi.hpp"
#include "agents/unread_agents.hpp"

namespace panko {

std::span<const Agent* const> all_agents() {
  static const std::vector<const Agent*> agents = [] {
    std::vector<const Agent*> all{&kClaude, &kCodex, &kGemini, &kCopilot, &kPi};
    all.insert(all.end(), unread_agents().begin(), unread_agents().end());
    return all;
  }();
  return agents;
}

std::string unread_sentence(const Agent& agent) {
  return fmt::format("panko cannot read sessions of {} yet.", agent.name);
}

}  // namespace panko
