// What `panko doctor` finds about the machine: sessions to share, ports, helpers, systemd.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <sstream>

#include "base/files.hpp"
#include "base/numbers.hpp"
#include "base/search_path.hpp"
#include "catalog/catalog.hpp"
#include "cli/diagnosis.hpp"
#include "cli/run_program.hpp"
#include "cli/systemd.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace fs = std::filesystem;

namespace {

// Gateways listen there (shares/addresses): a port that the system gives to others meanwhile may be lost.
constexpr int kFirstPort = 20000;
constexpr int kLastPort = 29999;

std::string short_path(const fs::path& path) {
  const char* home = std::getenv("HOME");
  const fs::path relative = home == nullptr ? fs::path{} : path.lexically_relative(home);
  return shown(relative.empty() || relative.native().starts_with("..") ? path.native() : "~/" + relative.native());
}

void check_sessions(Findings& findings) {
  std::map<const Agent*, std::uint64_t> counts;
  for (const SessionFile& file : find_session_files()) ++counts[file.agent];
  for (const Agent* agent : all_agents()) {
    std::string where;
    std::optional<fs::path> closed;
    for (const SessionRoot& root : agent->session_roots()) {
      std::error_code error;
      if (!fs::exists(root.directory, error)) continue;
      if (::access(root.directory.c_str(), R_OK | X_OK) != 0) closed = root.directory;
      where += (where.empty() ? "" : ", ") + short_path(root.directory);
    }
    if (agent->read == nullptr && (where.empty() || counts[agent] == 0)) continue;
    Finding finding{.check = "sessions", .sentence = {}};
    if (closed) {
      finding.level = Level::problem;
      finding.sentence = fmt::format("{}: {} is not to be read.", agent->name, short_path(*closed));
      finding.mend = "chmod u+rx " + shell_word(closed->native());
    } else if (where.empty()) {
      finding.level = Level::info;
      finding.sentence = fmt::format("{}: none; it has not been used here.", agent->name);
    } else {
      finding.sentence = fmt::format("{}: {} in {}{}.", agent->name, format_count(counts[agent], "session", "sessions"),
                                     where, agent->read == nullptr ? ", which panko cannot read yet" : "");
    }
    findings.push_back(std::move(finding));
  }
}

void check_ports(Findings& findings) {
  constexpr const char* kRange = "/proc/sys/net/ipv4/ip_local_port_range";
  std::istringstream text(read_file(kRange, 4096).value_or(""));
  int low = 0;
  int high = 0;
  if (!(text >> low >> high)) return;
  if (high < kFirstPort || low > kLastPort) {
    findings.push_back(
        {.check = "ports", .sentence = fmt::format("{} to {} are for shares alone.", kFirstPort, kLastPort)});
    return;
  }
  findings.push_back(
      {.level = Level::warning,
       .check = "ports",
       .sentence = fmt::format("The system gives ports {} to {} to any connection that begins, also of those that "
                               "shares use ({} to {}): a share may lose its port when the daemon starts anew.",
                               low, high, kFirstPort, kLastPort),
       .mend = "sudo sysctl -w net.ipv4.ip_local_port_range='32768 60999'"});
}

void check_curl(const DaemonView& daemon, Findings& findings) {
  const bool asks_daemon = daemon.status && !daemon.status->search_path.empty();
  if (find_on_path(asks_daemon ? daemon.status->search_path : own_search_path(), "curl"))
    findings.push_back({.check = "curl", .sentence = "There, to ask public links from outside."});
  else
    findings.push_back({.level = Level::info,
                        .check = "curl",
                        .sentence = "Not there: whether a public link works is not asked from outside.",
                        .mend = "sudo apt install curl"});
}

void check_service(Findings& findings) {
  const ServiceState state = service_state();
  Finding finding{.level = Level::info, .check = "service", .sentence = {}};
  if (!state.unavailable.empty()) {
    finding.sentence = "Shares come back with the first panko command after a reboot. " + shown(state.unavailable);
  } else if (!state.is_installed() || !state.is_enabled()) {
    finding.sentence = "Shares come back with the first panko command after a reboot, not by themselves.";
    finding.mend = "panko service install";
  } else if (state.active == "failed") {
    finding.level = Level::warning;
    finding.sentence = fmt::format("systemd could not start the daemon ({}).", shown(state.result));
    finding.mend = "journalctl --user -u panko";
  } else if (!state.lingers.value_or(true)) {
    finding.sentence = "systemd starts the daemon when you log in, not at boot.";
    finding.mend = "sudo loginctl enable-linger " + shell_word(user_name());
  } else {
    finding.level = Level::ok;
    finding.sentence = "systemd starts the daemon at boot.";
  }
  findings.push_back(std::move(finding));
}

}  // namespace

void check_machine(const DaemonView& daemon, Findings& findings) {
  check_sessions(findings);
  check_ports(findings);
  check_curl(daemon, findings);
  check_service(findings);
}

}  // namespace panko::cli
