// panko check: can these files be read, and what is in them?
#include <fmt/format.h>

#include <memory>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/terminal.hpp"
#include "edition/check.hpp"

namespace panko::cli {

namespace {

struct Options {
  std::vector<std::string> files;
  bool quiet = false;
  bool json = false;
};

std::string line_of(const CheckReport& report, const std::string& file) {
  return fmt::format("{}  {}  {} blocks  {}  {} unreadable  {}", shown(report.id), report.agent, report.blocks,
                     describe_duration(report.duration), report.unreadable_lines, shown(file));
}

int check(const Options& options) {
  int status = 0;
  for (const std::string& file : options.files) {
    const auto report = check_session(file);
    if (!report) status = 1;
    if (options.json) {
      if (!report || !options.quiet) print_line(to_text(check_json(file, report)));
    } else if (!report) {
      complain(report.error().message);
    } else if (!options.quiet) {
      print_line(line_of(*report, file));
    }
  }
  return status;
}

}  // namespace

Command check_command() {
  auto options = std::make_shared<Options>();
  return {.name = "check",
          .summary = "Read session files whole and say what is in them.",
          .details =
              "One line a file: id, agent, blocks, duration, unreadable lines, path. The status is 1 when some file is "
              "no session; damaged lines alone are counted and forgiven.",
          .arguments = {{.names = "FILE", .help = "session files", .target = &options->files, .required = true},
                        {.names = "-q,--quiet", .help = "only files that are no session", .target = &options->quiet},
                        {.names = "--json", .help = "one JSON object a line (docs/json.md)", .target = &options->json}},
          .examples = {{"check ~/.claude/projects/*/*.jsonl", "can every session be read?"},
                       {"check -q --json *.jsonl", "what is wrong, for a program"}},
          .run = [options] { return check(*options); }};
}

}  // namespace panko::cli
