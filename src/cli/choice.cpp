#include "cli/choice.hpp"

#include <fmt/format.h>

#include <charconv>

#include "cli/table.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

constexpr const char* kFallback = "local";

}  // namespace

std::optional<std::string> choose_provider(const std::vector<protocol::ProviderInfo>& providers,
                                           const std::optional<std::string>& configured, bool may_ask) {
  if (configured) return configured;
  std::vector<const protocol::ProviderInfo*> available;
  std::size_t first = 0;
  for (const protocol::ProviderInfo& provider : providers) {
    if (!provider.available) continue;
    if (provider.name == kFallback) first = available.size();
    available.push_back(&provider);
  }
  if (!may_ask || available.size() < 2) return kFallback;

  std::string text = "Publish it through which provider?\n";
  for (std::size_t i = 0; i < available.size(); ++i)
    text += wrapped(fmt::format("  {}  {:<12}", i + 1, shown(available[i]->name)), shown(available[i]->description), 17,
                    terminal_columns());
  note(std::string_view(text).substr(0, text.size() - 1));
  for (;;) {
    auto answer = ask(fmt::format("Number or name [{}]: ", first + 1));
    if (!answer || *answer == "q") return std::nullopt;
    if (answer->empty()) return available[first]->name;
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(answer->data(), answer->data() + answer->size(), number);
    if (error == std::errc{} && end == answer->data() + answer->size() && number >= 1 && number <= available.size())
      return available[number - 1]->name;
    for (const auto* provider : available)
      if (provider->name == *answer) return answer;
    note(fmt::format("That is none of 1 to {}. Press Ctrl+C to share nothing.", available.size()));
  }
}

}  // namespace panko::cli
