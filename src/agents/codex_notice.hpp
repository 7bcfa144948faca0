// What a record says that is neither a person's nor the model's: errors, interrupts, reviews, messages among agents.
// Pure.
#pragma once

#include <string>

#include "agents/codex_record.hpp"

namespace panko {

/// Empty: nothing to show.
[[nodiscard]] std::string codex_notice(const CodexRecord& record);

}  // namespace panko
