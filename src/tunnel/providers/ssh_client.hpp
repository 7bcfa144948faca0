// What all providers that run OpenSSH's client share: its arguments, its control socket, and what it can be asked by
// that. A run's ssh is a control master; the control socket proves that it is there, ours and not frozen.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tunnel/provider.hpp"

namespace panko::ssh {

/// "ssh is not installed", or what the settings `identity_file` and `config_file` name and is not there.
[[nodiscard]] std::optional<Obstacle> missing_client(const ProviderSettings& settings);

/// A destination as ssh takes it: "server", "user@server", an alias. What could be an option or a command is none.
[[nodiscard]] bool is_destination(std::string_view text);

/// The control socket of this run. The error: its path is too long for a socket.
[[nodiscard]] Result<std::filesystem::path> control_socket(const RunContext& context);

/// The program and all arguments that every run has, without the destination; settings `config_file`, `identity_file`
/// and `server_port` included. `config_file` wins over the setting of that name.
[[nodiscard]] Result<std::vector<std::string>> client_arguments(const RunContext& context,
                                                                const std::string& config_file = {});

/// How the user reaches that server himself with the same settings: "ssh -p 2222 user@server".
[[nodiscard]] std::string command_by_hand(const ProviderSettings& settings, std::string_view server);

/// "SSH_AUTH_SOCK=..." where an agent with keys is known.
[[nodiscard]] std::vector<std::string> agent_environment();

/// "LISTEN:ORIGIN", for -R. The error: the socket's path has characters that ssh would read as something else.
[[nodiscard]] Result<std::string> forward_to(std::string_view listen, const std::filesystem::path& origin_socket);

/// Whether the master of this run is there and answers: ready, waiting (no control socket yet) or dead.
[[nodiscard]] boost::asio::awaitable<Probe> check_master(RunContext context);

struct Forwarded {
  enum class State { open, not_yet, refused };
  State state = State::not_yet;
  std::string port{};  // open, and asked for with port 0: the one that the server chose
};
/// Has the master ask its server for a forward; once it is there, asking again changes nothing.
[[nodiscard]] boost::asio::awaitable<Forwarded> ask_forward(RunContext context, std::string forward);

}  // namespace panko::ssh
