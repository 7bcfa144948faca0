#include "tunnel/run_record.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/files.hpp"

namespace panko {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

fs::path record_path(const fs::path& tunnels_dir, const std::string& run_id) {
  return tunnels_dir / (run_id + ".json");
}

template <class Number>
Number number_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return 0;
  json::error_code error;
  const auto number = value->to_number<Number>(error);
  return error ? Number{0} : number;
}

std::string string_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<RunRecord> load_run(const fs::path& path) {
  const auto text = read_file(path, 64 << 10);
  if (!text) return std::nullopt;
  json::error_code error;
  const auto value = json::parse(*text, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& object = value.get_object();
  RunRecord record{.run_id = string_in(object, "run_id"),
                   .provider = string_in(object, "provider"),
                   .local_port = number_in<std::uint16_t>(object, "local_port"),
                   .boot_id = string_in(object, "boot_id"),
                   .pid = number_in<pid_t>(object, "pid"),
                   .start_time = number_in<std::uint64_t>(object, "start_time"),
                   .control = string_in(object, "control"),
                   .gateway = string_in(object, "gateway"),
                   .settings_hash = string_in(object, "settings_hash"),
                   .origin_socket = string_in(object, "origin_socket"),
                   .url = string_in(object, "url")};
  // The id becomes file names again: it has to be the one that this file is called by.
  if (record.run_id.empty() || path.filename() != record.run_id + ".json" || record.pid < 0) return std::nullopt;
  return record;
}

}  // namespace

std::string run_variable(const std::string& run_id) {
  return "PANKO_RUN_ID=" + run_id;
}

fs::path run_log(const fs::path& tunnels_dir, const std::string& run_id) {
  return tunnels_dir / (run_id + ".log");
}

Result<void> save_run(const fs::path& tunnels_dir, const RunRecord& record) {
  json::object object{{"run_id", record.run_id},
                      {"provider", record.provider},
                      {"local_port", record.local_port},
                      {"boot_id", record.boot_id}};
  if (record.pid != 0) {
    object["pid"] = record.pid;
    object["start_time"] = record.start_time;
  }
  for (const auto& [key, value] : {std::pair{"control", &record.control},
                                   {"gateway", &record.gateway},
                                   {"settings_hash", &record.settings_hash},
                                   {"origin_socket", &record.origin_socket},
                                   {"url", &record.url}}) {
    if (!value->empty()) object[key] = *value;
  }
  return write_file_atomically(record_path(tunnels_dir, record.run_id), json::serialize(object) + "\n");
}

std::vector<RunRecord> load_runs(const fs::path& tunnels_dir) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::directory_iterator entry(tunnels_dir, error), end; !error && entry != end; entry.increment(error)) {
    paths.push_back(entry->path());
  }
  std::vector<RunRecord> runs;
  for (const auto& path : paths) {
    if (path.extension() != ".json") continue;
    if (auto record = load_run(path)) runs.push_back(std::move(*record));
  }
  for (const auto& path : paths) {
    const bool belongs = std::ranges::any_of(runs, [&](const RunRecord& run) {
      return path == record_path(tunnels_dir, run.run_id) || path == run_log(tunnels_dir, run.run_id);
    });
    if (!belongs) fs::remove(path, error);
  }
  return runs;
}

void remove_run(const fs::path& tunnels_dir, const std::string& run_id) {
  std::error_code error;
  fs::remove(run_log(tunnels_dir, run_id), error);
  // Last: as long as the record is there, the next daemon looks again.
  fs::remove(record_path(tunnels_dir, run_id), error);
}

}  // namespace panko
