// The user's own server: ssh has it listen on a port and forwards what comes there. The forward is asked for by the
// control socket, which says at once whether the port could be had, and which one it is.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "tunnel/program.hpp"
#include "tunnel/provider_settings.hpp"
#include "tunnel/providers/base_url.hpp"
#include "tunnel/providers/providers.hpp"
#include "tunnel/providers/ssh_client.hpp"
#include "tunnel/providers/ssh_failures.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

using Type = ProviderKey::Type;

constexpr std::array kKeys{
    ProviderKey{"host", Type::text, "the server: user@server, or an alias of ~/.ssh/config"},
    ProviderKey{"url", Type::text, "what visitors use, e.g. https://share.example.com or http://example.com:{port}"},
    ProviderKey{"remote_port", Type::number,
                "where the server listens; 0 (default): any free port, then the URL has {port}"},
    ProviderKey{"remote_bind", Type::text, "the server's address to listen on; default 127.0.0.1, * is all of them"},
    ProviderKey{"hosts", Type::list, "further Host names that requests carry when they come through the tunnel"},
    ProviderKey{"server_port", Type::number, "the port of the server's sshd"},
    ProviderKey{"identity_file", Type::text, "the private key"},
    ProviderKey{"config_file", Type::text, "instead of ~/.ssh/config"},
};

constexpr std::string_view kPort = "{port}";

std::int64_t remote_port(const ProviderSettings& settings) {
  return number_setting(settings, "remote_port").value_or(0);
}

std::string with_port(std::string url, std::string_view port) {
  if (const auto at = url.find(kPort); at != std::string::npos) url.replace(at, kPort.size(), port);
  return url;
}

std::optional<Obstacle> check_url(const ProviderSettings& settings) {
  const auto url = text_setting(settings, "url");
  const auto port = remote_port(settings);
  if (url.empty())
    return Obstacle{.sentence =
                        "\"url\" is not set: what visitors use to reach what the server forwards, such as "
                        "\"https://share.example.com\" of a web server there that proxies to \"remote_port\", or "
                        "\"http://server.example.com:{port}\".",
                    .command = "panko config set providers.ssh.url https://share.example.com"};
  if (!read_base_url(with_port(url, "80")))
    return bad_setting("\"url\" has to be like https://share.example.com or http://server.example.com:{port}.");
  if (port < 0 || port > 65535)
    return bad_setting("\"remote_port\" has to be from 1 to 65535, or 0 for any free port.");
  if (port == 0 && !url.contains(kPort))
    return Obstacle{.sentence =
                        "With \"remote_port\" 0 the server chooses a port, so \"url\" has to say where it goes, "
                        "as in \"http://server.example.com:{port}\"; or set a fixed \"remote_port\".",
                    .command = "panko config set providers.ssh.remote_port 8085"};
  return std::nullopt;
}

std::optional<Obstacle> missing(const ProviderSettings& settings) {
  if (auto obstacle = ssh::missing_client(settings)) return obstacle;
  const auto host = text_setting(settings, "host");
  if (host.empty())
    return Obstacle{.sentence = "\"host\" is not set: the server that `ssh` reaches without a password.",
                    .command = "panko config set providers.ssh.host user@server"};
  if (!ssh::is_destination(host))
    return bad_setting("\"host\" has to be like user@server, or an alias of ~/.ssh/config.");
  constexpr std::string_view kAddress = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.:-*";
  if (text_setting(settings, "remote_bind").find_first_not_of(kAddress) != std::string::npos)
    return bad_setting("\"remote_bind\" has to be an address of the server, or \"*\".");
  return check_url(settings);
}

ProviderTraits traits(const ProviderSettings& settings) {
  const auto url = text_setting(settings, "url");
  const bool is_public = !is_loopback_url(url);
  return {.is_public = is_public,
          .stable_url = remote_port(settings) != 0,
          .audience = is_public ? "anyone with the link" : "this machine",
          .limits = "what your own server sets",
          .single = remote_port(settings) != 0};
}

