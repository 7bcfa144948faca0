// Public services that give out addresses to whoever connects by ssh: they differ in where to connect, how the forward
// is asked for, and the line that names the address. Their texts are known from documentation and other people's
// parsers; nobody ran panko against the real ones.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tunnel/provider.hpp"

namespace panko::ssh {

/// Keys that every service has.
inline constexpr ProviderKey kServer{"server", ProviderKey::Type::text, "another server of the kind: user@server"};
inline constexpr ProviderKey kServerPort{"server_port", ProviderKey::Type::number, "the port of that server's sshd"};
inline constexpr ProviderKey kIdentityFile{"identity_file", ProviderKey::Type::text,
                                           "the private key that the service knows"};
inline constexpr ProviderKey kConfigFile{"config_file", ProviderKey::Type::text, "instead of ~/.ssh/config"};

struct Service {
  std::string server{};                // "nokey@localhost.run", where the settings name no other
  int port = 22;                       // likewise
  std::string listen{};                // "80", for -R
  std::vector<std::string> command{};  // for the service
  std::string token{};                 // the user name that is a secret; empty: there is none
  /// The URL that a line names. The line has no colours any more. Visitors may have a say in what a session prints.
  std::optional<std::string> (*find_url)(std::string_view line) = nullptr;
  bool url_changes = false;  // while it is connected; else the first one of a run counts
};

[[nodiscard]] std::optional<Obstacle> missing_service(const ProviderSettings& settings);
[[nodiscard]] Result<Plan> plan_service(const Service& service, const RunContext& context);
/// The URL is in the log, the life at the control socket.
[[nodiscard]] boost::asio::awaitable<Probe> probe_service(RunContext context);
[[nodiscard]] std::vector<std::string> service_hosts(const ProviderSettings& settings, std::string_view public_url);

}  // namespace panko::ssh
