// panko providers: how a share can be published from here.
#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/lookups.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "protocol/wire.hpp"

namespace panko::cli {

namespace {

int providers(bool json) {
  const auto found = daemon_at_work().list_providers();
  if (json) {
    print_line(to_text(protocol::to_json_array(found)));
    return 0;
  }
  std::vector<Row> rows;
  for (const protocol::ProviderInfo& provider : found) {
    const std::string state = provider.available ? "available" : "missing";
    if (!output_is_terminal()) {
      print(tab_separated({shown(provider.name), state, provider.is_public ? "public" : "private",
                           shown(provider.available ? provider.description : provider.missing.value_or(""))}));
      continue;
    }
    rows.push_back({.cells = {{shown(provider.name), Style::bold},
                              {state, provider.available ? Style::green : Style::dim},
                              {provider.is_public ? "public" : "private"}},
                    .below = {{shown(provider.description)}}});
    if (provider.missing) rows.back().below.push_back({shown(*provider.missing), Style::yellow});
  }
  print(aligned(rows, 0, terminal_columns()));
  return 0;
}

}  // namespace

Command providers_command() {
  auto json = std::make_shared<bool>(false);
  return {.name = "providers",
          .summary = "Show how a share can be published from here.",
          .arguments = {{.names = "--json", .help = "a JSON array (docs/json.md)", .target = json.get()}},
          .examples = {{"providers", "which names --provider takes"}},
          .run = [json] { return providers(*json); }};
}

}  // namespace panko::cli
