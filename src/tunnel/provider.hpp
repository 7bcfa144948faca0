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
    failed,        // `text` is the sentence for the user; worth another try soon; the process is about to end
    refused,       // `text` is the sentence for the user; no other try can work until the user does something
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
  /// The command line, the program first. No secret: every local user can read it.
  std::vector<std::string> (*arguments)(const ProviderSettings& settings, std::uint16_t local_port) = nullptr;
  /// "NAME=value" beside the few variables that every tunnel program gets. The place for secrets. nullptr: none.
  std::vector<std::string> (*environment)(const ProviderSettings& settings) = nullptr;
  /// A complete line of the program's output, without its end. Visitors can put things into it: match whole messages.
  std::optional<LogEvent> (*read_log_line)(std::string_view line) = nullptr;
  /// Host names that requests carry when they come through the tunnel at `public_url`.
  std::vector<std::string> (*origin_hosts)(const ProviderSettings& settings, std::string_view public_url) = nullptr;
};

[[nodiscard]] std::span<const Provider* const> all_providers();
/// nullptr when there is none of that name.
[[nodiscard]] const Provider* find_provider(std::string_view name);

/// The program's file on PATH; nullopt when there is none that may be run. For `missing`.
[[nodiscard]] std::optional<std::filesystem::path> find_program(std::string_view name);

}  // namespace panko
