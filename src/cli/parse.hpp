// Words of the command line into a command's targets.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/command.hpp"

namespace panko::cli {

enum class Parsed { run, help };

/// `title`: "share", "config get", for messages. The error is a sentence for somebody who mistyped.
[[nodiscard]] Result<Parsed> parse_arguments(const Command& command, const std::string& title,
                                             std::vector<std::string> words);

}  // namespace panko::cli
