#include "cli/cli.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/nearest.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"
#include "cli/terminal.hpp"
#include "protocol/build.hpp"

namespace panko {

namespace {

using namespace cli;

constexpr int kFailed = 1;

int refuse(std::string_view title, std::string_view sentence) {
  complain(fmt::format("{} See: panko {}--help", sentence, title.empty() ? "" : std::string(title) + ' '));
  return kUsageStatus;
}

int refuse_unknown(std::string_view title, std::string_view word, std::span<const Command> commands) {
  std::vector<std::string_view> names;
  for (const Command& command : commands) names.push_back(command.name);
  const std::string asked = clean_line_for_terminal(truncate_utf8(word, 100));
  const std::string_view kind = word.starts_with('-') ? "option" : "command";
  const auto meant = nearest(word, names);
  return refuse(title, meant.empty() ? fmt::format("There is no {} \"{}\".", kind, asked)
                                     : fmt::format("There is no {} \"{}\"; did you mean \"{}\"?", kind, asked, meant));
}

int run_command(const Command& command, const std::string& title, std::span<const std::string> words) {
  if (!command.subcommands.empty()) {
    if (words.empty()) return refuse(title, fmt::format("{} needs a command.", title));
    if (words[0] == "-h" || words[0] == "--help") {
      print(help_of(command, title));
      return 0;
    }
    const auto found = std::ranges::find(command.subcommands, words[0], &Command::name);
    if (found == command.subcommands.end()) return refuse_unknown(title, words[0], command.subcommands);
    return run_command(*found, title + ' ' + found->name, words.subspan(1));
  }
  const auto parsed = parse_arguments(command, title, {words.begin(), words.end()});
  if (!parsed) return refuse(title, parsed.error().message);
  if (*parsed == Parsed::help) {
    print(help_of(command, title));
    return 0;
  }
  return command.run();
}

int dispatch(std::span<const std::string> words, const CliHooks& hooks) {
  if (words.empty()) return hooks.run_tui && can_draw() ? hooks.run_tui() : list_sessions();
  const std::string& first = words[0];
  if (first == "--version" || first == "-V") {
    print_line(fmt::format("panko {}", protocol::build_version()));
    return 0;
  }
  const auto commands = all_commands(hooks);
  if (first == "help" && words.size() > 1) {
    const std::string asked[] = {words[1], "--help"};
    return dispatch(asked, hooks);
  }
  if (first == "-h" || first == "--help" || first == "help") {
    print(overview(commands));
    return 0;
  }
  const auto found = std::ranges::find(commands, first, &Command::name);
  if (found == commands.end()) return refuse_unknown("", first, commands);
  return run_command(*found, found->name, words.subspan(1));
}

}  // namespace

int run_cli(int argc, char** argv, const CliHooks& hooks) {
  ::umask(077);  // whatever panko makes is for its user alone
  try {
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    const int status = dispatch(words, hooks);
    // Output that never arrived (a full disk) is no success.
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
      throw Failure(fmt::format("Cannot write to standard output: {}.", describe_errno(errno)));
    return status;
  } catch (const Failure& failure) {
    complain(failure.what());
    return kFailed;
  }
}

}  // namespace panko
