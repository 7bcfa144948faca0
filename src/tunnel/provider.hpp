// A provider makes a local port reachable. One file in providers/ defines one `const Provider`; provider.cpp lists
// them. This struct is all that the supervisor (tunnel.hpp) knows of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"

namespace panko {

/// What a line of the tunnel program's log says.
struct LogEvent {
  enum class Kind {
    url,           // `text` is the public base URL; it does not work yet
    ready,         // connected: the URL works from now on
    rate_limited,  // `text` is the sentence for the user; worth another try much later
    failed,        // `text` is the sentence for the user; the process is about to end
    control,       // `text` is host:port of the program's own local endpoint
  };
  Kind kind;
  std::string text;
};

struct Provider {
  std::string_view name;         // "cloudflare"
  std::string_view description;  // one line for the choice: who can read it, whether the URL is stable
  bool is_public = false;        // readable from the Internet
  bool has_tunnel = false;       // false: the gateway's own address is the URL, and the rest is unused

  /// nullopt: it can work here. Else what is missing and how to mend it, one sentence. Looks at PATH, starts nothing.
  std::optional<std::string> (*missing)(const ProviderSettings& settings) = nullptr;
  std::vector<std::string> (*arguments)(const ProviderSettings& settings, std::uint16_t local_port) = nullptr;
  std::optional<LogEvent> (*read_log_line)(std::string_view line) = nullptr;
  /// Host names that requests carry when they come through the tunnel at `public_url`.
  std::vector<std::string> (*origin_hosts)(const ProviderSettings& settings, std::string_view public_url) = nullptr;
};

[[nodiscard]] std::span<const Provider* const> all_providers();
/// nullptr when there is none of that name.
[[nodiscard]] const Provider* find_provider(std::string_view name);

}  // namespace panko
