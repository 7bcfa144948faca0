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
#include "config/config.hpp"

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

/// What the names of a run's files begin with: + ".json", ".log", and what its provider needs.
[[nodiscard]] std::filesystem::path run_path(const std::filesystem::path& tunnels_dir, const std::string& run_id);
[[nodiscard]] std::filesystem::path run_log(const std::filesystem::path& tunnels_dir, const std::string& run_id);

/// RunRecord::settings_hash.
[[nodiscard]] std::string hash_of(const ProviderSettings& settings);

[[nodiscard]] Result<void> save_run(const std::filesystem::path& tunnels_dir, const RunRecord& record);

/// Every run with a record. One that cannot be read gives its run id alone, by which its process is found. What is
/// named like a run's file but belongs to none of them is removed on the way.
[[nodiscard]] std::vector<RunRecord> load_runs(const std::filesystem::path& tunnels_dir);

/// The record and all its other files.
void remove_run(const std::filesystem::path& tunnels_dir, const std::string& run_id);

}  // namespace panko
