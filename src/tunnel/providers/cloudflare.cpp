// Cloudflare, by cloudflared. Without settings a quick tunnel: no account, a new random name at every start. With a
// token, or the credentials of a tunnel that was made on this machine, the user's own one with its fixed host name.

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "tunnel/json_text.hpp"
#include "tunnel/local_http.hpp"
#include "tunnel/provider_settings.hpp"
#include "tunnel/providers/base_url.hpp"
#include "tunnel/providers/cloudflare_log.hpp"
#include "tunnel/providers/providers.hpp"

namespace panko {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::array kKeys{
    ProviderKey{"hostname", ProviderKey::Type::text, "the host name of your own tunnel"},
    ProviderKey{"token_file", ProviderKey::Type::text, "a file with the token of a tunnel made in the dashboard"},
    ProviderKey{"tunnel", ProviderKey::Type::text, "name or UUID of a tunnel made by `cloudflared tunnel create`"},
    ProviderKey{"credentials_file", ProviderKey::Type::text, "the file that this command wrote"},
    ProviderKey{"protocol", ProviderKey::Type::text, "http2 where UDP port 7844 is blocked; else auto or quic"},
};

bool is_named(const ProviderSettings& settings) {
  return !text_setting(settings, "hostname").empty();
}

/// What is wrong with the settings as a whole; empty: nothing.
std::string wrong_settings(const ProviderSettings& settings) {
  const auto has = [&](std::string_view key) { return !text_setting(settings, key).empty(); };
  const auto wrong = [](std::string_view what) {
    return fmt::format("[providers.cloudflare] in config.toml: {}", what);
  };
  const auto protocol = text_setting(settings, "protocol");
  if (has("protocol") && protocol != "http2" && protocol != "quic" && protocol != "auto")
    return wrong("\"protocol\" has to be http2, quic or auto.");
  if (has("token_file") && (has("tunnel") || has("credentials_file")))
    return wrong(
        "\"token_file\" is for a tunnel made in Cloudflare's dashboard, \"tunnel\" and \"credentials_file\" are for "
        "one made on this machine: keep one of the two.");
  if (has("tunnel") != has("credentials_file"))
    return wrong("\"tunnel\" and \"credentials_file\" belong together: one of them is missing.");
  const bool has_tunnel = has("token_file") || has("tunnel");
  if (has_tunnel && !has("hostname"))
    return wrong("\"hostname\" is missing: the host name that Cloudflare sends to this tunnel.");
  if (has("hostname") && !has_tunnel)
    return wrong(
        "\"hostname\" needs a tunnel of your own: \"token_file\", or \"tunnel\" with \"credentials_file\". A quick "
        "tunnel's name is Cloudflare's choice.");
  if (const auto name = text_setting(settings, "hostname");
      has("hostname") && (!is_host_name(name) || !name.contains('.')))
    return wrong("\"hostname\" has to be a plain host name as panko.example.com, without https:// and path.");
  if (has("token_file") && !number_setting(settings, "port"))
    return wrong(
        "\"port\" is missing: where Cloudflare's dashboard has this host name lead to, http://127.0.0.1:PORT, cannot "
        "be changed from here.");
  return {};
}

std::optional<Obstacle> missing(const ProviderSettings& settings) {
  if (auto wrong = wrong_settings(settings); !wrong.empty())
    return Obstacle{.sentence = std::move(wrong), .command = {}};
  if (!find_program("cloudflared"))
    return Obstacle{
        .sentence =
            "cloudflared is not installed: get it from https://github.com/cloudflare/cloudflared/releases (one "
            "file, to be put on PATH and made executable), or share with --provider local.",
        .command = {}};
  for (const std::string_view key : {"token_file", "credentials_file"}) {
    const auto path = text_setting(settings, key);
    if (path.empty()) continue;
    auto checked = check_secret_file(path);
    if (checked && key == "token_file") {
      if (auto token = read_secret(path); !token) checked = std::unexpected(std::move(token.error()));
    }
    if (!checked) {
      struct stat status{};
      const auto file = expand_home(path);
      const bool is_open = ::stat(file.c_str(), &status) == 0 && (status.st_mode & 077) != 0;
      return Obstacle{.sentence = std::move(checked.error().message),
                      .command = is_open ? fmt::format("chmod 600 {}", file) : std::string()};
    }
  }
  return std::nullopt;
}

ProviderTraits traits(const ProviderSettings& settings) {
  const bool named = is_named(settings);
  return {.is_public = true,
          .stable_url = named,
          .audience = named ? "anyone with the link, unless Cloudflare Access guards the host" : "anyone with the link",
          .limits = named ? "" : "200 requests at a time; no promise of service",
          .single = named};
}

/// Which of the user's tunnels: one name, and whatever is not known is a 404.
std::string ingress_of(const RunContext& context) {
  // JSON's strings are YAML's too.
  const auto quoted = [&](std::string_view key) {
    return json::serialize(json::string(text_setting(context.settings, key)));
  };
  return fmt::format(
      "tunnel: {}\ncredentials-file: {}\ningress:\n  - hostname: {}\n    service: \"http://127.0.0.1:{}\"\n"
      "  - service: \"http_status:404\"\n",
      quoted("tunnel"), json::serialize(json::string(expand_home(text_setting(context.settings, "credentials_file")))),
      quoted("hostname"), context.local_port);
}

Result<Plan> plan(const RunContext& context) {
  const auto tunnel = text_setting(context.settings, "tunnel");
  const auto config_file = context.run_path.native() + ".yml";
  Plan plan;
  plan.arguments = {"cloudflared",
                    "tunnel",
                    "--config",  // one in ~/.cloudflared would break quick tunnels, and is not meant for this
                    tunnel.empty() ? "/dev/null" : config_file,
                    "--no-autoupdate",  // else it replaces and restarts itself, under another URL
                    "--metrics",
                    "127.0.0.1:0",
                    "--loglevel",
                    "info",
                    "--grace-period",
                    "2s"};
  const auto add = [&plan](std::initializer_list<std::string> more) {
    plan.arguments.insert(plan.arguments.end(), more);
  };
  if (const auto protocol = text_setting(context.settings, "protocol"); !protocol.empty())
    add({"--protocol", protocol});
  if (!is_named(context.settings)) {
    add({"--url", fmt::format("http://127.0.0.1:{}", context.local_port)});
  } else if (tunnel.empty()) {
    add({"run", "--token-file", expand_home(text_setting(context.settings, "token_file"))});
  } else {
    add({"run", tunnel});
    plan.files.emplace_back(".yml", ingress_of(context));
  }
  if (is_named(context.settings)) plan.url = "https://" + text_setting(context.settings, "hostname");
  // The variable rather than the flag of the same meaning: binaries from before June 2025 end at the flag.
  plan.environment = {"TUNNEL_LOG_OUTPUT=json"};
  plan.read_line = CloudflareLog(is_named(context.settings));
  return plan;
}

/// Of a JSON answer; nullopt: there is no such text in it.
std::optional<std::string> text_of(const LocalAnswer& answer, std::string_view key) {
  json::error_code error;
  const auto value = json::parse(answer.body, error);
  const auto* object = error ? nullptr : value.if_object();
  const auto* text = object == nullptr ? nullptr : find_text(*object, key);
  return text == nullptr ? std::nullopt : std::optional(std::string(*text));
}

asio::awaitable<Probe> probe(RunContext context) {
  // It has not said yet where it can be asked: all that is known is that it lives.
  if (context.control.empty()) co_return Probe{.state = Probe::State::ready, .url = {}};

  const auto whose = co_await get_local(context.control, "/quicktunnel");
  const auto hostname = whose && whose->status == 200 ? text_of(*whose, "hostname") : std::nullopt;
  if (!hostname) co_return Probe{.state = Probe::State::dead, .failure = {.sentence = "cloudflared does not answer."}};
  const bool named = is_named(context.settings);
  if (named ? !hostname->empty() : !context.url.empty() && *hostname != host_of(context.url))
    co_return Probe{.state = Probe::State::dead,
                    .failure = {.sentence = "Another program answers where cloudflared did."}};

  const auto ready = co_await get_local(context.control, "/ready");
  if (!ready) co_return Probe{.state = Probe::State::dead, .failure = {.sentence = "cloudflared does not answer."}};
  if (ready->status != 200)
    co_return Probe{.state = Probe::State::waiting,
                    .failure = {.kind = FailureClass::no_network,
                                .sentence = "cloudflared has no connection to Cloudflare, and works on a new one."}};
  co_return Probe{.state = Probe::State::ready,
                  .url = named || !is_host_name(*hostname) ? std::string() : "https://" + *hostname};
}

}  // namespace

const Provider kCloudflareProvider{
    .name = "cloudflare",
    .description = "the Internet, by Cloudflare: no account or your own tunnel",
    .program = "cloudflared",
    .has_tunnel = true,
    .keys = kKeys,
    .missing = missing,
    .traits = traits,
    .plan = plan,
    .probe = probe,
    .origin_hosts = [](const ProviderSettings&, std::string_view url) { return std::vector{host_of(url)}; },
    .patience = std::chrono::minutes(2),  // a restart loses a quick tunnel's URL
    .public_check = true,
};

}  // namespace panko
