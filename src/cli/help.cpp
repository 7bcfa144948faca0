#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/table.hpp"

namespace panko::cli {

namespace {

constexpr std::size_t kColumns = 80;

struct Entry {
  std::string left;
  std::string right;
};

/// Two columns; the right one wrapped at words.
std::string table(const std::vector<Entry>& rows) {
  // One long name does not push all explanations to the right: it gets a line of its own.
  constexpr std::size_t kWidest = 20;
  std::size_t width = 0;
  for (const Entry& row : rows)
    if (row.left.size() <= kWidest) width = std::max(width, row.left.size());
  std::string out;
  for (const Entry& row : rows) {
    std::string line = fmt::format("  {:<{}}", row.left, width);
    if (row.left.size() > width) {
      out += line + '\n';
      line.assign(width + 2, ' ');
    }
    out += wrapped(line + "  ", row.right, width + 4, kColumns);
  }
  return out;
}

std::string left_of(const Argument& argument) {
  std::string out;
  for (const std::string_view spelling : argument.spellings()) out += (out.empty() ? "" : ", ") + std::string(spelling);
  return argument.value.empty() ? out : out + ' ' + argument.value;
}

std::string usage_of(const Command& command, std::string_view title) {
  std::string out = fmt::format("Usage: panko {}", title);
  if (!command.subcommands.empty()) return out + " COMMAND\n";
  const auto is_option = [](const Argument& a) { return !a.is_positional() && !a.hidden; };
  if (std::ranges::any_of(command.arguments, is_option)) out += " [OPTIONS]";
  for (const Argument& argument : command.arguments) {
    if (!argument.is_positional() || argument.hidden) continue;
    const bool many = std::holds_alternative<std::vector<std::string>*>(argument.target);
    const std::string name = argument.names + (many ? "..." : "");
    out += argument.required ? ' ' + name : " [" + name + ']';
  }
  return out + '\n';
}

std::string commands_of(std::span<const Command> commands) {
  std::vector<Entry> rows;
  for (const Command& command : commands) rows.push_back({command.name, command.summary});
  return "Commands:\n" + table(rows);
}

}  // namespace

std::string overview(std::span<const Command> commands) {
  return "panko shares sessions of AI coding agents: a colleague gets a link, and a\n"
         "background daemon keeps it working after this terminal is closed.\n\n"
         "Usage: panko [COMMAND]\n\n" +
         commands_of(commands) +
         "\n`panko` alone, on a terminal, shows the sessions, and keys do all of that (?).\n"
         "`panko COMMAND --help` tells more, with examples. SESSION is a path, an id,\n"
         "its beginning (4 characters or more), or `latest`.\n\n"
         "Examples:\n" +
         table({{"panko share latest", "a link to what you just did"},
                {"panko shares", "what is shared now"},
                {"panko stop 3f2a", "end that share; its link answers 410 Gone"}});
}

std::string help_of(const Command& command, std::string_view title) {
  std::string out = wrapped("", command.summary, 0, kColumns);
  if (!command.details.empty()) out += '\n' + wrapped("", command.details, 0, kColumns);
  out += '\n' + usage_of(command, title);
  if (!command.subcommands.empty()) out += '\n' + commands_of(command.subcommands);
  std::vector<Entry> positionals;
  std::vector<Entry> options;
  for (const Argument& argument : command.arguments)
    if (!argument.hidden)
      (argument.is_positional() ? positionals : options).push_back({left_of(argument), argument.help});
  options.push_back({"-h, --help", "this help"});
  if (!positionals.empty()) out += "\nArguments:\n" + table(positionals);
  out += "\nOptions:\n" + table(options);
  if (!command.examples.empty()) {
    out += "\nExamples:\n";
    for (const Example& example : command.examples)
      out += fmt::format("  panko {}\n      {}\n", example.line, example.meaning);
  }
  return out;
}

}  // namespace panko::cli
