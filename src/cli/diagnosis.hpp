// What `panko doctor` finds: one finding a check. Checks start no daemon, change nothing and throw nothing; whatever is
// broken is a finding. Each has an end of its own, a few seconds at most. For the one thread of a command.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/places.hpp"
#include "protocol/messages.hpp"

namespace panko::cli {

enum class Level : std::uint8_t {
  ok,
  info,     // nothing is wrong; something could be had that is not there
  warning,  // works, but not as it should
  problem,  // does not work
};

[[nodiscard]] std::string_view name_of(Level level);

struct Finding {
  Level level = Level::ok;
  std::string check;                  // "state", "daemon", "provider ngrok": stable, for programs
  std::string sentence;               // cleaned for a terminal
  std::optional<std::string> mend{};  // the one command
};
using Findings = std::vector<Finding>;

/// What a daemon told of itself. Without one, all is empty.
struct DaemonView {
  std::optional<protocol::HelloInfo> hello;
  std::optional<protocol::StatusInfo> status;
  std::vector<protocol::ProviderInfo> providers;
  std::vector<protocol::ShareInfo> shares;
};

/// The directories and files, the socket's path, the free space, the log.
void check_files(const Places& places, Findings& findings);
/// config.toml. nullopt: it cannot be read.
[[nodiscard]] std::optional<Config> check_config(const Places& places, Findings& findings);
/// Whether one runs and answers, which build it is, what it warns of.
[[nodiscard]] DaemonView check_daemon(const Places& places, Findings& findings);
/// Providers, the two PATHs, tunnels and shares. Pure, but for looking for programs on `search_path`, this shell's.
void check_sharing(const DaemonView& daemon, const std::optional<Config>& config, const std::string& search_path,
                   Findings& findings);
/// Sessions, ports, curl, systemd.
void check_machine(const DaemonView& daemon, Findings& findings);

}  // namespace panko::cli
