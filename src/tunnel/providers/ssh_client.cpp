#include "tunnel/providers/ssh_client.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/text.hpp"
#include "tunnel/program.hpp"
#include "tunnel/provider_settings.hpp"

namespace panko::ssh {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

// ssh binds PATH.<16 random characters> and renames it; sun_path holds 107 characters.
constexpr std::size_t kLongestControlPath = 90;
constexpr std::chrono::milliseconds kAnswerTime{2000};

/// ssh expands %-tokens in paths.
std::string without_tokens(std::string_view path) {
  std::string result;
  for (const char c : path) result.append(c == '%' ? 2 : 1, c);
  return result;
}

/// A question to the master of this run. The user's configuration does not count: the answer is the master's.
asio::awaitable<std::optional<ProgramResult>> ask(RunContext context, std::vector<std::string> question) {
  const auto socket = control_socket(context);
  if (!socket) co_return std::nullopt;
  ProgramRun run{.arguments = {"ssh", "-F", "/dev/null", "-S", without_tokens(socket->native())}, .time = kAnswerTime};
  std::ranges::move(question, std::back_inserter(run.arguments));
  run.arguments.emplace_back("panko");  // a name has to be there; nobody looks at it
  auto result = co_await run_program(std::move(run));
  if (!result) co_return std::nullopt;
  co_return std::move(*result);
}

bool has_control_socket(const RunContext& context) {
  const auto socket = control_socket(context);
  return socket && ::access(socket->c_str(), F_OK) == 0;
}

/// "Master running (pid=1524)"
bool is_master(const RunContext& context, std::string_view answer) {
  constexpr std::string_view kRunning = "Master running (pid=";
  const auto start = answer.find(kRunning);
  if (start == std::string_view::npos) return false;
  pid_t pid = 0;
  std::from_chars(answer.data() + start + kRunning.size(), answer.data() + answer.size(), pid);
  return context.pid == 0 || pid == context.pid;
}

std::optional<Obstacle> missing_file(const ProviderSettings& settings, std::string_view key) {
  const auto file = text_setting(settings, key);
  if (file.empty() || ::access(expand_home(file).c_str(), R_OK) == 0) return std::nullopt;
  return Obstacle{.sentence = fmt::format("\"{}\" names {}, which cannot be read.", key, clean_line_for_terminal(file)),
                  .command = {}};
}

}  // namespace

std::optional<Obstacle> missing_client(const ProviderSettings& settings) {
  if (!find_program("ssh"))
    return Obstacle{.sentence = "ssh is not installed.", .command = "sudo apt install openssh-client"};
  for (const std::string_view key : {"config_file", "identity_file"}) {
    if (auto obstacle = missing_file(settings, key)) return obstacle;
  }
  if (const auto port = number_setting(settings, "server_port"); port && (*port < 1 || *port > 65535))
    return Obstacle{.sentence = "\"server_port\" has to be from 1 to 65535.", .command = {}};
  return std::nullopt;
}

bool is_destination(std::string_view text) {
  return !text.empty() && text.size() <= 512 && !text.starts_with('-') && !text.contains("@-") &&
         std::ranges::none_of(text, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte <= ' ' || byte >= 127 || std::string_view("\"'`$\\;&|<>(){}").contains(c);
         });
}

Result<fs::path> control_socket(const RunContext& context) {
  fs::path socket = context.run_path;
  socket += ".s";
  if (socket.native().size() > kLongestControlPath)
    return fail(
        fmt::format("ssh cannot keep a control socket at {}: its path has {} characters, and at most {} are possible. "
                    "Set PANKO_HOME to a shorter directory.",
                    socket.native(), socket.native().size(), kLongestControlPath));
  return socket;
}

