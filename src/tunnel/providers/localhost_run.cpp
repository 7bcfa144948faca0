// localhost.run: no account; the free name changes, even while connected.

#include <array>
#include <boost/json.hpp>

#include "tunnel/json_text.hpp"
#include "tunnel/providers/base_url.hpp"
#include "tunnel/providers/providers.hpp"
#include "tunnel/providers/ssh_service.hpp"

namespace panko {

namespace json = boost::json;

namespace {

constexpr std::array kKeys{ssh::kServer, ssh::kServerPort, ssh::kIdentityFile, ssh::kConfigFile};

/// {"event":"tcpip-forward","address":"abc123.lhr.life","status":"success",...}
std::optional<std::string> find_url(std::string_view line) {
  if (!line.starts_with('{')) return std::nullopt;
  json::error_code error;
  const auto value = json::parse(line, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& event = value.get_object();
  if (text_at(event, "event") != "tcpip-forward") return std::nullopt;
  if (const auto status = text_at(event, "status"); !status.empty() && status != "success") return std::nullopt;
  const auto address = text_at(event, "address");
  return is_host_name(address) ? std::optional("https://" + address) : std::nullopt;
}

Result<Plan> plan(const RunContext& context) {
  return ssh::plan_service({.server = "nokey@localhost.run",
                            .port = 22,
                            .listen = "80",
                            .command = {"--output", "json"},
                            .token = {},
                            .find_url = find_url,
                            .url_changes = true},
                           context);
}

ProviderTraits traits(const ProviderSettings&) {
  return {.is_public = true,
          .stable_url = false,
          .audience = "anyone with the link",
          .limits = "the free address is random, and changes after some hours even while the tunnel is up"};
}

}  // namespace

const Provider kLocalhostRunProvider{
    .name = "localhost-run",
    .description = "the Internet, by localhost.run over ssh: no account",
    .program = "ssh",
    .has_tunnel = true,
    .uses_socket = true,
    .keys = kKeys,
    .missing = ssh::missing_service,
    .traits = traits,
    .plan = plan,
    .probe = ssh::probe_service,
    .origin_hosts = ssh::service_hosts,
    .public_check = true,
};

}  // namespace panko
