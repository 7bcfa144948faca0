// panko service: a systemd user unit, so that shares come back after a reboot without a panko command.
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

extern "C" {  // glibc 2.36 forgot it in this one
#include <sys/pidfd.h>
}

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/program_path.hpp"
#include "base/result.hpp"
#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/run_program.hpp"
#include "cli/service_unit.hpp"
#include "cli/systemd.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

namespace fs = std::filesystem;

constexpr int kEndSeconds = 20;  // tunnels get time to end in order

struct Options {
  bool take_over = false;
};

/// What decides where panko's files are and which programs the daemon finds: systemd's own environment knows neither.
std::vector<std::pair<std::string, std::string>> environment() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const char* name :
       {"PATH", "PANKO_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    // A relative one would mean another directory there.
    out.emplace_back(name, std::string_view(name) == "PANKO_HOME" ? fs::absolute(value).native() : value);
  }
  return out;
}

/// nullopt: there is no file. Refuses one that somebody else wrote.
std::optional<std::string> own_unit_at(const fs::path& file) {
  struct stat status{};
  if (::lstat(file.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw Failure(fmt::format("Cannot look at {}: {}.", shown(file.native()), describe_errno(errno)));
  }
  const auto text = S_ISREG(status.st_mode) ? read_file(file, 1 << 20) : fail("");
  if (!text || !is_own_unit(*text))
    throw Failure(
        fmt::format("{} was not written by `panko service install`; move it away first.", shown(file.native())));
  return *text;
}

void write_unit(const fs::path& file, std::string_view text) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) throw Failure(fmt::format("Cannot create {}: {}.", shown(file.parent_path().native()), error.message()));
  value_or_throw(write_file_atomically(file, text));
  ::chmod(file.c_str(), 0644);
}

/// The unit's link, when systemctl is not there to remove it.
void remove_link(const fs::path& file) {
  const fs::path link = file.parent_path() / "default.target.wants" / kUnitName;
  std::error_code error;
  if (fs::read_symlink(link, error) == file) fs::remove(link, error);
}

/// Everything as it was before `install` began.
void take_back(const fs::path& file, const std::optional<std::string>& before) {
  if (before) {
    write_unit(file, *before);
  } else {
    (void)systemctl({"disable", std::string(kUnitName)});
    std::error_code error;
    fs::remove(file, error);
    remove_link(file);
  }
  (void)systemctl({"daemon-reload"});
}

/// Ends the daemon so that the next one takes up its shares.
void suspend(DaemonClient& daemon) {
  const pid_t pid = daemon.daemon_pid();
  const Fd process{::pidfd_open(pid, 0)};
  daemon.ping();  // it answers after that: the process is certainly the daemon
  if (!process || ::pidfd_send_signal(process.get(), SIGTERM, nullptr, 0) != 0)
    throw Failure(fmt::format("Cannot end the daemon (pid {}): {}.", pid, describe_errno(errno)));
  pollfd ended{.fd = process.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ended, 1, kEndSeconds * 1000) <= 0)
    throw Failure(fmt::format("The daemon (pid {}) is still ending its tunnels; run the command again.", pid));
}

void start_or_explain(std::optional<DaemonClient> running, bool take_over) {
  const auto main_pid = service_state().main_pid;
  if (running && running->daemon_pid() == main_pid) {
    note("The daemon that runs is systemd's already; `panko serve --restart` gives it this program and this PATH.");
    return;
  }
  if (running && !take_over) {
    note(fmt::format(
        "A daemon runs (pid {}) that systemd did not start; it and its shares go on. systemd starts its own "
        "the next time; to have that now: panko service install --take-over",
        running->daemon_pid()));
    return;
  }
  if (running) suspend(*running);
  if (const auto started = systemctl({"start", std::string(kUnitName)}); !started) {
    // Its shares are not to be down for that.
    if (running) (void)DaemonClient::connect_or_start(places());
    throw Failure(
        fmt::format("It is installed, but systemd could not start the daemon: {} See: journalctl --user -u panko",
                    shown(started.error().message)));
  }
  note("The daemon runs under systemd.");
}

void make_linger() {
  if (service_state().lingers.value_or(false)) return;
  const auto enabled = enable_linger();
  note(enabled ? "Lingering is on: it starts at boot, before you log in."
               : fmt::format("Lingering is off ({}): it starts when you log in, and ends when you log out. For a start "
                             "at boot, once: sudo loginctl enable-linger {}",
                             shown(enabled.error().message), shell_word(user_name())));
}

