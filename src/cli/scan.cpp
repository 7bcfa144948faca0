// panko scan: what would be masked if a session were shared.
#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/finding_words.hpp"
#include "cli/json.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"
#include "protocol/findings.hpp"

namespace panko::cli {

namespace {

struct Options {
  std::string session;
  std::vector<std::string> allow;
  std::vector<std::string> mask;
  bool personal_shown = false;
  bool fail = false;
  bool json = false;
};

/// Names first, all of them: one that is mistyped changes nothing.
void decide(DaemonClient& daemon, const protocol::ScanInfo& scan, const Options& options) {
  std::vector<protocol::AllowValue> changes;
  changes.reserve(options.allow.size() + options.mask.size());
  for (const std::string& word : options.allow) changes.push_back({.hash = hash_of(scan, word), .allow = true});
  for (const std::string& word : options.mask) changes.push_back({.hash = hash_of(scan, word), .allow = false});
  for (const auto& change : changes) daemon.allow_value(change);
  for (const std::string& word : options.allow)
    note(fmt::format("Not masked any more, in any session of yours: {}.", shown(word)));
  for (const std::string& word : options.mask) note(fmt::format("Masked again: {}.", shown(word)));
}

void summarize(const protocol::ScanInfo& scan) {
  const std::string masked = protocol::masked_values(scan.secrets, scan.personal);
  note(masked.empty() ? "Nothing was found that would be masked." : fmt::format("Masked in a share: {}.", masked));
  if (const auto kinds = kinds_line(scan, false); !kinds.empty()) note("Secrets: " + kinds + ".");
  if (const auto kinds = kinds_line(scan, true); !kinds.empty()) note("Personal data: " + kinds + ".");
  if (scan.left_out > 0) note(fmt::format("{} more places are not listed; they are masked too.", scan.left_out));
}

int run(const Options& options) {
  const bool decides = !options.allow.empty() || !options.mask.empty();
  if (decides && (options.json || options.fail)) {
    complain("--allow and --mask change what is masked; scan again for --json or --fail. See: panko scan --help");
    return kUsageStatus;
  }
  const std::filesystem::path session = find_session(options.session);
  DaemonClient daemon = daemon_at_work();
  const protocol::ScanInfo scan =
      daemon.scan({.session_path = session.native(), .personal_shown = options.personal_shown});
  if (decides) {
    decide(daemon, scan, options);
    return 0;
  }
  if (options.json) {
    print_line(to_text(scan_json(scan)));
  } else {
    print(output_is_terminal() ? findings_text(scan, terminal_columns()) : findings_lines(scan));
    summarize(scan);
  }
  return options.fail && scan.secrets > 0 ? 1 : 0;
}

}  // namespace

Command scan_command() {
  auto options = std::make_shared<Options>();
  return {
      .name = "scan",
      .summary = "Show what is masked when a session is shared.",
      .details =
          "Lists by turn what was found: its kind and number, enough to recognise it and never enough to use it, where "
          "it stands, and the line around it as a share would show it. Keys, tokens and passwords come first, personal "
          "data (the home directory's user, e-mail addresses, addresses and names of machines, your own words) behind "
          "them. The value itself is nowhere. In a pipe one line each, separated by tabs: turn, secret or personal, "
          "masked or allowed, name, sample, kind of message, how often, anchor, rule, hash, line.",
      .arguments = {{.names = "SESSION",
                     .help = "a path, an id, its beginning, or `latest`",
                     .target = &options->session,
                     .required = true},
                    {.names = "--allow",
                     .help = "\"this is fine\": this value is not masked any more, in any session and share of yours; "
                             "named as it is listed (\"github-token #3\"), or by the beginning of its hash",
                     .target = &options->allow,
                     .value = "FINDING"},
                    {.names = "--mask", .help = "takes --allow back", .target = &options->mask, .value = "FINDING"},
                    {.names = "--show-personal",
                     .help = "as with the same option of `panko share`: personal data is not masked",
                     .target = &options->personal_shown},
                    {.names = "--fail",
                     .help = "exit status 1 when there is a secret that you did not allow",
                     .target = &options->fail},
                    {.names = "--json", .help = "one JSON object (docs/json.md)", .target = &options->json}},
      .examples = {{"scan latest", "what is in it that nobody should read?"},
                   {"scan latest --allow \"generic-secret #2\"", "that one is only an example"},
                   {"scan 5d0c6a1e --fail", "a check in a script"}},
      .run = [options] { return run(*options); }};
}

}  // namespace panko::cli
