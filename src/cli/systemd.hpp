// This user's systemd, asked through systemctl and loginctl: can it be had, and what does it know of panko's unit?
// Blocking, each question with a deadline; throws nothing. For the one thread of a command.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace panko::cli {

struct ServiceState {
  std::string unavailable;      // why there is no systemd for this user, in a sentence; else empty
  std::filesystem::path unit;   // that systemd reads, by `panko service install` or by a package; empty: none
  std::string enabled;          // UnitFileState: "enabled", "disabled", ...; empty: none
  std::string active;           // ActiveState: "active", "inactive", "failed", "activating", ...
  std::string result;           // why it failed: "exit-code", "start-limit-hit", ...
  std::int64_t main_pid = 0;    // 0: it does not run
  std::optional<bool> lingers;  // nullopt: nobody could say

  [[nodiscard]] bool is_installed() const { return !unit.empty(); }
  [[nodiscard]] bool is_enabled() const { return enabled == "enabled" || enabled == "enabled-runtime"; }
};

[[nodiscard]] ServiceState service_state();

/// Why systemctl --user has no manager to talk to, in a sentence; empty: it has one.
[[nodiscard]] std::string why_no_systemd();

/// `systemctl --user WORDS...`. The error is what it said, in a sentence.
[[nodiscard]] Result<void> systemctl(const std::vector<std::string>& words);
/// For this user: without it his services run only while he is logged in. The error is what loginctl said.
[[nodiscard]] Result<void> enable_linger();
[[nodiscard]] std::string user_name();

/// $XDG_CONFIG_HOME/systemd/user/panko.service.
[[nodiscard]] Result<std::filesystem::path> own_unit_file();

}  // namespace panko::cli
