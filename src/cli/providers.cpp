// panko providers: how a share can be published from here.
#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/lookups.hpp"
#include "cli/sharing_words.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "protocol/wire.hpp"

namespace panko::cli {

namespace {

using protocol::ProviderInfo;

std::string line_of(const ProviderInfo& provider) {
  return tab_separated(
      {shown(provider.name), provider.available ? "available" : "missing", provider.is_public ? "public" : "private",
       shown(provider.available ? provider.description : provider.missing.value_or("")), audience_of(provider),
       provider.stable_url ? "stays" : "changes", shown(provider.limits), shown(provider.mend.value_or(""))});
}

Row row_of(const ProviderInfo& provider) {
  Row row{.cells = {{shown(provider.name), Style::bold},
                    {provider.available ? "available" : "missing", provider.available ? Style::green : Style::dim},
                    {provider.stable_url ? "stays" : "changes"},
                    {audience_of(provider)}},
          .below = {{shown(provider.description)}}};
  if (!provider.limits.empty()) row.below.push_back({"Limits: " + shown(provider.limits), Style::dim});
  if (provider.missing) row.below.push_back({shown(*provider.missing), Style::yellow});
  if (provider.mend) row.below.push_back({"$ " + shown(*provider.mend), Style::bold});
  return row;
}

int providers(bool json) {
  const auto found = daemon_at_work().list_providers();
  if (json) {
    print_line(to_text(protocol::to_json_array(found)));
    return 0;
  }
  if (!output_is_terminal()) {
    for (const ProviderInfo& provider : found) print(line_of(provider));
    return 0;
  }
  std::vector<Row> rows{{.cells = {{"PROVIDER", Style::dim},
                                   {"STATE", Style::dim},
                                   {"LINK", Style::dim},
                                   {"WHO CAN READ IT", Style::dim}},
                         .below = {}}};
  for (const ProviderInfo& provider : found) rows.push_back(row_of(provider));
  print(aligned(rows, 3, terminal_columns()));
  return 0;
}

}  // namespace

Command providers_command() {
  auto json = std::make_shared<bool>(false);
  return {.name = "providers",
          .summary = "Show how a share can be published from here.",
          .details =
              "For each: whether it can be used now, else what is missing and the command that mends it; whether the "
              "link stays the same when its tunnel starts anew; who can read what is shared; its limits. In a pipe, "
              "one line each, separated by tabs: name, state, public or private, description or what is missing, who "
              "can read, stays or changes, limits, command.",
          .arguments = {{.names = "--json", .help = "a JSON array (docs/json.md)", .target = json.get()}},
          .examples = {{"providers", "which names --provider takes"},
                       {"providers --json | jq -r '.[] | select(.available) | .name'", "those that work here"}},
          .run = [json] { return providers(*json); }};
}

}  // namespace panko::cli
