// panko redact: the user's own words that are always masked. They are asked for, or read from standard input: what
// stands on a command line can be read by every user of the machine.
#include <fmt/format.h>

#include <memory>

#include "base/numbers.hpp"
#include "base/result.hpp"
#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

constexpr std::size_t kMostWords = 1000;

/// Empty: no word was given.
std::vector<std::string> words_of_user(std::string_view question) {
  if (!input_is_terminal()) {
    auto lines = input_lines(kMostWords + 1);
    if (lines.size() > kMostWords) throw Failure(fmt::format("At most {} words at a time.", kMostWords));
    std::erase(lines, "");
    return lines;
  }
  std::vector<std::string> words;
  while (words.size() < kMostWords) {
    auto word = ask_hidden(question);
    if (!word) return {};
    if (word->empty()) break;
    words.push_back(std::move(*word));
  }
  return words;
}

int refuse_arguments(std::string_view name) {
  complain(
      fmt::format("redact {} takes no word on the command line, where every user of this machine could read it: it "
                  "asks, or reads standard input, one a line. See: panko redact {} --help",
                  name, name));
  return kUsageStatus;
}

int add(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) return refuse_arguments("add");
  const auto words = words_of_user("A word that is always masked (not shown; Enter alone: done): ");
  if (words.empty()) {
    note("Nothing was added.");
    return kAbortedStatus;
  }
  const auto all = daemon_at_work().redact_words({.add = words});
  note(fmt::format("{} masked from now on, in every share.",
                   all.size() == 1 ? "1 word is" : fmt::format("{} words are", all.size())));
  return 0;
}

int remove(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) return refuse_arguments("remove");
  const auto words = words_of_user("A word that is masked no longer (not shown; Enter alone: done): ");
  if (words.empty()) {
    note("Nothing was removed.");
    return kAbortedStatus;
  }
  const auto all = daemon_at_work().redact_words({.remove = words});
  note(all.empty() ? "No word is left." : fmt::format("{} left.", format_count(all.size(), "word is", "words are")));
  return 0;
}

int list() {
  const auto words = daemon_at_work().redact_words({});
  if (words.empty()) note("There is none; `panko redact add` asks for some.");
  for (const std::string& word : words) print_line(shown(word));
  return 0;
}

/// Takes what does not belong there, to say why.
Argument stray_words(std::vector<std::string>& target) {
  return {.names = "WORD", .help = "refused", .target = &target, .hidden = true};
}

}  // namespace

Command redact_command() {
  auto words = std::make_shared<std::vector<std::string>>();
  return {.name = "redact",
          .summary = "Keep the list of your own words that are always masked.",
          .subcommands = {
              {.name = "add",
               .summary = "Mask more words, in every share.",
               .details =
                   "Names of customers, projects, machines: whatever no rule can know. Asks for them without showing "
                   "what is typed; in a pipe it reads one a line. They are kept in `redact-words` beside "
                   "config.toml, which only you can read. Upper and lower case are the same.",
               .arguments = {stray_words(*words)},
               .examples = {{"redact add", "asks"}, {"redact add < words.txt", "one a line"}},
               .run = [words] { return add(*words); }},
              {.name = "remove",
               .summary = "Mask some of them no longer.",
               .details = "Asks for them, or reads them, as `redact add` does.",
               .arguments = {stray_words(*words)},
               .examples = {{"redact remove", "asks"}},
               .run = [words] { return remove(*words); }},
              {.name = "list", .summary = "Print them.", .examples = {{"redact list", "one a line"}}, .run = [] {
                 return list();
               }}}};
}

}  // namespace panko::cli
