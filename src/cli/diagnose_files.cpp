// What `panko doctor` finds in directories and files.
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/clock.hpp"
#include "base/file_system.hpp"
#include "base/files.hpp"
#include "base/numbers.hpp"
#include "cli/diagnosis.hpp"
#include "cli/log_lines.hpp"
#include "cli/run_program.hpp"
#include "cli/terminal.hpp"
#include "config/config.hpp"
#include "protocol/address.hpp"

namespace panko::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kTooLittle = 16 << 20;  // bytes; a commit needs its journal
constexpr std::uint64_t kLittle = 200 << 20;

Finding finding(Level level, std::string check, std::string_view sentence, std::optional<std::string> mend = {}) {
  return {.level = level, .check = std::move(check), .sentence = shown(sentence), .mend = std::move(mend)};
}

/// nullopt: panko can keep its files there. `exists`: it is there.
std::optional<Finding> broken_directory(const std::string& check, const fs::path& directory, bool& exists) {
  const std::string& name = directory.native();
  const std::string word = shell_word(name);
  const auto problem = [&](std::string_view sentence, std::optional<std::string> mend = {}) {
    return finding(Level::problem, check, sentence, std::move(mend));
  };
  struct stat status{};
  exists = ::lstat(directory.c_str(), &status) == 0;
  if (!exists && errno != ENOENT)
    return problem(fmt::format("{} cannot be looked at: {}.", name, describe_errno(errno)));
  if (!exists) {
    fs::path above = directory.parent_path();
    while (above != above.parent_path() && ::access(above.c_str(), F_OK) != 0) above = above.parent_path();
    if (::access(above.c_str(), W_OK | X_OK) != 0)
      return problem(fmt::format("{} cannot be made, because {} is not to be written: {}.", name, above.native(),
                                 describe_errno(errno)));
    return std::nullopt;
  }
  if (!S_ISDIR(status.st_mode))
    return problem(fmt::format("{} has to be a directory, and no link to one.", name),
                   fmt::format("mv {} {}.old", word, word));
  if (status.st_uid != ::geteuid())
    return problem(fmt::format("{} belongs to another user; set PANKO_HOME to a directory of your own.", name));
  if ((status.st_mode & 077) != 0)
    return problem(fmt::format("{} is open to other users (mode {:o}).", name, status.st_mode & 07777),
                   "chmod 700 " + word);
  if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0)
    return problem(fmt::format("{} is not to be written: {}.", name, describe_errno(errno)), "chmod 700 " + word);
  struct statfs system{};
  if (::statfs(directory.c_str(), &system) == 0 && is_network_filesystem(static_cast<std::uint64_t>(system.f_type)))
    return problem(
        fmt::format("{} is on a network file system, where the database would not be safe; set PANKO_HOME "
                    "to a directory on a disk of this machine.",
                    name));
  return std::nullopt;
}

void check_directory(const std::string& check, const fs::path& directory, Findings& findings) {
  bool exists = false;
  if (auto broken = broken_directory(check, directory, exists)) {
    findings.push_back(std::move(*broken));
    return;
  }
  if (!exists) {
    findings.push_back(finding(Level::ok, check, directory.native() + " is made when it is needed."));
    return;
  }
  struct statvfs space{};
  const bool known = ::statvfs(directory.c_str(), &space) == 0;
  const std::uint64_t left = known ? static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize : kLittle;
  const std::string room = known ? format_bytes(left) + " free" : "free space unknown";
  const Level level = left < kTooLittle ? Level::problem : left < kLittle ? Level::warning : Level::ok;
  findings.push_back(finding(level, check,
                             level == Level::ok
                                 ? fmt::format("{} is yours alone, {}.", directory.native(), room)
                                 : fmt::format("{} has hardly any room: {}; nothing new can be shared on a full disk.",
                                               directory.native(), room)));
}

