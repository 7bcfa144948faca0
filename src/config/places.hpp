// Where panko keeps its files: the XDG places, or everything flat in $PANKO_HOME.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace panko {

struct Places {
  std::filesystem::path state_dir;    // 0700; holds the next six
  std::filesystem::path database;     // state.db
  std::filesystem::path socket;       // daemon.sock
  std::filesystem::path pid_file;     // daemon.pid
  std::filesystem::path daemon_lock;  // held by the daemon for life
  std::filesystem::path start_lock;   // held briefly by a client that starts it
  std::filesystem::path tunnels_dir;  // run records and logs
  std::filesystem::path log_file;     // daemon.log
  std::filesystem::path tui_state;    // tui.json: what the TUI remembers
  std::filesystem::path config_file;  // config.toml
  std::filesystem::path word_list;    // redact-words: what the owner wants masked in every share
  std::filesystem::path cache_dir;    // index.db
};

/// From PANKO_HOME, XDG_*_HOME and HOME. Relative XDG values are ignored, as that specification demands. Creates
/// nothing.
[[nodiscard]] Result<Places> find_places();

}  // namespace panko
