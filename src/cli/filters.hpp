// The options that narrow down which sessions a command looks at: `list` and `search` have the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/order.hpp"
#include "cli/command.hpp"

namespace panko::cli {

struct FilterOptions {
  std::optional<std::string> agent;
  std::optional<std::string> project;
  std::optional<std::string> since;
};

/// --agent, --project and --since, into `options`.
[[nodiscard]] std::vector<Argument> filter_arguments(FilterOptions& options);

/// Throws Failure: no such agent, no such time.
[[nodiscard]] SessionFilter filter_of(const FilterOptions& options, WallTime now);

}  // namespace panko::cli
