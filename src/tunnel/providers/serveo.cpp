// serveo.net: no account; a random name, or one of the user's own once his key is registered there.

#include <algorithm>
#include <array>

#include "tunnel/provider_settings.hpp"
#include "tunnel/providers/base_url.hpp"
#include "tunnel/providers/providers.hpp"
#include "tunnel/providers/ssh_service.hpp"

namespace panko {

namespace {

constexpr std::array kKeys{
    ProviderKey{"name", ProviderKey::Type::text, "the name that is registered there for your key"}, ssh::kServer,
    ssh::kServerPort, ssh::kIdentityFile, ssh::kConfigFile};

std::optional<std::string> find_url(std::string_view line) {
  constexpr std::string_view kForwarding = "Forwarding HTTP traffic from ";
  if (!line.starts_with(kForwarding)) return std::nullopt;
  return std::string(line.substr(kForwarding.size()));
}

std::optional<Obstacle> missing(const ProviderSettings& settings) {
  if (const auto name = text_setting(settings, "name"); !name.empty() && !is_host_name(name))
    return Obstacle{.sentence = "\"name\" has to be letters, digits and dashes.", .command = {}};
  return ssh::missing_service(settings);
}

Result<Plan> plan(const RunContext& context) {
  const auto name = text_setting(context.settings, "name");
  return ssh::plan_service({.server = "serveo.net",
                            .port = 22,
                            .listen = name.empty() ? "80" : name + ":80",
                            .command = {},
                            .token = {},
                            .find_url = find_url},
                           context);
}

ProviderTraits traits(const ProviderSettings& settings) {
  const bool named = !text_setting(settings, "name").empty();
  return {.is_public = true,
          .stable_url = named,
          .audience = "anyone with the link",
          .limits = named ? "a warning page before free pages; often out of order"
                          : "a random name at every start; a warning page before free pages; often out of order"};
}

}  // namespace

const Provider kServeoProvider{
    .name = "serveo",
    .description = "the Internet, by serveo.net over ssh: no account",
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
};

}  // namespace panko
