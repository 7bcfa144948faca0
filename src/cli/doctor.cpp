// panko doctor: looks at everything that a share needs, and says what is wrong and what mends it.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/result.hpp"
#include "base/search_path.hpp"
#include "cli/command.hpp"
#include "cli/diagnosis.hpp"
#include "cli/json.hpp"
#include "cli/run_program.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

Style style_of(Level level) {
  return level == Level::ok        ? Style::green
         : level == Level::warning ? Style::yellow
         : level == Level::problem ? Style::red
                                   : Style::dim;
}

/// "provider ngrok" is "ngrok" here: a column for people is to be narrow.
std::string_view label_of(const Finding& finding) {
  constexpr std::string_view kProvider = "provider ";
  const std::string_view name = finding.check;
  return name.starts_with(kProvider) ? name.substr(kProvider.size()) : name;
}

void show(const Findings& findings) {
  std::size_t width = 0;
  for (const Finding& finding : findings) width = std::max(width, label_of(finding).size());
  const std::size_t indent = name_of(Level::problem).size() + width + 4;
  for (const Finding& finding : findings) {
    const std::string level(name_of(finding.level));
    // The level is coloured once lines are broken: a style has no width.
    std::string text =
        wrapped(fmt::format("{:<{}}  {:<{}}  ", level, name_of(Level::problem).size(), label_of(finding), width),
                finding.sentence, indent, terminal_columns());
    text.replace(0, level.size(), styled(style_of(finding.level), level));
    print(text);
    if (finding.mend) print(std::string(indent, ' ') + styled(Style::bold, "$ " + *finding.mend) + '\n');
  }
}

int doctor(bool json) {
  Findings findings;
  DaemonView daemon;
  std::optional<Config> config;
  if (const auto places = find_places()) {
    check_files(*places, findings);
    config = check_config(*places, findings);
    daemon = check_daemon(*places, findings);
  } else {
    findings.push_back({.level = Level::problem, .check = "state", .sentence = shown(places.error().message)});
  }
  check_sharing(daemon, config, own_search_path(), findings);
  check_machine(daemon, findings);

  const auto count = [&](Level level) { return std::ranges::count(findings, level, &Finding::level); };
  const auto problems = count(Level::problem);
  if (json) {
    print_line(to_text(doctor_json(findings)));
  } else if (!output_is_terminal()) {
    for (const Finding& finding : findings)
      print(tab_separated(
          {std::string(name_of(finding.level)), finding.check, finding.sentence, finding.mend.value_or("")}));
  } else {
    show(findings);
    const auto warnings = count(Level::warning);
    print_line(problems == 0 && warnings == 0
                   ? count(Level::info) == 0 ? "\nAll is well."
                                             : "\nNothing is wrong; what is marked info is not set up."
                   : fmt::format("\n{} problem{}, {} warning{}.", problems, problems == 1 ? "" : "s", warnings,
                                 warnings == 1 ? "" : "s"));
  }
  return problems == 0 ? 0 : 1;
}

}  // namespace

std::string_view name_of(Level level) {
  switch (level) {
    case Level::ok: return "ok";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::problem: return "problem";
  }
  return "";
}

Command doctor_command() {
  auto json = std::make_shared<bool>(false);
  return {
      .name = "doctor",
      .summary = "Check everything that sharing needs, and say what mends what is wrong.",
      .details = "Changes nothing and starts no daemon. The status is 1 when there is a problem; a warning is none.",
      .arguments = {{.names = "--json", .help = "one JSON object (docs/json.md)", .target = json.get()}},
      .examples = {{"doctor", "why does the link not work?"}, {"doctor --json", "for a bug report"}},
      .run = [json] { return doctor(*json); }};
}

}  // namespace panko::cli
