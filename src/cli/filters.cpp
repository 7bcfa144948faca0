#include "cli/filters.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

WallTime time_of(const std::string& text, WallTime now) {
  if (const auto duration = parse_duration(text)) return now - *duration;
  if (const auto time = from_iso8601(text)) return *time;
  if (const auto midnight = from_iso8601(text + "T00:00:00Z")) return *midnight;
  throw Failure(fmt::format("\"{}\" is no time: give an age such as 7d or 12h, or a date such as 2026-01-31.",
                            shown(truncate_utf8(text, 100))));
}

}  // namespace

std::vector<Argument> filter_arguments(FilterOptions& options) {
  std::vector<std::string> agents;
  for (const Agent* agent : all_agents()) agents.emplace_back(agent->id);
  return {{.names = "--agent",
           .help = "only sessions of this agent",
           .target = &options.agent,
           .value = "AGENT",
           .choices = std::move(agents)},
          {.names = "--project",
           .help = "only where this is a part of the project's name or directory",
           .target = &options.project,
           .value = "NAME"},
          {.names = "--since",
           .help = "only what was written since: an age (7d, 12h) or a date",
           .target = &options.since,
           .value = "TIME"}};
}

SessionFilter filter_of(const FilterOptions& options, WallTime now) {
  SessionFilter filter;
  for (const Agent* agent : all_agents())
    if (agent->id == options.agent) filter.agent = agent;
  filter.project = options.project.value_or("");
  if (options.since) filter.changed_since = time_of(*options.since, now);
  return filter;
}

}  // namespace panko::cli
