// A provider makes a local port reachable. One file in providers/ defines one `const Provider`; provider.cpp lists
// them. This struct is all that the supervisor (tunnel.hpp) knows of it: what depends on the user's settings or on one
// run is a function of them, so that a provider has no state. Everything here runs on the daemon's loop and blocks
// nothing, but for missing(), which looks at files and runs on a worker.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"

namespace panko {

/// Why a tunnel is not up, and with it when another try makes sense (retry.hpp).
enum class FailureClass {
  transient,     // soon
  rate_limited,  // much later
  remote_busy,   // the service still holds what the last run had: in a few seconds
  no_network,    // until there is one, without a word
  permanent,     // never, until the user has done something
};

struct TunnelFailure {
  FailureClass kind = FailureClass::transient;
  std::string sentence{};  // for the user: what is wrong and what to do
};

/// What a line of the tunnel program's log says.
struct LogEvent {
  enum class Kind {
    url,      // `text` is the public base URL; it need not work yet. Another one than before: the old one is dead
    ready,    // connected: the URL, which is `text` where there is one, works from now on
    control,  // `text` is host:port of the program's own local endpoint
    failure,  // `text` is the sentence; the process is about to end, or is of no use any more when it is permanent
  };
  Kind kind{};
  std::string text{};
  FailureClass failure = FailureClass::transient;
};

/// One run, as its provider sees it. A value: coroutines keep their own.
struct RunContext {
  ProviderSettings settings{};
  std::uint16_t local_port = 0;  // what is to be reachable: http://127.0.0.1:PORT
  std::filesystem::path
      origin_socket{};  // the same as a Unix socket, for a program that can; nobody else can ever have it
  std::filesystem::path
      run_path{};         // + ".ext" names a file of this run (0600, in a directory of ours); see Plan::files
  pid_t pid = 0;          // 0: not started yet, or there is no process
  std::string control{};  // as the plan or the log said
  std::string url{};      // known so far
};

/// What a run needs. Made anew for a run that is adopted; then only read_line, ready_by, url and control count.
struct Plan {
  enum class ReadyBy {
    log,         // a LogEvent::ready, once there is a URL
    probe,       // Provider::probe says ready
    public_url,  // the public URL answers with what only this gateway knows
  };
  ReadyBy ready_by = ReadyBy::log;
  /// The program first. No secret: every local user can read it. Empty: there is no process (see Provider::probe).
  std::vector<std::string> arguments{};
  /// "NAME=value" beside the few variables that every tunnel program gets. The place for secrets.
  std::vector<std::string> environment{};
  /// What is never shown of the program's output: the user name of a connection can be a secret.
  std::vector<std::string> secrets{};
  /// Extension and content of files that are there before the program starts and go with the run: (".yml", "...").
  std::vector<std::pair<std::string, std::string>> files{};
  /// Standard input never ends (some ssh services hang up at its end). Else it is empty.
  bool endless_input = false;
  /// A complete line of the program's output, without its end. Visitors can put things into it: match whole messages.
  std::function<std::optional<LogEvent>(std::string_view line)> read_line{};
  std::string url{};      // when it is known beforehand
  std::string control{};  // likewise
};

/// How a run that goes on does, by the program's own endpoint.
struct Probe {
  enum class State {
    ready,    // it serves at `url`
    waiting,  // it is alive and ours, and works on its connection
    dead,     // no answer, or somebody else's
    failed,   // alive, but what was asked of it cannot be had: `failure`
  };
  State state = State::dead;
  std::string url{};        // ready: as the program says; empty: the one that is known
  TunnelFailure failure{};  // `sentence` also for waiting and dead, where there is one
};

/// What a user chooses by; depends on his settings.
struct ProviderTraits {
  bool is_public = false;   // readable from the Internet
  bool stable_url = false;  // the same after the tunnel started anew
  std::string audience{};   // "anyone with the link"
  std::string limits{};     // what the service refuses, adds or ends; empty: nothing that is known
  bool single = false;      // one tunnel at a time: another one would want the same place at the service
};

/// What keeps a provider from working here.
struct Obstacle {
  std::string sentence{};
  std::string command{};  // the one command that mends it; empty: there is none
};

/// A key of its section in config.toml. Any other is refused (provider_settings.hpp).
struct ProviderKey {
  enum class Type { flag, number, text, list };
  std::string_view name;
  Type type;
  std::string_view help;
};

struct Provider {
  std::string_view name{};         // "cloudflare"
  std::string_view description{};  // one line for the choice
  std::string_view program{};      // what is looked for on PATH; empty: none
  bool has_tunnel = false;         // false: the gateway's own address is the URL, and what follows is unused
  bool uses_socket = false;        // it points at RunContext::origin_socket, not at the port
  std::span<const ProviderKey> keys{};

  /// nullopt: it can work here. Looks at PATH and at files, starts nothing. Settings are checked before.
  std::optional<Obstacle> (*missing)(const ProviderSettings& settings) = nullptr;
  ProviderTraits (*traits)(const ProviderSettings& settings) = nullptr;
  Result<Plan> (*plan)(const RunContext& context) = nullptr;
  /// While starting (ReadyBy::probe) asked again and again; from then on every few seconds. It has an end of its own,
  /// at most 2 s where a process of its own is asked. nullptr: the process's life is all that is known.
  boost::asio::awaitable<Probe> (*probe)(RunContext context) = nullptr;
  /// Once a run is over, however: takes back what outlives it. Has an end of its own, does nothing when it is done
  /// already. True: all is gone.
  boost::asio::awaitable<bool> (*clean_up)(RunContext context) = nullptr;
  /// Host names that requests carry when they come through the tunnel at `public_url`.
  std::vector<std::string> (*origin_hosts)(const ProviderSettings& settings, std::string_view public_url) = nullptr;

  /// How long a run that was ready may be `waiting` before it is ended and another one started.
  std::chrono::milliseconds patience{60000};
  /// The service allows that the public URL is asked now and then.
  bool public_check = false;
  /// The service ends a run after this long by itself; 0: it does not.
  std::chrono::seconds lifetime{0};
};

[[nodiscard]] std::span<const Provider* const> all_providers();
/// nullptr when there is none of that name.
[[nodiscard]] const Provider* find_provider(std::string_view name);

/// The program's file on PATH; nullopt when there is none that may be run. For `missing`.
[[nodiscard]] std::optional<std::filesystem::path> find_program(std::string_view name);

/// Of a URL: "https://x.example:443/p" → "x.example". For `origin_hosts`.
[[nodiscard]] std::string host_of(std::string_view url);

}  // namespace panko