Result<std::vector<std::string>> client_arguments(const RunContext& context, const std::string& config_file) {
  const auto socket = control_socket(context);
  if (!socket) return std::unexpected(socket.error());
  std::vector<std::string> arguments{"ssh", "-M", "-S", without_tokens(socket->native()),
                                     "-T",  "-a", "-x"};  // the server gets neither our agent nor our display
  for (const std::string_view option :
       {"ControlPersist=no", "ExitOnForwardFailure=yes", "ConnectTimeout=10",
        "LogLevel=INFO",  // else the user's own may keep us from knowing why it failed
        "ServerAliveInterval=5", "ServerAliveCountMax=2"})  // a server that hangs is seen within 15 s
    arguments.insert(arguments.end(), {"-o", std::string(option)});
  const auto file = config_file.empty() ? expand_home(text_setting(context.settings, "config_file")) : config_file;
  if (!file.empty()) arguments.insert(arguments.end(), {"-F", file});
  if (const auto identity = text_setting(context.settings, "identity_file"); !identity.empty())
    arguments.insert(arguments.end(), {"-i", without_tokens(expand_home(identity)), "-o", "IdentitiesOnly=yes"});
  if (const auto port = number_setting(context.settings, "server_port"))
    arguments.insert(arguments.end(), {"-p", std::to_string(*port)});
  return arguments;
}

std::string command_by_hand(const ProviderSettings& settings, std::string_view server) {
  std::string command = "ssh";
  for (const auto& [option, key] : {std::pair{"-F", "config_file"}, {"-i", "identity_file"}}) {
    if (const auto file = text_setting(settings, key); !file.empty()) command += fmt::format(" {} {}", option, file);
  }
  if (const auto port = number_setting(settings, "server_port")) command += fmt::format(" -p {}", *port);
  return fmt::format("{} {}", command, server);
}

std::vector<std::string> agent_environment() {
  const char* agent = std::getenv("SSH_AUTH_SOCK");
  if (agent == nullptr || *agent == '\0') return {};
  return {std::string("SSH_AUTH_SOCK=") + agent};
}

Result<std::string> forward_to(std::string_view listen, const fs::path& origin_socket) {
  if (origin_socket.empty()) return fail("There is no Unix socket for ssh to point at.");
  const auto& path = origin_socket.native();
  if (path.contains("${") || path.contains(':') || path.contains('\\'))
    return fail(
        fmt::format("ssh cannot point at {}: its path has a colon, a backslash or \"${{\". Set PANKO_HOME to another "
                    "directory.",
                    path));
  return fmt::format("{}:{}", listen, without_tokens(path));
}

asio::awaitable<Probe> check_master(RunContext context) {
  if (!has_control_socket(context)) {
    // It comes into being once the server has let us in, and goes with the master.
    const auto state = context.url.empty() ? Probe::State::waiting : Probe::State::dead;
    co_return Probe{.state = state, .url = {}, .failure = {}};
  }
  const auto answer = co_await ask(context, {"-O", "check"});
  Probe probe{.state = Probe::State::dead, .url = {}, .failure = {}};
  if (answer && answer->timed_out)
    probe.failure.sentence = "ssh hangs: it has not answered on its control socket for 2 s.";
  else if (answer && answer->exit_status == 0 && is_master(context, answer->errors))
    probe.state = Probe::State::ready;
  co_return probe;
}

asio::awaitable<Forwarded> ask_forward(RunContext context, std::string forward) {
  if (!has_control_socket(context)) co_return Forwarded{};
  const auto answer = co_await ask(context, {"-O", "forward", "-R", std::move(forward)});
  if (!answer || !answer->exit_status) co_return Forwarded{};
  if (*answer->exit_status != 0) {
    const bool refused = answer->errors.contains("forwarding request failed");
    co_return Forwarded{.state = refused ? Forwarded::State::refused : Forwarded::State::not_yet, .port = {}};
  }
  auto port = squeeze_white_space(answer->output, 16);
  if (port.find_first_not_of("0123456789") != std::string::npos) port.clear();
  co_return Forwarded{.state = Forwarded::State::open, .port = std::move(port)};
}

}  // namespace panko::ssh
