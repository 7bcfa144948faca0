#include "config/places.hpp"

#include <cstdlib>
#include <string_view>

namespace panko {

namespace fs = std::filesystem;

namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : value;
}

/// $XDG_..., else the fallback below HOME.
Result<fs::path> xdg_directory(const char* name, std::string_view fallback) {
  if (const fs::path given{variable(name)}; given.is_absolute()) return given / "panko";
  const fs::path home{variable("HOME")};
  if (!home.is_absolute())
    return fail("HOME is not set, so panko does not know where its files are; set HOME or PANKO_HOME.");
  return home / fallback / "panko";
}

Places places_in(const fs::path& state, const fs::path& log, const fs::path& config, const fs::path& cache) {
  return {.state_dir = state,
          .database = state / "state.db",
          .socket = state / "daemon.sock",
          .pid_file = state / "daemon.pid",
          .daemon_lock = state / "daemon.lock",
          .start_lock = state / "start.lock",
          .tunnels_dir = state / "tunnels",
          .log_file = log / "daemon.log",
          .tui_state = log / "tui.json",
          .config_file = config / "config.toml",
          .word_list = config / "redact-words",
          .cache_dir = cache};
}

}  // namespace

Result<Places> find_places() {
  if (const std::string_view all = variable("PANKO_HOME"); !all.empty()) {
    std::error_code error;
    const fs::path directory = fs::absolute(all, error).lexically_normal();
    if (error) return fail("PANKO_HOME cannot be made an absolute path: " + error.message() + ".");
    return places_in(directory, directory, directory, directory);
  }
  const auto state = xdg_directory("XDG_DATA_HOME", ".local/share");
  if (!state) return std::unexpected(state.error());
  const auto log = xdg_directory("XDG_STATE_HOME", ".local/state");
  if (!log) return std::unexpected(log.error());
  const auto config = xdg_directory("XDG_CONFIG_HOME", ".config");
  if (!config) return std::unexpected(config.error());
  const auto cache = xdg_directory("XDG_CACHE_HOME", ".cache");
  if (!cache) return std::unexpected(cache.error());
  return places_in(*state, *log, *config, *cache);
}

}  // namespace panko
