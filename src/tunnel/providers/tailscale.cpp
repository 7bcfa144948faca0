// Tailscale: `serve` for the tailnet, `funnel` for everybody. There is no process: tailscaled proxies a path of this
// machine's name to the gateway, and does so until it is told to stop, reboots included. So a run is an entry in its
// configuration. One is ours if its path is the one that we use and it leads to our port; no other is ever touched.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "tunnel/program.hpp"
#include "tunnel/provider_settings.hpp"
#include "tunnel/providers/base_url.hpp"
#include "tunnel/providers/providers.hpp"
#include "tunnel/providers/tailscale_cli.hpp"
#include "tunnel/run_record.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds kAskTime{2};
constexpr std::chrono::seconds kChangeTime{20};  // it may wait for a consent for ever
constexpr std::array<std::int64_t, 3> kFunnelPorts{443, 8443, 10000};

constexpr std::array kKeys{
    ProviderKey{"mode", ProviderKey::Type::text, "serve (the default): for the tailnet; funnel: for everybody"},
    ProviderKey{"https_port", ProviderKey::Type::number, "where Tailscale listens: 443, for funnel also 8443 or 10000"},
    ProviderKey{"path", ProviderKey::Type::text, "below which path; by default /panko- and the gateway's port"},
};

template <class Ports, class Port>
bool has(const Ports& ports, Port port) {
  return std::ranges::find(ports, port) != std::ranges::end(ports);
}

bool is_funnel(const ProviderSettings& settings) {
  return text_setting(settings, "mode") == "funnel";
}

std::uint16_t https_port(const ProviderSettings& settings) {
  return static_cast<std::uint16_t>(number_setting(settings, "https_port").value_or(443));
}

/// Where our entry is.
struct Place {
  std::uint16_t port = 443;
  std::string path{};  // "/panko-23456"
};

/// As the settings have it. The gateway's port tells the gateways of this machine apart, other users' too.
Place place_by_settings(const RunContext& context) {
  auto path = text_setting(context.settings, "path");
  if (path.empty()) path = fmt::format("/panko-{}", context.local_port);
  return {.port = https_port(context.settings), .path = std::move(path)};
}

std::string to_control(const Place& place) {
  return fmt::format("{}{}", place.port, place.path);
}

/// The run's own, which its record keeps: the settings may have changed since.
Place place_of(const RunContext& context) {
  const auto slash = std::min(context.control.find('/'), context.control.size());
  const auto digits = std::string_view(context.control).substr(0, slash);
  Place place{.port = 0, .path = context.control.substr(slash)};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), place.port);
  const bool is_one = error == std::errc() && end == digits.data() + digits.size() && !place.path.empty();
  return is_one ? place : place_by_settings(context);
}

std::string target_of(const RunContext& context) {
  return fmt::format("http://127.0.0.1:{}", context.local_port);
}

bool is_mount_path(std::string_view path) {
  return path.size() > 1 && path.starts_with('/') && !path.ends_with('/') && !path.contains("//") &&
         !path.contains("/.") && std::ranges::all_of(path, [](unsigned char c) {
           return (std::isalnum(c) != 0 && c < 0x80) || std::string_view("/-_.").contains(static_cast<char>(c));
         });
}

std::string wrong_settings(const ProviderSettings& settings) {
  const auto wrong = [](std::string_view what) {
    return fmt::format("[providers.tailscale] in config.toml: {}", what);
  };
  const auto mode = text_setting(settings, "mode");
  if (settings.contains("mode") && mode != "serve" && mode != "funnel")
    return wrong("\"mode\" has to be serve (for your tailnet) or funnel (for everybody).");
  const auto port = number_setting(settings, "https_port").value_or(443);
  if (port < 1 || port > 65535) return wrong("\"https_port\" has to be from 1 to 65535.");
  if (is_funnel(settings) && !has(kFunnelPorts, port))
    return wrong("\"https_port\" has to be 443, 8443 or 10000: Funnel allows no other.");
  if (settings.contains("path") && !is_mount_path(text_setting(settings, "path")))
    return wrong("\"path\" has to begin with a slash and not end with one: letters, digits, - and _, as /panko.");
  return {};
}

std::optional<Obstacle> missing(const ProviderSettings& settings) {
  if (auto wrong = wrong_settings(settings); !wrong.empty())
    return Obstacle{.sentence = std::move(wrong), .command = {}};
  if (find_program("tailscale")) return std::nullopt;
  return Obstacle{
      .sentence = "Tailscale is not installed: get it from https://tailscale.com/download, version 1.52 or newer.",
      .command = {}};
}

