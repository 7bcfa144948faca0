// panko completions: a script for the shell, made from the table of commands, so that it knows every option.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

std::vector<Command> commands() {
  return all_commands({});
}

/// Its options, and those of its subcommands.
std::vector<const Argument*> options_of(const Command& command) {
  std::vector<const Argument*> out;
  for (const Argument& argument : command.arguments)
    if (!argument.is_positional() && !argument.hidden) out.push_back(&argument);
  for (const Command& inner : command.subcommands)
    for (const Argument* argument : options_of(inner)) out.push_back(argument);
  return out;
}

std::string spellings_of(const Command& command) {
  std::string out;
  for (const Argument* argument : options_of(command))
    for (const auto spelling : argument->spellings()) out += std::string(spelling) + ' ';
  return out + "--help";
}

bool takes_files(const Command& command) {
  for (const Argument& argument : command.arguments)
    if (argument.names == "SESSION" || argument.names == "FILE") return true;
  return false;
}

/// What may follow `panko COMMAND`: its words, and whether files do.
std::string words_after(const Command& command) {
  std::vector<std::string> words;
  words.reserve(command.subcommands.size());
  for (const Command& inner : command.subcommands) words.push_back(inner.name);
  for (const Argument& argument : command.arguments) {
    if (argument.names == "SESSION") words.emplace_back("latest");
    if (argument.is_positional()) words.insert(words.end(), argument.choices.begin(), argument.choices.end());
  }
  return fmt::format("{}", fmt::join(words, " "));
}

std::string names_of(const std::vector<Command>& all) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const Command& command : all) names.push_back(command.name);
  return fmt::format("{}", fmt::join(names, " "));
}

std::string bash() {
  std::string cases;
  for (const Command& command : commands()) {
    cases += fmt::format("    {})\n", command.name);
    for (const Argument* argument : options_of(command))
      if (!argument->is_flag())
        cases += fmt::format(
            "      case $before in {}) mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$word\"); return;; esac\n",
            fmt::join(argument->spellings(), "|"), fmt::join(argument->choices, " "));
    cases += fmt::format("      words='{}' options='{}' files={};;\n", words_after(command), spellings_of(command),
                         takes_files(command) ? "yes" : "");
  }
  return fmt::format(R"(# bash completion for panko; made by `panko completions bash`
_panko() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words='' options='' files=''
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W '{} --help --version' -- "$word")
    return
  fi
  case ${{COMP_WORDS[1]}} in
{}  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    if [[ $files ]]; then
      compopt -o filenames 2>/dev/null
      mapfile -t -O "${{#COMPREPLY[@]}}" COMPREPLY < <(compgen -f -- "$word")
    fi
  fi
}}
complete -F _panko panko
)",
                     names_of(commands()), cases);
}

/// For a zsh specification in single quotes.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh() {
  std::string names;
  std::string cases;
  for (const Command& command : commands()) {
    names += fmt::format("    '{}:{}'\n", command.name, zsh_text(command.summary));
    cases += fmt::format("    {}) _arguments", command.name);
    for (const Argument* option : options_of(command)) {
      const Argument& argument = *option;
      for (const auto spelling : argument.spellings()) {
        cases += fmt::format(" \\\n      '{}[{}]", spelling, zsh_text(argument.help));
        if (!argument.is_flag()) cases += fmt::format(":{}:({})", argument.value, fmt::join(argument.choices, " "));
        cases += '\'';
      }
    }
    cases += " \\\n      '--help[this help]'";
    if (const auto words = words_after(command); !words.empty())
      cases += takes_files(command)
                   ? fmt::format(" \\\n      '*:session:_alternative \"words:word:({})\" \"files:file:_files\"'", words)
                   : fmt::format(" \\\n      '1:word:({})'", words);
    else if (takes_files(command))
      cases += " \\\n      '*:file:_files'";
    cases += ";;\n";
  }
  return fmt::format(R"(#compdef panko
# zsh completion for panko; made by `panko completions zsh`
_panko() {{
  local -a commands=(
{}  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
{}  esac
}}
if [[ $funcstack[1] == _panko ]]; then _panko "$@"; else compdef _panko panko; fi
)",
                     names, cases);
}

std::string fish_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string fish() {
  std::string out =
      "# fish completion for panko; made by `panko completions fish`\n"
      "complete -c panko -f\n"
      "complete -c panko -n __fish_use_subcommand -l help -d 'this help'\n"
      "complete -c panko -n __fish_use_subcommand -l version -d 'the version'\n";
  for (const Command& command : commands()) {
    out += fmt::format("complete -c panko -n __fish_use_subcommand -a {} -d '{}'\n", command.name,
                       fish_text(command.summary));
    const std::string when = fmt::format("complete -c panko -n '__fish_seen_subcommand_from {}'", command.name);
    for (const Argument* option : options_of(command)) {
      const Argument& argument = *option;
      out += when;
      for (const auto spelling : argument.spellings())
        out += spelling.starts_with("--") ? fmt::format(" -l {}", spelling.substr(2))
                                          : fmt::format(" -s {}", spelling.substr(1));
      if (!argument.is_flag()) out += " -x";
      if (!argument.choices.empty()) out += fmt::format(" -a '{}'", fmt::join(argument.choices, " "));
      out += fmt::format(" -d '{}'\n", fish_text(argument.help));
    }
    out += when + " -l help -d 'this help'\n";
    if (const auto words = words_after(command); !words.empty()) out += fmt::format("{} -a '{}'\n", when, words);
    if (takes_files(command)) out += when + " -F\n";
  }
  return out;
}

}  // namespace

Command completions_command() {
  auto shell = std::make_shared<std::string>();
  return {.name = "completions",
          .summary = "Print a completion script for a shell.",
          .arguments = {{.names = "SHELL",
                         .help = "bash, zsh or fish",
                         .target = shell.get(),
                         .choices = {"bash", "zsh", "fish"},
                         .required = true}},
          .examples = {{"completions bash > ~/.local/share/bash-completion/completions/panko", "for bash"},
                       {"completions zsh > ~/.zfunc/_panko", "for zsh, with ~/.zfunc in fpath"},
                       {"completions fish > ~/.config/fish/completions/panko.fish", "for fish"}},
          .run = [shell] {
            print(*shell == "bash" ? bash() : *shell == "zsh" ? zsh() : fish());
            return 0;
          }};
}

}  // namespace panko::cli
