// The help of panko and of each command, for 80 columns. Pure.
#pragma once

#include <span>
#include <string>

#include "cli/command.hpp"

namespace panko::cli {

[[nodiscard]] std::string overview(std::span<const Command> commands);
/// `title`: "share", "config get".
[[nodiscard]] std::string help_of(const Command& command, std::string_view title);

}  // namespace panko::cli
