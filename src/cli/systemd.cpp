#include "cli/systemd.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <map>

#include "base/search_path.hpp"
#include "base/text.hpp"
#include "cli/run_program.hpp"
#include "cli/service_unit.hpp"

namespace panko::cli {

using namespace std::chrono_literals;

namespace {

constexpr auto kQuestion = 3s;  // an answer comes from memory
constexpr auto kAction = 60s;   // starting waits until the daemon is ready

Result<ProgramRun> ask(std::string_view program, std::vector<std::string> words, std::chrono::milliseconds time) {
  const auto file = find_on_path(own_search_path(), program);
  if (!file) return fail(fmt::format("there is no {} on PATH", program));
  words.insert(words.begin(), file->native());
  return run_program(words, time);
}

/// Its last line that says what is wrong: after that it may point to another command.
std::string last_line(std::string_view output) {
  std::string_view line;
  do {
    while (output.ends_with('\n')) output.remove_suffix(1);
    line = output.substr(output.rfind('\n') + 1);
    output.remove_suffix(line.size());
  } while (line.starts_with("See ") && !output.empty());
  return clean_line_for_terminal(truncate_utf8(line, 300));
}

Result<void> succeed(std::string_view program, std::vector<std::string> words) {
  const auto run = ask(program, std::move(words), kAction);
  if (!run) return std::unexpected(run.error());
  if (run->status == 0) return {};
  const std::string said = last_line(run->output);
  return fail(said.empty() ? fmt::format("{} ended with {}", program, run->status) : said);
}

std::map<std::string, std::string, std::less<>> properties(std::string_view output) {
  std::map<std::string, std::string, std::less<>> found;
  while (!output.empty()) {
    const std::string_view line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(line.size() + 1, output.size()));
    const auto equals = line.find('=');
    if (equals != std::string_view::npos)
      found.emplace(line.substr(0, equals), clean_line_for_terminal(line.substr(equals + 1)));
  }
  return found;
}

std::optional<bool> lingers() {
  const auto run = ask("loginctl", {"show-user", user_name(), "--property=Linger"}, kQuestion);
  if (!run) return std::nullopt;
  if (run->status == 0) return run->output.contains("Linger=yes");
  // "Failed to get user: User ID 1000 is not logged in or lingering"
  return run->output.contains("not logged in or lingering") ? std::optional(false) : std::nullopt;
}

}  // namespace

std::string why_no_systemd() {
  if (!find_on_path(own_search_path(), "systemctl")) return "There is no systemd here: no systemctl is on PATH.";
  const auto run = ask("systemctl", {"--user", "show", "--property=Version"}, kQuestion);
  if (run && run->status == 0) return "";
  const std::string said = run ? last_line(run->output) : run.error().message;
  std::string why =
      fmt::format("systemd does not answer for this user ({}).", said.empty() ? "systemctl said nothing" : said);
  // A user's manager is found by this variable; su and sudo do not set it.
  if (std::getenv("XDG_RUNTIME_DIR") == nullptr && std::filesystem::exists(fmt::format("/run/user/{}", ::geteuid())))
    why += fmt::format(" XDG_RUNTIME_DIR is not set, as after su or sudo: log in as {}, or set it to /run/user/{}.",
                       user_name(), ::geteuid());
  return why;
}

ServiceState service_state() {
  ServiceState state;
  state.unavailable = why_no_systemd();
  if (!state.unavailable.empty()) return state;
  const auto run = ask("systemctl",
                       {"--user", "show", std::string(kUnitName),
                        "--property=LoadState,FragmentPath,UnitFileState,ActiveState,Result,MainPID"},
                       kQuestion);
  if (!run || run->status != 0) {
    state.unavailable =
        fmt::format("systemd says nothing of {}: {}.", kUnitName, run ? last_line(run->output) : run.error().message);
    return state;
  }
  auto found = properties(run->output);
  if (found["LoadState"] != "not-found") state.unit = found["FragmentPath"];
  state.enabled = found["UnitFileState"];
  state.active = found["ActiveState"];
  state.result = found["Result"];
  const std::string& pid = found["MainPID"];
  std::from_chars(pid.data(), pid.data() + pid.size(), state.main_pid);
  state.lingers = lingers();
  return state;
}

Result<void> systemctl(const std::vector<std::string>& words) {
  std::vector<std::string> all{"--user", "--no-ask-password"};
  all.insert(all.end(), words.begin(), words.end());
  return succeed("systemctl", std::move(all));
}

Result<void> enable_linger() {
  // With the name: without one, loginctl means the session that it runs in, and there may be none.
  return succeed("loginctl", {"--no-ask-password", "enable-linger", user_name()});
}

std::string user_name() {
  std::array<char, 4096> buffer;
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return std::to_string(::geteuid());
}

Result<std::filesystem::path> own_unit_file() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  const auto in = [](const std::filesystem::path& base) { return base / "systemd/user" / kUnitName; };
  if (config != nullptr && *config == '/') return in(config);
  if (home != nullptr && *home == '/') return in(std::filesystem::path(home) / ".config");
  return fail("HOME is not set; set it to your home directory.");
}

}  // namespace panko::cli
