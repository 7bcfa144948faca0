#include "cli/choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "cli/sharing_words.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

constexpr const char* kFallback = "local";

std::string entry(std::string_view number, const protocol::ProviderInfo& provider, std::size_t width,
                  std::string_view words) {
  std::string line = fmt::format("  {}  {}", number, shown(provider.name));
  const std::size_t indent = 7 + width;
  line.append(indent - std::min(indent, terminal_width(line)), ' ');
  return wrapped(std::move(line), words, indent, terminal_columns());
}

std::string obstacle_of(const protocol::ProviderInfo& provider) {
  std::string out = shown(provider.missing.value_or("Not available."));
  if (provider.mend) out += " Mended by: " + shown(*provider.mend);
  return out;
}

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

  std::size_t width = 0;
  for (const auto& provider : providers) width = std::max(width, terminal_width(shown(provider.name)));
  std::string text = "Publish it through which provider?\n";
  for (std::size_t i = 0; i < available.size(); ++i)
    text += entry(fmt::format("{}", i + 1), *available[i], width,
                  fmt::format("{}. Who can read it: {}; {}.", shown(available[i]->description),
                              audience_of(*available[i]), stability_of(*available[i])));
  for (const protocol::ProviderInfo& provider : providers)
    if (!provider.available) text += entry("-", provider, width, obstacle_of(provider));
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
    const auto named = std::ranges::find(providers, *answer, &protocol::ProviderInfo::name);
    if (named != providers.end()) {
      note(obstacle_of(*named));
      continue;
    }
    note(fmt::format("That is none of 1 to {}. Press Ctrl+C to share nothing.", available.size()));
  }
}

}  // namespace panko::cli
