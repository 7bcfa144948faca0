#include "tunnel/providers/tailscale_cli.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "tunnel/json_text.hpp"
#include "tunnel/log_line.hpp"

namespace panko {

namespace json = boost::json;

namespace {

std::optional<json::object> parse_object(std::string_view text) {
  json::error_code error;
  auto value = json::parse(text, error);
  if (error) return std::nullopt;
  if (value.is_null()) return json::object();
  return value.is_object() ? std::optional(value.get_object()) : std::nullopt;
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

bool is_true(const json::value* value) {
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::uint16_t to_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return error == std::errc() && end == digits.data() + digits.size() ? port : 0;
}

/// "host:443"
struct HostPort {
  std::string host;
  std::uint16_t port;
};
HostPort parse_host_port(std::string_view text) {
  const auto colon = std::min(text.rfind(':'), text.size());
  return {.host = std::string(text.substr(0, colon)), .port = to_port(text.substr(std::min(colon + 1, text.size())))};
}

/// One configuration: the one that lasts, or that of a command that runs in a terminal.
void read_config(const json::object& config, bool foreground, TailscaleServing& serving) {
  if (const auto* web = object_at(config, "Web")) {
    for (const auto& [name, server] : *web) {
      const auto [host, port] = parse_host_port(name);
      const auto* handlers = server.is_object() ? object_at(server.get_object(), "Handlers") : nullptr;
      if (handlers == nullptr) continue;
      for (const auto& [path, handler] : *handlers)
        serving.mounts.push_back({.host = host,
                                  .port = port,
                                  .path = std::string(path),
                                  .proxy = handler.is_object() ? text_at(handler.get_object(), "Proxy") : "",
                                  .foreground = foreground});
    }
  }
  if (const auto* funnel = object_at(config, "AllowFunnel")) {
    for (const auto& [name, allowed] : *funnel) {
      if (is_true(&allowed)) serving.public_ports.push_back(parse_host_port(name).port);
    }
  }
  if (const auto* tcp = object_at(config, "TCP")) {
    for (const auto& [port, handler] : *tcp) {
      if (handler.is_object() && !text_at(handler.get_object(), "TCPForward").empty())
        serving.tcp_ports.push_back(to_port(port));
    }
  }
}

struct Refusal {
  std::string_view words;
  FailureClass kind;
  std::string_view sentence;
};
constexpr auto kPermanent = FailureClass::permanent;
constexpr std::array kRefusals{
    Refusal{"failed to connect to local tailscaled", FailureClass::transient,
            "tailscaled is not running: start it (sudo systemctl start tailscaled)."},
    Refusal{"Access denied", kPermanent,
            "Tailscale lets only its operator serve: run sudo tailscale set --operator=$USER once."},
    Refusal{"HTTPS must be enabled", kPermanent,
            "Your tailnet has no HTTPS certificates: switch them on at https://login.tailscale.com/admin/dns (see "
            "https://tailscale.com/s/https)."},
    Refusal{"error enabling https feature", kPermanent,
            "Your tailnet has no HTTPS certificates: switch them on at https://login.tailscale.com/admin/dns (see "
            "https://tailscale.com/s/https)."},
    Refusal{"\"funnel\" node attribute not set", kPermanent,
            "Your tailnet does not allow Funnel on this machine: see https://tailscale.com/s/no-funnel, or share with "
            "mode = \"serve\"."},
    Refusal{"is not allowed for funnel", kPermanent,
            "Your tailnet does not allow Funnel on this port: set https_port in [providers.tailscale] to another one."},
    Refusal{"shields-up", kPermanent,
            "Tailscale's shields are up, which keeps Funnel away: run tailscale set --shields-up=false, or share with "
            "mode = \"serve\"."},
    Refusal{"Another client is changing the serve config", FailureClass::transient,
            "Another program changes what Tailscale serves in this moment."},
    Refusal{"listener already exists", kPermanent, ""},
    Refusal{"foreground already exists", kPermanent, ""},
    Refusal{"already serving", kPermanent, ""},
    Refusal{"flag provided but not defined", kPermanent, "This tailscale is too old: version 1.52 or newer is needed."},
    Refusal{"the CLI for serve and funnel has changed", kPermanent,
            "This tailscale is too old: version 1.52 or newer is needed."},
};
constexpr std::string_view kPortTaken =
    "Something else is served on this port of Tailscale already: set https_port in [providers.tailscale] to another "
    "one "
    "(tailscale serve status shows what there is).";

/// The last line with words in it; hints at the help are none.
std::string last_words(std::string_view text) {
  std::string last;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (auto words = quote_log_line(line); !words.empty() && !words.starts_with("try `tailscale"))
      last = std::move(words);
  }
  return last;
}

}  // namespace

std::optional<TailscaleNode> parse_tailscale_status(std::string_view text) {
  const auto status = parse_object(text);
  if (!status || !status->contains("BackendState")) return std::nullopt;
  TailscaleNode node{.backend = text_at(*status, "BackendState")};
  if (const auto* self = object_at(*status, "Self")) {
    node.dns_name = text_at(*self, "DNSName");
    if (node.dns_name.ends_with('.')) node.dns_name.pop_back();
    node.online = is_true(self->if_contains("Online"));
  }
  const auto* domains = status->if_contains("CertDomains");
  node.has_certificates = domains != nullptr && domains->is_array() && !domains->get_array().empty();
  return node;
}

std::optional<TailscaleServing> parse_tailscale_serving(std::string_view text) {
  const auto config = parse_object(text);
  if (!config) return std::nullopt;
  TailscaleServing serving;
  read_config(*config, false, serving);
  if (const auto* sessions = object_at(*config, "Foreground")) {
    for (const auto& [session, inner] : *sessions) {
      if (inner.is_object()) read_config(inner.get_object(), true, serving);
    }
  }
  return serving;
}

std::string consent_url(std::string_view text) {
  const auto begin = text.find("https://");
  if (begin == std::string_view::npos) return {};
  const auto is_plain = [](unsigned char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\'' && c != '<' && c != '\\';
  };
  const auto rest = text.substr(begin, 300);
  return {rest.begin(), std::ranges::find_if_not(rest, is_plain)};
}

TunnelFailure tailscale_failure(const ProgramResult& result) {
  for (const auto& [words, kind, sentence] : kRefusals) {
    if (result.errors.contains(words) || result.output.contains(words))
      return {.kind = kind, .sentence = std::string(sentence.empty() ? kPortTaken : sentence)};
  }
  const bool may_ask = result.timed_out || result.exit_status == 0;
  const auto said = result.output + "\n" + result.errors;
  if (auto url = consent_url(said); may_ask && !url.empty() && !said.contains("Available "))
    return {.kind = kPermanent,
            .sentence = fmt::format("Tailscale asks for your consent first: open {} and share again then.", url)};
  if (result.timed_out)
    return {.kind = FailureClass::transient, .sentence = "tailscale did not end in time; tailscaled may hang."};
  if (result.exit_status == 0)
    return {.kind = FailureClass::transient, .sentence = "tailscale said that it serves, and does not."};
  const auto words = last_words(result.errors.empty() ? result.output : result.errors);
  return {.kind = FailureClass::transient,
          .sentence = words.empty() ? "tailscale failed without a word." : fmt::format("tailscale failed: {}", words)};
}

}  // namespace panko