/// For -R. 127.0.0.1 rather than localhost: that would do with ::1 alone where somebody has the port on 127.0.0.1.
Result<std::string> forward_of(const RunContext& context) {
  auto bind = text_setting(context.settings, "remote_bind");
  if (bind.empty()) bind = "127.0.0.1";
  if (bind.contains(':')) bind = fmt::format("[{}]", bind);
  return ssh::forward_to(fmt::format("{}:{}", bind, remote_port(context.settings)), context.origin_socket);
}

Result<Plan> plan(const RunContext& context) {
  if (auto forward = forward_of(context); !forward) return std::unexpected(std::move(forward.error()));
  auto arguments = ssh::client_arguments(context);
  if (!arguments) return std::unexpected(std::move(arguments.error()));
  const auto host = text_setting(context.settings, "host");
  // The forwards of the user's own configuration are for his terminal; one that is busy would end this run.
  arguments->insert(arguments->end(), {"-N", "-o", "BatchMode=yes", "-o", "ClearAllForwardings=yes", "--", host});
  Plan plan;
  plan.ready_by = Plan::ReadyBy::probe;
  plan.arguments = std::move(*arguments);
  plan.environment = ssh::agent_environment();
  const auto failures = std::make_shared<ssh::Failures>(host, ssh::command_by_hand(context.settings, host));
  plan.read_line = [failures](std::string_view line) { return failures->read(line); };
  return plan;
}

TunnelFailure refused(const ProviderSettings& settings) {
  const auto host = text_setting(settings, "host");
  const auto port = remote_port(settings);
  constexpr std::string_view kForbidden =
      "forbids it (AllowTcpForwarding and PermitListen in its sshd_config; for \"remote_bind\" also GatewayPorts)";
  if (port == 0)
    return {.kind = FailureClass::permanent,
            .sentence = fmt::format("{} does not let ssh listen on a port: it {}.", host, kForbidden)};
  return {
      .kind = FailureClass::remote_busy,
      .sentence = fmt::format("{} does not let ssh listen on its port {}: either something listens there already, "
                              "perhaps an earlier connection that the server has not given up yet, or the server {}.",
                              host, port, kForbidden)};
}

asio::awaitable<Probe> probe(RunContext context) {
  if (!context.url.empty()) co_return co_await ssh::check_master(context);
  const auto forward = forward_of(context);
  if (!forward)
    co_return Probe{.state = Probe::State::failed,
                    .url = {},
                    .failure = {.kind = FailureClass::permanent, .sentence = forward.error().message}};
  const auto forwarded = co_await ssh::ask_forward(context, *forward);
  switch (forwarded.state) {
    case ssh::Forwarded::State::refused:
      co_return Probe{.state = Probe::State::failed, .url = {}, .failure = refused(context.settings)};
    case ssh::Forwarded::State::not_yet: break;
    case ssh::Forwarded::State::open: {
      const auto port = remote_port(context.settings);
      auto url = with_port(text_setting(context.settings, "url"), port == 0 ? forwarded.port : std::to_string(port));
      if (auto base = read_base_url(url)) co_return Probe{.state = Probe::State::ready, .url = *base, .failure = {}};
    }
  }
  co_return Probe{.state = Probe::State::waiting, .url = {}, .failure = {}};
}

/// A web server in front may pass on the public name, or the one by which it reaches the forwarded port.
std::vector<std::string> origin_hosts(const ProviderSettings& settings, std::string_view public_url) {
  return hosts_behind(public_url, list_setting(settings, "hosts"));
}

}  // namespace

const Provider kSshProvider{
    .name = "ssh",
    .description = "your own server, by ssh: it listens and forwards to here",
    .program = "ssh",
    .has_tunnel = true,
    .uses_socket = true,
    .keys = kKeys,
    .missing = missing,
    .traits = traits,
    .plan = plan,
    .probe = probe,
    .origin_hosts = origin_hosts,
    .public_check = true,
};

}  // namespace panko
