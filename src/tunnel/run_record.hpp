// The run record: what the next daemon needs to find a tunnel process again, and to prove that it is ours.
// tunnels/<run id>.json, with the process's log beside it. Written before the process exists (then without a pid),
// so that a daemon that is killed at any moment leaves none behind unseen.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace panko {

struct RunRecord {
  std::string run_id{};
  std::string provider{};
  std::uint16_t local_port = 0;
  std::string boot_id{};
  pid_t pid = 0;                 // 0: not known yet
  std::uint64_t start_time = 0;  // see process.hpp
  std::string control{};         // host:port of the program's own endpoint; empty: not known
  std::string gateway{};         // whose tunnel it is
  std::string settings_hash{};   // of the provider's settings: a run of other settings is of no use
  std::string origin_socket{};   // empty: it points at local_port
  std::string url{};             // once it was ready
};

/// "PANKO_RUN_ID=<run id>": in the environment of the process of this run, and of no other.
[[nodiscard]] std::string run_variable(const std::string& run_id);

[[nodiscard]] std::filesystem::path run_log(const std::filesystem::path& tunnels_dir, const std::string& run_id);

[[nodiscard]] Result<void> save_run(const std::filesystem::path& tunnels_dir, const RunRecord& record);

/// Every run with a record that can be read. Files of no run (a damaged record, a lone log, an unfinished write) are
/// removed on the way.
[[nodiscard]] std::vector<RunRecord> load_runs(const std::filesystem::path& tunnels_dir);

/// Record and log.
void remove_run(const std::filesystem::path& tunnels_dir, const std::string& run_id);

}  // namespace panko
