#include "base/log.hpp"

#include <memory>

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/text.hpp"

namespace panko {

namespace {

constexpr std::size_t kLogFileBytes = 4 << 20;
constexpr std::size_t kLogFilesKept = 3;

std::shared_ptr<spdlog::logger> logger;  // set once, before threads start

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

void start(spdlog::sink_ptr sink, LogLevel level) {
  logger = std::make_shared<spdlog::logger>("panko", std::move(sink));
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  logger->set_level(to_spdlog(level));
  logger->flush_on(spdlog::level::debug);
}

}  // namespace

Result<void> log_to_file(const std::filesystem::path& path, LogLevel level) {
  try {
    auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path.native(), kLogFileBytes, kLogFilesKept);
    start(std::move(sink), level);
    return {};
  } catch (const spdlog::spdlog_ex& error) {
    return fail(std::string("Cannot write the log: ") + error.what());
  }
}

void log_to_stderr(LogLevel level) {
  start(std::make_shared<spdlog::sinks::stderr_sink_mt>(), level);
}

void log(LogLevel level, std::string_view message) {
  if (logger) logger->log(to_spdlog(level), clean_line_for_terminal(message));
}

}  // namespace panko
