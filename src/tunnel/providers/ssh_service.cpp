#include "tunnel/providers/ssh_service.hpp"

#include <fmt/format.h>

#include <memory>

#include "base/text.hpp"
#include "tunnel/provider_settings.hpp"
#include "tunnel/providers/base_url.hpp"
#include "tunnel/providers/ssh_client.hpp"
#include "tunnel/providers/ssh_failures.hpp"

namespace panko::ssh {

namespace asio = boost::asio;

namespace {

/// Reads one run's log.
struct Reader {
  Failures failures;
  std::optional<std::string> (*find_url)(std::string_view line);
  bool url_changes;
  std::string server;
  std::string url;  // known so far

  std::optional<LogEvent> read(std::string_view line) {
    const auto text = squeeze_white_space(strip_terminal_sequences(line));
    if (const auto found = find_url(text)) {
      const auto named = read_base_url(*found);
      if (!named || (!url_changes && !url.empty() && *named != url)) return std::nullopt;
      url = *named;
      failures.connected();
      return LogEvent{.kind = LogEvent::Kind::url, .text = url};
    }
    if (text.starts_with("Error: remote port forwarding failed for listen port "))
      return LogEvent{.kind = LogEvent::Kind::failure,
                      .text = fmt::format("{} refused to give out an address.", server),
                      .failure = FailureClass::remote_busy};
    return failures.read(text);
  }
};

/// A configuration in which the secret is the user name for this one server, and everything else is as it was.
std::string configuration(std::string_view server, std::string_view token, const std::string& config_file) {
  std::string text = fmt::format("Host {}\n  User {}\nMatch all\n", server, token);
  if (config_file.empty()) return text + "Include ~/.ssh/config\nInclude /etc/ssh/ssh_config\n";
  return text + fmt::format("Include \"{}\"\n", config_file);
}

}  // namespace

std::optional<Obstacle> missing_service(const ProviderSettings& settings) {
  if (auto obstacle = missing_client(settings)) return obstacle;
  if (const auto server = text_setting(settings, "server"); !server.empty() && !is_destination(server))
    return Obstacle{.sentence = "\"server\" has to be like user@server, or an alias of ~/.ssh/config.", .command = {}};
  return std::nullopt;
}

Result<Plan> plan_service(const Service& service, const RunContext& context) {
  auto forward = forward_to(service.listen, context.origin_socket);
  if (!forward) return std::unexpected(std::move(forward.error()));
  auto server = text_setting(context.settings, "server");
  auto server_port = number_setting(context.settings, "server_port");
  if (server.empty()) {
    server = service.server;
    if (!server_port) server_port = service.port;
  }

  Plan plan;
  plan.ready_by = Plan::ReadyBy::probe;
  plan.environment = agent_environment();
  plan.endless_input = true;  // at the end of its input the session ends, and the tunnel with it
  std::string config_file;
  if (!service.token.empty()) {
    server = server.substr(server.rfind('@') + 1);
    plan.secrets = {service.token};
    plan.files.emplace_back(
        ".conf", configuration(server, service.token, expand_home(text_setting(context.settings, "config_file"))));
    config_file = context.run_path.native() + ".conf";
  }
  auto own = context;
  if (server_port) own.settings.insert_or_assign("server_port", *server_port);
  auto arguments = client_arguments(own, config_file);
  if (!arguments) return std::unexpected(std::move(arguments.error()));
  // Not BatchMode: some services want an empty password, which is what ssh answers without a terminal.
  arguments->insert(arguments->end(), {"-o", "StrictHostKeyChecking=accept-new", "-R", std::move(*forward), server});
  if (!service.command.empty()) arguments->emplace_back("--");
  arguments->insert(arguments->end(), service.command.begin(), service.command.end());
  plan.arguments = std::move(*arguments);

  const auto reader =
      std::make_shared<Reader>(Reader{.failures = Failures(server, command_by_hand(own.settings, server)),
                                      .find_url = service.find_url,
                                      .url_changes = service.url_changes,
                                      .server = server.substr(server.rfind('@') + 1),
                                      .url = context.url});
  if (!context.url.empty()) reader->failures.connected();
  plan.read_line = [reader](std::string_view line) { return reader->read(line); };
  return plan;
}

asio::awaitable<Probe> probe_service(RunContext context) {
  if (context.url.empty()) co_return Probe{.state = Probe::State::waiting, .url = {}, .failure = {}};
  co_return co_await check_master(std::move(context));
}

std::vector<std::string> service_hosts(const ProviderSettings&, std::string_view public_url) {
  return hosts_behind(public_url);
}

}  // namespace panko::ssh
