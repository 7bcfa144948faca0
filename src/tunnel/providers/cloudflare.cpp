// Cloudflare's quick tunnels: no account, a new random name at every start of cloudflared.

#include <fmt/format.h>

#include <algorithm>

#include "tunnel/log_line.hpp"
#include "tunnel/providers/providers.hpp"

namespace panko {

namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kDomain = ".trycloudflare.com";

std::optional<Obstacle> missing(const ProviderSettings&) {
  if (find_program("cloudflared")) return std::nullopt;
  return Obstacle{
      .sentence =
          "cloudflared is not installed: get it from https://github.com/cloudflare/cloudflared/releases (one "
          "file, to be put on PATH and made executable), or share with --provider local.",
      .command = {}};
}

ProviderTraits traits(const ProviderSettings&) {
  return {.is_public = true,
          .stable_url = false,
          .audience = "anyone with the link",
          .limits = "200 requests at a time; no promise of service"};
}

std::string_view trim(std::string_view text, std::string_view characters) {
  const auto begin = text.find_first_not_of(characters);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(characters) - begin + 1);
}

/// "https://some-words.trycloudflare.com" and nothing around it.
bool is_quick_tunnel(std::string_view url) {
  if (!url.starts_with(kScheme) || !url.ends_with(kDomain) || url.size() <= kScheme.size() + kDomain.size())
    return false;
  const auto name = url.substr(kScheme.size(), url.size() - kScheme.size() - kDomain.size());
  return name != "api" && name != "www" &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

LogEvent failure(FailureClass kind, std::string sentence) {
  return {.kind = LogEvent::Kind::failure, .text = std::move(sentence), .failure = kind};
}

LogEvent read_request_failure(std::string_view text) {
  const auto says = [text](std::string_view words) { return text.find(words) != std::string_view::npos; };
  if (says("429 Too Many Requests") || says("error code: 1015"))
    return failure(
        FailureClass::rate_limited,
        "Cloudflare limits how many quick tunnels it gives out, and refused this one: try again in some minutes, or "
        "use another provider.");
  if (says("failed to request quick Tunnel"))
    return failure(FailureClass::no_network,
                   "cloudflared cannot reach Cloudflare: check the network connection and its name resolution.");
  return failure(
      FailureClass::transient,
      "Cloudflare's quick tunnel service is out of order at the moment: try again later, or use another provider.");
}

std::optional<LogEvent> read_log_line(std::string_view line) {
  const auto [message, detail] = parse_log_line(line);
  const std::string_view text = message;
  constexpr std::string_view kMetrics = "Starting metrics server on ";

  // The URL stands alone in a row of a box. A URL anywhere else in the log may be a visitor's.
  if (const auto url = trim(text, "| "); is_quick_tunnel(url))
    return LogEvent{.kind = LogEvent::Kind::url, .text = std::string(url)};
  if (text.starts_with("Registered tunnel connection")) return LogEvent{.kind = LogEvent::Kind::ready, .text = {}};
  if (text.starts_with(kMetrics)) {
    const auto address = text.substr(kMetrics.size());
    return LogEvent{.kind = LogEvent::Kind::control, .text = std::string(address.substr(0, address.find('/')))};
  }
  if (text.starts_with("Error unmarshaling QuickTunnel response") ||
      text.starts_with("failed to request quick Tunnel") || text.starts_with("failed to unmarshal quick Tunnel") ||
      text.starts_with("failed to parse quick Tunnel ID"))
    return read_request_failure(message + " " + detail);
  if (text.starts_with("Incorrect Usage") || text.ends_with("See 'cloudflared tunnel --help'."))
    return failure(FailureClass::permanent,
                   "This cloudflared does not understand how panko calls it: install the current version.");
  return std::nullopt;
}

Result<Plan> plan(const RunContext& context) {
  Plan plan;
  plan.arguments = {
      "cloudflared",     "tunnel",
      "--config",  // one in ~/.cloudflared would break quick tunnels
      "/dev/null",
      "--no-autoupdate",  // else it replaces and restarts itself, under another URL
      "--metrics",       "127.0.0.1:0", "--loglevel", "info",
      "--grace-period",  "2s",          "--url",      fmt::format("http://127.0.0.1:{}", context.local_port)};
  // The variable rather than the flag of the same meaning: binaries from before June 2025 end at the flag.
  plan.environment = {"TUNNEL_LOG_OUTPUT=json"};
  plan.read_line = read_log_line;
  return plan;
}

}  // namespace

const Provider kCloudflareProvider{
    .name = "cloudflare",
    .description = "the Internet, by a Cloudflare quick tunnel: no account; the URL changes when the tunnel restarts",
    .program = "cloudflared",
    .has_tunnel = true,
    .missing = missing,
    .traits = traits,
    .plan = plan,
    .origin_hosts = [](const ProviderSettings&, std::string_view url) { return std::vector{host_of(url)}; },
    .patience = std::chrono::minutes(2),  // a restart loses the URL
};

}  // namespace panko
