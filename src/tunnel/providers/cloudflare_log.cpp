#include "tunnel/providers/cloudflare_log.hpp"

#include <algorithm>
#include <array>

#include "tunnel/local_http.hpp"
#include "tunnel/log_line.hpp"

namespace panko {

namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kDomain = ".trycloudflare.com";

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

/// The service refused to give out a quick tunnel.
LogEvent read_request_failure(std::string_view text) {
  const auto says = [text](std::string_view words) { return text.contains(words); };
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

/// What ends cloudflared until the user has done something. Phrases with spaces, as no URL of a visitor has any.
struct Refusal {
  std::string_view words;
  std::string_view sentence;
};
constexpr std::array kRefusals{
    Refusal{
        "Provided Tunnel token is not valid",
        "Cloudflare's tunnel token is not valid: copy it from the dashboard once more into the file that token_file "
        "in [providers.cloudflare] names."},
    Refusal{"Failed to read token file",
            "cloudflared cannot read the file that token_file in [providers.cloudflare] names."},
    Refusal{"requires the ID or name",
            "cloudflared does not know which tunnel to run: set tunnel in [providers.cloudflare]."},
    Refusal{"Cannot determine default origin certificate path",
            "cloudflared knows a tunnel by its name only where you are logged in: run cloudflared tunnel login, or set "
            "tunnel in [providers.cloudflare] to the tunnel's UUID."},
    Refusal{"client didn't specify origincert path",
            "cloudflared knows a tunnel by its name only where you are logged in: run cloudflared tunnel login, or set "
            "tunnel in [providers.cloudflare] to the tunnel's UUID."},
    Refusal{"couldn't read tunnel credentials from",
            "cloudflared cannot read the file that credentials_file in [providers.cloudflare] names."},
    Refusal{"is neither the ID nor the name of any of your tunnels",
            "Your Cloudflare account has no tunnel of the name or UUID that tunnel in [providers.cloudflare] says: "
            "cloudflared tunnel list shows those that there are."},
};

constexpr std::string_view kUnauthorized =
    "Cloudflare refuses the tunnel (Unauthorized): it was deleted, or its token was replaced. Copy a new token into "
    "token_file, or make the tunnel anew.";

}  // namespace

std::optional<LogEvent> CloudflareLog::read_refusal() {
  // It is also said for some seconds of a tunnel that was only just made.
  const auto now = std::chrono::steady_clock::now();
  if (!refused_since_) refused_since_ = now;
  const bool for_good = now - *refused_since_ >= refusal_time_;
  return failure(for_good ? FailureClass::permanent : FailureClass::transient, std::string(kUnauthorized));
}

std::optional<LogEvent> CloudflareLog::operator()(std::string_view line) {
  const auto [message, detail] = parse_log_line(line);
  const std::string_view text = message;
  constexpr std::string_view kMetrics = "Starting metrics server on ";

  // The URL stands alone in a row of a box. A URL anywhere else in the log may be a visitor's.
  if (const auto url = trim(text, "| "); !is_named_ && is_quick_tunnel(url))
    return LogEvent{.kind = LogEvent::Kind::url, .text = std::string(url)};
  if (text.starts_with("Registered tunnel connection")) {
    connected_ = true;
    refused_since_.reset();
    return LogEvent{.kind = LogEvent::Kind::ready, .text = {}};
  }
  if (text.starts_with(kMetrics)) {
    auto address = text.substr(kMetrics.size());
    address = address.substr(0, address.find('/'));
    if (!is_local_endpoint(address)) return std::nullopt;
    return LogEvent{.kind = LogEvent::Kind::control, .text = std::string(address)};
  }
  if (text.starts_with("Error unmarshaling QuickTunnel response") ||
      text.starts_with("failed to request quick Tunnel") || text.starts_with("failed to unmarshal quick Tunnel") ||
      text.starts_with("failed to parse quick Tunnel ID"))
    return read_request_failure(message + " " + detail);
  if (text.starts_with("Register tunnel error from server side") &&
      (text.contains("Unauthorized") || detail.contains("Unauthorized")))
    return read_refusal();
  for (const auto& [words, sentence] : kRefusals) {
    if (text.contains(words)) return failure(FailureClass::permanent, std::string(sentence));
  }
  if (text.starts_with("Incorrect Usage") || text.ends_with("See 'cloudflared tunnel --help'.") ||
      text.ends_with("See 'cloudflared tunnel run --help'."))
    return failure(FailureClass::permanent,
                   "This cloudflared does not understand how panko calls it: install the current version.");
  // It goes on after both, and says them too when the network is gone for a moment: then its own endpoint tells.
  if (!connected_ && text.starts_with("Failed to dial a quic connection"))
    return failure(FailureClass::no_network,
                   "cloudflared cannot reach Cloudflare by UDP port 7844: set protocol = \"http2\" in "
                   "[providers.cloudflare] where a firewall blocks it.");
  if (!connected_ && text.starts_with("Initiating shutdown"))
    return failure(FailureClass::no_network,
                   "cloudflared cannot find Cloudflare: check the network connection and its name resolution.");
  return std::nullopt;
}

}  // namespace panko