std::vector<fs::path> own_files(const Places& places) {
  std::vector<fs::path> files{places.database,   places.socket,   places.pid_file, places.daemon_lock,
                              places.start_lock, places.log_file, places.tui_state};
  for (const char* suffix : {"-wal", "-shm"}) files.emplace_back(places.database.native() + suffix);
  std::error_code error;
  files.push_back(places.tunnels_dir);
  for (fs::directory_iterator at(places.tunnels_dir, error), end; !error && at != end; at.increment(error))
    files.push_back(at->path());
  return files;
}

void check_modes(const Places& places, Findings& findings) {
  std::string open;
  std::size_t count = 0;
  for (const fs::path& file : own_files(places)) {
    struct stat status{};
    if (::lstat(file.c_str(), &status) != 0) continue;
    ++count;
    if (status.st_uid != ::geteuid()) {
      findings.push_back(finding(
          Level::problem, "files",
          fmt::format("{} belongs to user {}; panko was run as somebody else there.", file.native(), status.st_uid),
          fmt::format("sudo chown {} {}", ::geteuid(), shell_word(file.native()))));
      return;
    }
    if (S_ISLNK(status.st_mode)) {
      findings.push_back(finding(Level::problem, "files",
                                 fmt::format("{} is a link; panko follows none there.", file.native()),
                                 fmt::format("mv {} {}.old", shell_word(file.native()), shell_word(file.native()))));
      return;
    }
    if ((status.st_mode & 077) != 0) open += ' ' + shell_word(file.native());
  }
  if (!open.empty())
    findings.push_back(finding(Level::warning, "files", "Other users may open:" + open + ".", "chmod go=" + open));
  else if (count > 0)
    findings.push_back(finding(Level::ok, "files", fmt::format("All {} are yours alone.", count)));
}

void check_log(const Places& places, Findings& findings) {
  constexpr auto kRecent = std::chrono::hours(24);
  const auto lines = newest_lines(places.log_file, 1000);
  if (lines.empty()) {
    findings.push_back(finding(Level::ok, "log", "No daemon has written one at " + places.log_file.native() + "."));
    return;
  }
  const auto since = wall_now() - kRecent;
  const auto errors = std::ranges::count_if(
      lines, [&](const LogLine& line) { return line.time && *line.time >= since && line.text.starts_with("error "); });
  if (errors == 0)
    findings.push_back(finding(Level::ok, "log", "No error within a day in " + places.log_file.native() + "."));
  else
    findings.push_back(finding(
        Level::warning, "log",
        fmt::format("{} within a day in {}.", format_count(static_cast<std::uint64_t>(errors), "error", "errors"),
                    places.log_file.native()),
        "panko logs"));
}

}  // namespace

void check_files(const Places& places, Findings& findings) {
  check_directory("state", places.state_dir, findings);
  if (places.log_file.parent_path() != places.state_dir)
    check_directory("log directory", places.log_file.parent_path(), findings);
  check_modes(places, findings);
  if (const auto address = protocol::socket_address(places.socket); !address)
    findings.push_back(finding(Level::problem, "socket", address.error().message));
  check_log(places, findings);
}

std::optional<Config> check_config(const Places& places, Findings& findings) {
  const std::string& name = places.config_file.native();
  const std::string edit = "${EDITOR:-vi} " + shell_word(name);
  auto config = load_config(places.config_file);
  if (!config) {
    findings.push_back(finding(Level::problem, "config", config.error().message, edit));
    return std::nullopt;
  }
  struct stat status{};
  const bool exists = ::stat(name.c_str(), &status) == 0;
  if (exists && (status.st_uid != ::geteuid() || (status.st_mode & 022) != 0))
    findings.push_back(finding(Level::warning, "config",
                               name + " can be changed by other users, and it says which programs panko runs.",
                               "chmod go-w " + shell_word(name)));
  else
    findings.push_back(
        finding(Level::ok, "config", exists ? name + " is understood." : "No " + name + ": the defaults hold."));
  return std::move(*config);
}

}  // namespace panko::cli
