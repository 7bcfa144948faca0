// The daemon's log: one line an event, to a rotated file or to standard error.
// Never transcript text, a whole token or URL, a header or a child's raw output: ids, routes, sizes, error classes.
// Thread-safe; the file gets its mode from the process's umask. Before log_to_* is called, nothing is written.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.hpp"

namespace panko {

enum class LogLevel { debug, info, warning, error };

[[nodiscard]] Result<void> log_to_file(const std::filesystem::path& path, LogLevel level);
void log_to_stderr(LogLevel level);

void log(LogLevel level, std::string_view message);
inline void log_debug(std::string_view message) {
  log(LogLevel::debug, message);
}
inline void log_info(std::string_view message) {
  log(LogLevel::info, message);
}
inline void log_warning(std::string_view message) {
  log(LogLevel::warning, message);
}
inline void log_error(std::string_view message) {
  log(LogLevel::error, message);
}

}  // namespace panko