ProviderTraits traits(const ProviderSettings& settings) {
  const bool funnel = is_funnel(settings);
  return {.is_public = funnel,
          .stable_url = true,
          .audience = funnel ? "anyone with the link" : "your tailnet",
          .limits = funnel ? "limited bandwidth; this machine's name becomes public" : "",
          .single = !text_setting(settings, "path").empty()};
}

Result<Plan> plan(const RunContext& context) {
  return Plan{.ready_by = Plan::ReadyBy::probe, .control = to_control(place_of(context))};
}

Probe waiting(std::string sentence) {
  return {.state = Probe::State::waiting, .url = {}, .failure = {.sentence = std::move(sentence)}};
}

Probe failed(FailureClass kind, std::string sentence) {
  return {.state = Probe::State::failed, .url = {}, .failure = {.kind = kind, .sentence = std::move(sentence)}};
}

/// `variables`: beside what every program gets.
asio::awaitable<ProgramResult> ask(std::vector<std::string> arguments, std::chrono::milliseconds time,
                                   std::vector<std::string> variables = {}) {
  arguments.insert(arguments.begin(), "tailscale");
  auto result = co_await run_program({.arguments = std::move(arguments),
                                      .environment = child_environment(std::move(variables)),
                                      .input = {},
                                      .time = time});
  co_return result ? std::move(*result)
                   : ProgramResult{.exit_status = 127, .output = {}, .errors = std::move(result.error().message)};
}

/// What tailscaled serves at this moment; the failure why that is not known.
asio::awaitable<std::expected<TailscaleServing, TunnelFailure>> ask_serving() {
  const auto result = co_await ask({"serve", "status", "--json"}, kAskTime);
  if (result.exit_status != 0) co_return std::unexpected(tailscale_failure(result));
  auto serving = parse_tailscale_serving(result.output);
  if (!serving)
    co_return std::unexpected(TunnelFailure{.sentence = "panko does not understand what tailscale serve status says."});
  co_return std::move(*serving);
}

asio::awaitable<std::expected<TailscaleNode, TunnelFailure>> ask_node() {
  const auto result = co_await ask({"status", "--json", "--peers=false"}, kAskTime);
  if (result.exit_status != 0) co_return std::unexpected(tailscale_failure(result));
  auto node = parse_tailscale_status(result.output);
  if (!node)
    co_return std::unexpected(TunnelFailure{.sentence = "panko does not understand what tailscale status says."});
  co_return std::move(*node);
}

bool is_ours(const TailscaleMount& mount, const RunContext& context) {
  return !mount.foreground && mount.path == place_of(context).path && mount.proxy == target_of(context);
}

/// Ours, under the name that this machine has now, and for those whom it is for.
bool is_served(const TailscaleServing& serving, const RunContext& context, const TailscaleNode& node) {
  const auto port = place_of(context).port;
  return has(serving.public_ports, port) == is_funnel(context.settings) &&
         std::ranges::any_of(serving.mounts, [&](const TailscaleMount& mount) {
           return is_ours(mount, context) && mount.host == node.dns_name && mount.port == port;
         });
}

/// Why our entry cannot be made, or must not stay; empty: nothing. Funnel is switched for all of a port: ours would
/// take it from the others, or make them public.
std::string conflict(const TailscaleServing& serving, const RunContext& context) {
  const auto [port, path] = place_of(context);
  bool has_others = false;
  for (const auto& mount : serving.mounts) {
    if (mount.port != port || is_ours(mount, context)) continue;
    has_others = true;
    if (mount.foreground)
      return fmt::format("A tailscale command in some terminal uses port {}: end it, or set https_port.", port);
    if (mount.path == path || mount.path == path + "/")
      return fmt::format(
          "Tailscale serves something else at {} already: remove it (tailscale serve --https={} --set-path={} off), or "
          "set path in [providers.tailscale].",
          path, port, mount.path);
  }
  if (has(serving.tcp_ports, port))
    return fmt::format("Tailscale forwards port {} to something else: set https_port in [providers.tailscale].", port);
  if (!has_others || has(serving.public_ports, port) == is_funnel(context.settings)) return {};
  if (is_funnel(context.settings))
    return fmt::format(
        "Port {} of Tailscale serves other things for your tailnet alone, and Funnel would show them to everybody: set "
        "https_port in [providers.tailscale] to another one.",
        port);
  return fmt::format(
      "Port {} of Tailscale is open to the Internet (Funnel), and sharing for the tailnet alone would close it for "
      "what "
      "else is served there: set https_port in [providers.tailscale] to another one.",
      port);
}

