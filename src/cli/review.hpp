// A look before publishing: what was found, value by value, and what else is to be hidden. Asks on the terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/messages.hpp"

namespace panko::cli {

struct Reviewed {
  std::vector<std::string> allowed;  // hashes of what is fine
  bool personal_shown = false;
  std::vector<std::string> hide;  // as the protocol has it
};

/// `hide`: what is hidden already; `audience`: who can read the share. nullopt: it is not to be shared.
[[nodiscard]] std::optional<Reviewed> review(const protocol::ScanInfo& scan, bool personal_shown,
                                             std::vector<std::string> hide, const std::string& audience);

}  // namespace panko::cli
