// Agents whose sessions panko finds and knows by their names, and cannot read: one line a shape in the table. They are
// ordinary agents without a reader.
#pragma once

#include <span>

#include "agents/agent.hpp"

namespace panko {

[[nodiscard]] std::span<const Agent* const> unread_agents();

}  // namespace panko