/// Why this machine cannot serve now; nullopt: it can.
std::optional<Probe> not_ready(const TailscaleNode& node, bool is_new) {
  if (node.backend == "NeedsLogin" || node.backend == "NeedsMachineAuth") {
    const auto* sentence = node.backend == "NeedsLogin" ? "You are not logged in to Tailscale: run sudo tailscale up."
                                                        : "Your tailnet's administrator has to approve this machine.";
    return is_new ? failed(FailureClass::permanent, sentence) : waiting(sentence);
  }
  if (node.backend == "Stopped") {
    const auto* sentence = "Tailscale is switched off: run tailscale up.";
    return is_new ? failed(FailureClass::transient, sentence) : waiting(sentence);
  }
  if (node.backend != "Running" || !node.online) return waiting("Tailscale has no connection to its network.");
  if (!is_host_name(node.dns_name))
    return failed(FailureClass::permanent,
                  "This machine has no name in your tailnet: switch MagicDNS on at "
                  "https://login.tailscale.com/admin/dns.");
  return std::nullopt;
}

Probe ready(const RunContext& context, const TailscaleNode& node) {
  if (!node.has_certificates)
    return failed(FailureClass::permanent,
                  "Your tailnet has no HTTPS certificates: switch them on at https://login.tailscale.com/admin/dns.");
  const auto [port, path] = place_of(context);
  return {.state = Probe::State::ready,
          .url = fmt::format("https://{}{}{}", node.dns_name, port == 443 ? "" : fmt::format(":{}", port), path),
          .failure = {}};
}

/// Makes our entry, and looks whether it is there: the program ends without a complaint where it only printed what to
/// do first.
asio::awaitable<Probe> set_up(RunContext context, TailscaleNode node) {
  const auto [port, path] = place_of(context);
  const auto result =
      co_await ask({is_funnel(context.settings) ? "funnel" : "serve", "--bg", "--yes", fmt::format("--https={}", port),
                    fmt::format("--set-path={}", path), target_of(context)},
                   kChangeTime,
                   // It may wait for somebody's consent for longer than this daemon lives: the next one ends it.
                   {run_variable(context.run_path.filename().native())});
  const auto serving = co_await ask_serving();
  auto wrong = serving ? conflict(*serving, context) : std::string();
  if (!wrong.empty()) co_return failed(FailureClass::permanent, std::move(wrong));
  if (serving && is_served(*serving, context, node)) co_return ready(context, node);
  co_return Probe{.state = Probe::State::failed, .url = {}, .failure = tailscale_failure(result)};
}

asio::awaitable<Probe> probe(RunContext context) {
  const bool is_new = context.url.empty();
  const auto node = co_await ask_node();
  // tailscaled is started anew now and then, and keeps what it serves.
  if (!node) {
    if (is_new || node.error().kind == FailureClass::permanent)
      co_return Probe{.state = Probe::State::failed, .url = {}, .failure = node.error()};
    co_return waiting(node.error().sentence);
  }
  if (auto why = not_ready(*node, is_new)) co_return std::move(*why);
  const auto serving = co_await ask_serving();
  if (!serving)
    co_return is_new ? Probe{.state = Probe::State::failed, .url = {}, .failure = serving.error()}
                     : waiting(serving.error().sentence);

  if (auto wrong = conflict(*serving, context); !wrong.empty())
    co_return failed(FailureClass::permanent, std::move(wrong));
  if (is_served(*serving, context, *node)) co_return ready(context, *node);
  if (is_new) co_return co_await set_up(context, *node);
  co_return failed(FailureClass::transient, "What panko set up at Tailscale was changed by somebody else.");
}

/// Our entries, on whatever port.
std::vector<std::uint16_t> ports_of_ours(const TailscaleServing& serving, const RunContext& context) {
  std::vector<std::uint16_t> ports;
  for (const auto& mount : serving.mounts) {
    if (is_ours(mount, context)) ports.push_back(mount.port);
  }
  return ports;
}

asio::awaitable<bool> clean_up(RunContext context) {
  const auto before = co_await ask_serving();
  if (!before) co_return false;
  const auto ports = ports_of_ours(*before, context);
  if (ports.empty()) co_return true;
  // By `serve` for Funnel too, which goes with the last entry of its port: `funnel` asks first whether it is allowed.
  for (const auto port : ports)
    co_await ask(
        {"serve", fmt::format("--https={}", port), fmt::format("--set-path={}", place_of(context).path), "off"},
        kChangeTime);
  const auto after = co_await ask_serving();
  co_return after&& ports_of_ours(*after, context).empty();
}

}  // namespace

const Provider kTailscaleProvider{
    .name = "tailscale",
    .description = "your tailnet, by Tailscale; the Internet with \"funnel\"",
    .program = "tailscale",
    .has_tunnel = true,
    .keys = kKeys,
    .missing = missing,
    .traits = traits,
    .plan = plan,
    .probe = probe,
    .clean_up = clean_up,
    .origin_hosts = [](const ProviderSettings&, std::string_view url) { return std::vector{host_of(url)}; },
    .public_check = true,
};

}  // namespace panko
