// ngrok, by its agent of version 3: one agent a gateway, started with the user's own configuration (for his authtoken)
// and one of ours behind it, whose endpoint replaces his.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>
#include <cstdlib>

#include "base/files.hpp"
#include "tunnel/json_text.hpp"
#include "tunnel/local_http.hpp"
#include "tunnel/provider_settings.hpp"
#include "tunnel/providers/base_url.hpp"
#include "tunnel/providers/ngrok_log.hpp"
#include "tunnel/providers/providers.hpp"

namespace panko {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::string_view kEndpoint = "panko";
constexpr std::string_view kTokenCommand = "ngrok config add-authtoken YOUR_TOKEN";

constexpr std::array kKeys{
    ProviderKey{"url", ProviderKey::Type::text, "your own domain, else the one that ngrok gave your account"},
    ProviderKey{"authtoken_file", ProviderKey::Type::text,
                "a file with the authtoken, instead of ngrok's configuration"},
    ProviderKey{"config_file", ProviderKey::Type::text, "ngrok's configuration, where it is not at its usual place"},
};

/// "https://name.example" of a domain or such a URL; empty when it is neither.
std::string own_url(const ProviderSettings& settings) {
  const auto text = text_setting(settings, "url");
  const auto url = read_base_url(text.contains("://") ? text : "https://" + text).value_or("");
  return url.starts_with("https://") && url.find('/', 8) == std::string::npos ? url : std::string();
}

/// Where the user's own configuration is, if there is one. With a token of its own none is needed.
std::string config_path(const ProviderSettings& settings) {
  if (const auto file = text_setting(settings, "config_file"); !file.empty()) return expand_home(file);
  if (!text_setting(settings, "authtoken_file").empty()) return {};
  const char* config = std::getenv("XDG_CONFIG_HOME");
  auto path = config != nullptr && *config == '/' ? std::string(config) + "/ngrok/ngrok.yml"
                                                  : expand_home("~/.config/ngrok/ngrok.yml");
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) ? path : std::string();
}

/// The value of `key: value` at the front of some line; ngrok's own files have no other form of it.
std::string yaml_value(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with(key) || !line.substr(key.size()).starts_with(':')) continue;
    line.remove_prefix(key.size() + 1);
    const auto first = line.find_first_not_of(" \t\"'");
    if (first == std::string_view::npos) continue;
    return std::string(line.substr(first, line.find_first_of(" \t\r\"'#", first) - first));
  }
  return {};
}

std::optional<Obstacle> wrong_config(const std::string& path) {
  const auto text = read_file(path, 1 << 20);
  if (!text) return Obstacle{.sentence = text.error().message, .command = {}};
  if (yaml_value(*text, "version") != "3")
    return Obstacle{
        .sentence = fmt::format("ngrok's configuration {} is not of version 3: run ngrok config upgrade.", path),
        .command = "ngrok config upgrade"};
  return std::nullopt;
}

std::optional<Obstacle> missing(const ProviderSettings& settings) {
  if (!text_setting(settings, "url").empty() && own_url(settings).empty())
    return Obstacle{.sentence =
                        "[providers.ngrok] in config.toml: \"url\" has to be a host name, or https:// with one and "
                        "nothing behind it.",
                    .command = {}};
  if (!find_program("ngrok"))
    return Obstacle{.sentence =
                        "ngrok is not installed: get its agent from https://ngrok.com/download, version 3, and put it "
                        "on PATH.",
                    .command = {}};
  const auto token_file = text_setting(settings, "authtoken_file");
  if (!token_file.empty()) {
    if (auto token = read_secret(token_file); !token)
      return Obstacle{.sentence = std::move(token.error().message), .command = {}};
  }
  const auto config = config_path(settings);
  if (!config.empty()) {
    if (auto wrong = wrong_config(config)) return wrong;
  }
  if (token_file.empty() &&
      (config.empty() || yaml_value(read_file(config, 1 << 20).value_or(""), "authtoken").empty()))
    return Obstacle{
        .sentence =
            "ngrok has no authtoken: copy yours from https://dashboard.ngrok.com/get-started/your-authtoken "
            "and run ngrok config add-authtoken, or let authtoken_file in [providers.ngrok] name a file "
            "with it.",
        .command = std::string(kTokenCommand)};
  return std::nullopt;
}

ProviderTraits traits(const ProviderSettings&) {
  return {.is_public = true,
          .stable_url = true,
          .audience = "anyone with the link",
          .limits = "free plan: 20,000 requests and 1 GB a month; a warning page before the first visit",
          .single = true};
}

/// Nobody listens there at this moment. Whoever takes it first makes the agent end at once, and the next run tries
/// another one.
std::uint16_t free_port() {
  asio::io_context unused;
  boost::system::error_code error;
  asio::ip::tcp::acceptor acceptor(unused);
  acceptor.open(asio::ip::tcp::v4(), error);
  acceptor.bind({asio::ip::address_v4::loopback(), 0}, error);
  return acceptor.local_endpoint(error).port();
}

