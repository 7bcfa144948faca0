// pinggy.io: without an account for 60 minutes at a time; with a token, which is the user name of the connection.

#include <algorithm>
#include <array>

#include "tunnel/provider_settings.hpp"
#include "tunnel/providers/base_url.hpp"
#include "tunnel/providers/providers.hpp"
#include "tunnel/providers/ssh_service.hpp"

namespace panko {

namespace {

constexpr std::array kKeys{
    ProviderKey{"token_file", ProviderKey::Type::text, "a file with the account's token as its one line (chmod 600)"},
    ssh::kServer, ssh::kServerPort, ssh::kIdentityFile, ssh::kConfigFile};

constexpr std::string_view kSite = "pinggy.io";

/// The service prints the addresses alone on their lines, the one of http first. Nullopt: the line is more than that.
std::optional<std::string_view> host_alone(std::string_view line) {
  constexpr std::string_view kScheme = "https://";
  if (!line.starts_with(kScheme) || !is_host_name(line.substr(kScheme.size()))) return std::nullopt;
  return line.substr(kScheme.size());
}

bool is_below(std::string_view host, std::string_view domain) {
  return host.ends_with(domain) && host.substr(0, host.size() - domain.size()).ends_with('.');
}

/// Without an account: only of the domains that the service gives names of.
std::optional<std::string> find_free_url(std::string_view line) {
  constexpr std::array<std::string_view, 4> kDomains{"pinggy.link", "pinggy-free.link", "pinggy.net", "pinggy.online"};
  const auto host = host_alone(line);
  if (!host || std::ranges::none_of(kDomains, [&](std::string_view domain) { return is_below(*host, domain); }))
    return std::nullopt;
  return std::string(line);
}

/// An account can have a domain of its own. The service's site is none.
std::optional<std::string> find_any_url(std::string_view line) {
  const auto host = host_alone(line);
  if (!host || *host == kSite || is_below(*host, kSite)) return std::nullopt;
  return std::string(line);
}

Result<std::string> read_token(const ProviderSettings& settings) {
  const auto file = text_setting(settings, "token_file");
  if (file.empty()) return std::string();
  auto token = read_secret(file);
  constexpr std::string_view kAllowed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-_.";
  if (token && (token->find_first_not_of(kAllowed) != std::string::npos || token->starts_with('-')))
    return fail(file + " holds no token of pinggy.io: those are letters, digits and + - _ . alone.");
  return token;
}

/// pinggy's own examples have the token as the user name.
bool names_a_user(std::string_view server) {
  const auto at = server.rfind('@');
  return at != std::string_view::npos && server.substr(0, at) != "free";
}

std::optional<Obstacle> missing(const ProviderSettings& settings) {
  if (names_a_user(text_setting(settings, "server")))
    return Obstacle{.sentence =
                        "\"server\" has a user name, which is the account's token at pinggy.io, and every user of this "
                        "machine could read it among ssh's arguments: put it into a file as its one line (chmod 600), "
                        "name that as \"token_file\", and leave the host alone in \"server\".",
                    .command = {}};
  if (auto obstacle = ssh::missing_service(settings)) return obstacle;
  if (auto token = read_token(settings); !token)
    return Obstacle{.sentence = std::move(token.error().message), .command = {}};
  return std::nullopt;
}

Result<Plan> plan(const RunContext& context) {
  auto token = read_token(context.settings);
  if (!token) return std::unexpected(std::move(token.error()));
  const auto server = text_setting(context.settings, "server");
  const bool is_free = token->empty() && (server.empty() || server.ends_with(kSite));
  return ssh::plan_service({.server = "free@a.pinggy.io",
                            .port = 443,
                            .listen = "0",
                            .command = {},
                            .token = std::move(*token),
                            .find_url = is_free ? find_free_url : find_any_url},
                           context);
}

ProviderTraits traits(const ProviderSettings& settings) {
  const bool account = !text_setting(settings, "token_file").empty();
  return {.is_public = true,
          .stable_url = false,
          .audience = "anyone with the link",
          .limits =
              account ? "what the account sets" : "60 minutes, then a new random address; a warning page in browsers"};
}

}  // namespace

const Provider kPinggyProvider{
    .name = "pinggy",
    .description = "the Internet, by pinggy.io over ssh: 60 minutes at a time",
    .program = "ssh",
    .has_tunnel = true,
    .uses_socket = true,
    .keys = kKeys,
    .missing = missing,
    .traits = traits,
    .plan = plan,
    .probe = ssh::probe_service,
    .origin_hosts = ssh::service_hosts,
    .public_check = true,
    .lifetime = std::chrono::minutes(60),
};

}  // namespace panko
