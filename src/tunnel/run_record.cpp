#include "tunnel/run_record.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "tunnel/json_text.hpp"

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

/// Of a file's name: the run id that it begins with; empty: it is none of ours.
std::string run_id_of(const fs::path& path) {
  constexpr std::size_t kUuid = 36;
  auto name = path.filename().native();
  if (name.size() <= kUuid || name[kUuid] != '.') return {};
  name.resize(kUuid);
  const bool is_id =
      std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-'; });
  return is_id ? name : std::string();
}

RunRecord load_run(const fs::path& path) {
  RunRecord record;
  record.run_id = run_id_of(path);
  const auto text = read_file(path, 64 << 10);
  json::error_code error;
  const auto value = text ? json::parse(*text, error) : json::value();
  if (error || !value.is_object()) return record;
  const auto& object = value.get_object();
  // The id becomes file names again: it has to be the one that this file is called by.
  if (text_at(object, "run_id") != record.run_id || number_in<pid_t>(object, "pid") < 0) return record;
  record.provider = text_at(object, "provider");
  record.local_port = number_in<std::uint16_t>(object, "local_port");
  record.boot_id = text_at(object, "boot_id");
  record.pid = number_in<pid_t>(object, "pid");
  record.start_time = number_in<std::uint64_t>(object, "start_time");
  record.control = text_at(object, "control");
  record.gateway = text_at(object, "gateway");
  record.settings_hash = text_at(object, "settings_hash");
  record.origin_socket = text_at(object, "origin_socket");
  record.url = text_at(object, "url");
  return record;
}

/// The old content or the new for whoever reads it, not for a disk that loses its power.
Result<void> replace_file(const fs::path& path, std::string_view content) {
  const fs::path next = path.native() + ".new";
  const Fd file(::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file || ::write(file.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size()) ||
      ::rename(next.c_str(), path.c_str()) != 0)
    return fail(fmt::format("Cannot write {}: {}.", path.native(), describe_errno(errno)));
  return {};
}

std::vector<fs::path> files_in(const fs::path& directory) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    paths.push_back(entry->path());
  }
  return paths;
}

}  // namespace

std::string run_variable(const std::string& run_id) {
  return "PANKO_RUN_ID=" + run_id;
}

fs::path run_path(const fs::path& tunnels_dir, const std::string& run_id) {
  return tunnels_dir / run_id;
}

fs::path run_log(const fs::path& tunnels_dir, const std::string& run_id) {
  return tunnels_dir / (run_id + ".log");
}

std::string hash_of(const ProviderSettings& settings) {
  json::object object;
  for (const auto& [key, value] : settings)
    object[key] = std::visit([](const auto& is) { return json::value_from(is); }, value);
  return to_hex(sha256(json::serialize(object)));
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
  const auto path = record_path(tunnels_dir, record.run_id);
  const auto text = json::serialize(object) + "\n";
  // A process does not outlive the machine's power, so its record need not either: that spares the loop the disk's
  // time.
  return record.pid == 0 ? write_file_atomically(path, text) : replace_file(path, text);
}

std::vector<RunRecord> load_runs(const fs::path& tunnels_dir) {
  const auto paths = files_in(tunnels_dir);
  std::vector<RunRecord> runs;
  for (const auto& path : paths) {
    const auto run_id = run_id_of(path);
    if (!run_id.empty() && path == record_path(tunnels_dir, run_id)) runs.push_back(load_run(path));
  }
  std::error_code error;
  for (const auto& path : paths) {
    const auto run_id = run_id_of(path);
    if (!run_id.empty() && !std::ranges::any_of(runs, [&](const RunRecord& run) { return run.run_id == run_id; }))
      fs::remove(path, error);
  }
  return runs;
}

void remove_run(const fs::path& tunnels_dir, const std::string& run_id) {
  std::error_code error;
  for (const auto& path : files_in(tunnels_dir)) {
    if (run_id_of(path) == run_id && path != record_path(tunnels_dir, run_id)) fs::remove(path, error);
  }
  // Last: as long as the record is there, the next daemon looks again.
  fs::remove(record_path(tunnels_dir, run_id), error);
}

}  // namespace panko