std::string agent_config(const RunContext& context, const std::string& control) {
  const auto url = own_url(context.settings);
  return fmt::format(
      "version: 3\n"
      "agent:\n"
      "  web_addr: \"{}\"\n"
      "  log: stdout\n"
      "  log_format: json\n"
      "  log_level: info\n"
      "  console_ui: false\n"
      "  update_check: false\n"
      "  remote_management: false\n"
      "  inspect_db_size: -1\n"
      "endpoints:\n"
      "  - name: {}\n"
      "{}"
      "    upstream:\n"
      "      url: \"http://127.0.0.1:{}\"\n"
      "    inspect: false\n",
      control, kEndpoint, url.empty() ? "" : fmt::format("    url: \"{}\"\n", url), context.local_port);
}

Result<Plan> plan(const RunContext& context) {
  Plan plan;
  plan.ready_by = Plan::ReadyBy::probe;
  plan.control = context.control.empty() ? fmt::format("127.0.0.1:{}", free_port()) : context.control;
  plan.arguments = {"ngrok", "start"};
  for (const auto& config : {config_path(context.settings), context.run_path.native() + ".yml"}) {
    if (config.empty()) continue;  // of two configurations the later one wins, and its list of endpoints is the list
    plan.arguments.emplace_back("--config");
    plan.arguments.push_back(config);
  }
  plan.arguments.emplace_back(kEndpoint);
  plan.files.emplace_back(".yml", agent_config(context, plan.control));
  // One that is there already has its token.
  if (const auto file = text_setting(context.settings, "authtoken_file"); !file.empty() && context.control.empty()) {
    auto token = read_secret(file);
    if (!token) return std::unexpected(std::move(token.error()));
    plan.environment.push_back("NGROK_AUTHTOKEN=" + *token);
  }
  plan.read_line = NgrokLog(std::string(kEndpoint));
  return plan;
}

/// Our endpoint among those that the agent lists; nullptr: it is not there (yet).
const json::object* find_endpoint(const json::array& endpoints) {
  for (const auto& endpoint : endpoints) {
    if (endpoint.is_object() && text_at(endpoint.get_object(), "name") == kEndpoint) return &endpoint.get_object();
  }
  return nullptr;
}

Probe judge(const LocalAnswer& answer, const RunContext& context) {
  const auto is = [](Probe::State state, FailureClass kind, std::string_view sentence) {
    return Probe{.state = state, .url = {}, .failure = {.kind = kind, .sentence = std::string(sentence)}};
  };
  if (answer.status == 404)
    return is(Probe::State::failed, FailureClass::permanent,
              "This ngrok is too old: version 3 is needed. Run ngrok update.");
  if (answer.status != 200)
    return is(Probe::State::dead, FailureClass::transient, "Another program answers where ngrok's agent did.");
  json::error_code error;
  const auto value = json::parse(answer.body, error);
  const auto* listed = error || !value.is_object() ? nullptr : value.get_object().if_contains("endpoints");
  if (listed == nullptr || !listed->is_array())
    return is(Probe::State::dead, FailureClass::transient, "Another program answers where ngrok's agent did.");
  const auto* endpoint = find_endpoint(listed->get_array());
  if (endpoint == nullptr)
    return is(Probe::State::waiting, FailureClass::no_network, "ngrok's agent has no connection to its service yet.");
  const auto* upstream = endpoint->if_contains("upstream");
  const auto target = upstream != nullptr && upstream->is_object() ? text_at(upstream->get_object(), "url") : "";
  if (!target.empty() && !target.ends_with(fmt::format(":{}", context.local_port)))
    return is(Probe::State::dead, FailureClass::transient, "Another agent of ngrok answers where ours did.");
  const auto url = read_base_url(text_at(*endpoint, "url"));
  if (!url) return is(Probe::State::waiting, FailureClass::transient, "ngrok's agent has not said its address yet.");
  return {.state = Probe::State::ready, .url = *url, .failure = {}};
}

asio::awaitable<Probe> probe(RunContext context) {
  const auto answer = co_await get_local(context.control, "/api/endpoints");
  if (!answer)
    co_return Probe{.state = Probe::State::dead, .url = {}, .failure = {.sentence = "ngrok's agent does not answer."}};
  co_return judge(*answer, context);
}

}  // namespace

const Provider kNgrokProvider{
    .name = "ngrok",
    .description = "the Internet, by ngrok: an account, and a link that stays",
    .program = "ngrok",
    .has_tunnel = true,
    .keys = kKeys,
    .missing = missing,
    .traits = traits,
    .plan = plan,
    .probe = probe,
    .origin_hosts = [](const ProviderSettings&, std::string_view url) { return std::vector{host_of(url)}; },
    .patience = std::chrono::minutes(3),  // it connects anew by itself
    .public_check = false,                // every request counts against the month's quota
};

}  // namespace panko