int install(const Options& options) {
  const fs::path file = value_or_throw(own_unit_file());
  const fs::path& program = program_path();
  if (const std::string why = why_no_systemd(); !why.empty())
    throw Failure(
        fmt::format("{} Nothing was installed. Without systemd, shares come back with the first panko "
                    "command after a reboot, or by this line in `crontab -e`: @reboot {} serve",
                    shown(why), shell_word(program.native())));
  auto running = DaemonClient::connect(places());
  const auto before = own_unit_at(file);
  write_unit(file, unit_text(program, environment()));
  auto done = systemctl({"daemon-reload"});
  if (done) done = systemctl({"enable", std::string(kUnitName)});
  if (done && service_state().unit != file) done = fail(fmt::format("systemd does not read {}.", file.native()));
  if (!done) {
    take_back(file, before);
    throw Failure(fmt::format("The unit could not be enabled: {} Nothing was installed.", shown(done.error().message)));
  }
  note(fmt::format("Installed and enabled: {}", shown(file.native())));
  make_linger();
  start_or_explain(std::move(running), options.take_over);
  return 0;
}

int uninstall() {
  const fs::path file = value_or_throw(own_unit_file());
  const bool was_there = own_unit_at(file).has_value();
  if (was_there) {
    const auto disabled = systemctl({"disable", std::string(kUnitName)});
    std::error_code error;
    fs::remove(file, error);
    if (error) throw Failure(fmt::format("Cannot remove {}: {}.", shown(file.native()), error.message()));
    remove_link(file);
    const auto reloaded = systemctl({"daemon-reload"});
    note(fmt::format("Removed: {}", shown(file.native())));
    if (!disabled || !reloaded)
      note(fmt::format("systemd was not told: {}", shown((disabled ? reloaded : disabled).error().message)));
  } else {
    note("It was not installed.");
  }
  if (auto daemon = DaemonClient::connect(places()))
    note(fmt::format("The daemon (pid {}) and its shares go on; `panko serve-stop` ends them all.",
                     daemon->daemon_pid()));
  return 0;
}

std::string describe_active(const ServiceState& state) {
  if (state.active == "active") return fmt::format("runs, pid {}", state.main_pid);
  if (state.active == "failed") return fmt::format("failed ({}); see: journalctl --user -u panko", shown(state.result));
  return state.active.empty() ? "unknown" : shown(state.active);
}

std::string describe_daemon(const ServiceState& state) {
  const auto daemon = DaemonClient::connect(places());
  if (!daemon) return "none runs";
  if (daemon->daemon_pid() == state.main_pid) return fmt::format("the unit's, pid {}", state.main_pid);
  return fmt::format("pid {}, not started by the unit", daemon->daemon_pid());
}

int service_status() {
  const ServiceState state = service_state();
  if (!state.unavailable.empty()) {
    print_line("Not installed. " + shown(state.unavailable));
    return 1;
  }
  if (!state.is_installed()) {
    print_line("Not installed. `panko service install` lets systemd start the daemon.");
    return 1;
  }
  print_line(fmt::format("Unit:     {}", shown(state.unit.native())));
  print_line(fmt::format("Enabled:  {}", state.is_enabled() ? "yes" : "no (panko service install)"));
  print_line(fmt::format(
      "At boot:  {}",
      !state.lingers   ? "unknown"
      : *state.lingers ? "yes, lingering is on"
                       : fmt::format("no, when you log in (sudo loginctl enable-linger {})", shell_word(user_name()))));
  print_line(fmt::format("Service:  {}", describe_active(state)));
  print_line(fmt::format("Daemon:   {}", describe_daemon(state)));
  return state.is_enabled() ? 0 : 1;
}

}  // namespace

Command service_command() {
  auto options = std::make_shared<Options>();
  return {.name = "service",
          .summary = "Let systemd start the daemon, so that shares come back after a reboot.",
          .subcommands = {
              {.name = "install",
               .summary = "Write and enable a systemd user unit; start the daemon by it.",
               .details = "The unit runs this program with the present PATH. Lingering is switched on, too, so that it "
                          "starts at boot; where that needs root, the command is printed. A daemon that runs already "
                          "goes on, unless --take-over is given.",
               .arguments = {{.names = "--take-over",
                              .help = "end a daemon that systemd did not start, and go on under systemd; links of "
                                      "tunnels without a fixed name change",
                              .target = &options->take_over}},
               .examples = {{"service install", "once; then links survive reboots by themselves"}},
               .run = [options] { return install(*options); }},
              {.name = "uninstall",
               .summary = "Disable and remove that unit. The daemon and its shares go on.",
               .examples = {{"service uninstall", "`panko serve-stop` ends the daemon, too"}},
               .run = uninstall},
              {.name = "status",
               .summary = "Say whether it is installed, enabled, and runs the daemon. Status 1 when it is not.",
               .examples = {{"service status", "will the links be there after a reboot?"}},
               .run = service_status}}};
}

}  // namespace panko::cli
