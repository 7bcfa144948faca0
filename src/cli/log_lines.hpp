// The logs as `panko logs` reads them: lines with a time in front, files that are rotated while they are read.
// For the one thread of a command; a log that is not there has no lines.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "config/places.hpp"
#include "protocol/messages.hpp"

namespace panko::cli {

struct LogLine {
  std::optional<WallTime> time;
  std::string time_text;  // as the file has it
  std::string text;       // behind it; cleaned for a terminal
};

/// Of a line without its end. One that does not begin with a time is text alone.
[[nodiscard]] LogLine parse_log_line(std::string_view line);

struct LogFile {
  std::filesystem::path file;                // that is written
  std::vector<std::filesystem::path> older;  // names that it is rotated to, newest first
};

[[nodiscard]] LogFile daemon_log(const Places& places);
/// Of the share's tunnel. `local` has none, and no such file.
[[nodiscard]] LogFile tunnel_log(const Places& places, const protocol::ShareInfo& share);

/// One log from its oldest line on, whole lines only, each once, whatever it is renamed to meanwhile.
class LogReader {
 public:
  explicit LogReader(LogFile log) : log_(std::move(log)) {}

  /// What there is since the last call; at the first one everything.
  [[nodiscard]] std::vector<LogLine> read();

 private:
  [[nodiscard]] std::vector<Fd> open_next() const;
  void read_rest(std::vector<LogLine>& lines);
  void take(std::string_view bytes, std::vector<LogLine>& lines);

  LogFile log_;
  Fd file_;
  std::string held_;  // of a line that has not ended
};

/// The newest of one file, oldest of them first.
[[nodiscard]] std::vector<LogLine> newest_lines(const std::filesystem::path& file, std::size_t most);

/// What of the two logs is about one share: its own lines, those of its tunnel's runs since it was shared.
class ShareLines {
 public:
  explicit ShareLines(const protocol::ShareInfo& share);

  /// Both from their beginning, in the order of time.
  [[nodiscard]] std::vector<LogLine> pick(std::vector<LogLine> daemon, std::vector<LogLine> tunnel);
  /// What came afterwards.
  [[nodiscard]] std::vector<LogLine> pick_new(std::vector<LogLine> daemon, std::vector<LogLine> tunnel);

 private:
  [[nodiscard]] bool is_about_it(const LogLine& line) const;

  std::string id_;
  std::optional<WallTime> started_at_;
  std::vector<std::string> runs_;  // as the tunnel's log names them
};

}  // namespace panko::cli
