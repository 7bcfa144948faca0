// A subcommand as data: its name, what it takes, an example or two, and what it does. From the one table of them come
// the parser, the help, the completions and the test that the man page misses none.
// Targets point into what `run` captured; a command is made, parsed into and run once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/cli.hpp"

namespace panko::cli {

inline constexpr int kUsageStatus = 2;
inline constexpr int kAbortedStatus = 130;

/// Where a value goes. bool: a flag without a value.
using Target = std::variant<bool*, std::string*, std::optional<std::string>*, std::optional<std::uint32_t>*,
                            std::vector<std::string>*>;

// Written out: a designated initializer that leaves out a member without one is a warning.
struct Argument {
  std::string names;  // "-t,--provider,--tunnel"; a positional has a name in capitals: "SESSION"
  std::string help;
  Target target;
  std::string value = {};  // what an option takes, in capitals
  std::vector<std::string> choices = {};
  bool required = false;
  bool hidden = false;

  [[nodiscard]] bool is_positional() const { return !names.starts_with('-'); }
  [[nodiscard]] bool is_flag() const { return std::holds_alternative<bool*>(target); }
  /// "-t", "--provider", "--tunnel".
  [[nodiscard]] std::vector<std::string_view> spellings() const;
};

struct Example {
  std::string line;  // without the "panko " in front
  std::string meaning;
};

struct Command {
  std::string name;
  std::string summary;       // one sentence, for lists
  std::string details = {};  // what else the help says
  std::vector<Argument> arguments = {};
  std::vector<Example> examples = {};
  std::vector<Command> subcommands = {};
  /// The exit status. Throws Failure. Empty when there are only subcommands.
  std::function<int()> run = {};
};

/// Every subcommand, in the order of the help.
[[nodiscard]] std::vector<Command> all_commands(const CliHooks& hooks);

// One file each; all_commands() lists them.
Command audit_command();
Command check_command();
Command completions_command();
Command config_command();
Command doctor_command();
Command edit_command();
Command export_command();
Command list_command();
Command logs_command();
Command providers_command();
Command redact_command();
Command scan_command();
Command search_command();
Command serve_command(const CliHooks& hooks);
Command serve_status_command();
Command serve_stop_command();
Command service_command();
Command share_command();
Command shares_command();
Command show_command();
Command stop_command();
Command view_command();

/// What `panko` alone does.
int list_sessions();

}  // namespace panko::cli
