#include "cli/log_lines.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>

#include "base/file_time.hpp"
#include "base/text.hpp"

namespace panko::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLongestLine = 16 << 10;
constexpr std::string_view kNoRun = "--------";  // what a tunnel's log has in the place of a run's id

Fd open_log(const fs::path& file) {
  return Fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
}

std::optional<struct stat> stat_of(int fd) {
  struct stat status{};
  if (fd < 0 || ::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return status;
}

bool is_same_file(int fd, const struct stat& other) {
  const auto status = stat_of(fd);
  return status && status->st_ino == other.st_ino && status->st_dev == other.st_dev;
}

bool is_older(const struct stat& status, int than) {
  const auto other = stat_of(than);
  return other && modified_ns(status) < modified_ns(*other);
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find(' '));
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

LogLine parse_log_line(std::string_view line) {
  const std::string_view word = first_word(line);
  LogLine out;
  out.time = from_iso8601(word);
  if (out.time) {
    out.time_text = word;
    line.remove_prefix(std::min(word.size() + 1, line.size()));
  }
  // Sequences are taken out as whole; what is left of one that is damaged is made visible.
  out.text = clean_line_for_terminal(truncate_utf8(strip_terminal_sequences(line), kLongestLine));
  return out;
}

LogFile daemon_log(const Places& places) {
  LogFile log{.file = places.log_file, .older = {}};
  // As base/log rotates: daemon.1.log is newer than daemon.2.log.
  for (int i = 1; i <= 3; ++i)
    log.older.push_back(places.log_file.parent_path() / fmt::format("{}.{}{}", places.log_file.stem().native(), i,
                                                                    places.log_file.extension().native()));
  return log;
}

LogFile tunnel_log(const Places& places, const protocol::ShareInfo& share) {
  const std::string& gateway = share.own_tunnel.value_or(false) ? share.id : share.provider_name;
  const fs::path file = places.log_file.parent_path() / fmt::format("tunnel-{}.log", gateway);
  return {.file = file, .older = {file.native() + ".1"}};
}

std::vector<LogLine> LogReader::read() {
  std::vector<LogLine> lines;
  if (file_) {
    read_rest(lines);
    const Fd now = open_log(log_.file);
    if (const auto status = stat_of(now.get()); !status || is_same_file(file_.get(), *status)) return lines;
    read_rest(lines);  // what was written until it was renamed
  }
  for (Fd& next : open_next()) {
    if (!held_.empty()) take("\n", lines);
    file_ = std::move(next);
    read_rest(lines);
  }
  return lines;
}

/// The files behind the one that is read, oldest first.
std::vector<Fd> LogReader::open_next() const {
  constexpr int kTries = 3;
  std::vector<Fd> found;
  for (int i = 0; i < kTries; ++i) {
    found.clear();
    std::vector<fs::path> names{log_.file};
    names.insert(names.end(), log_.older.begin(), log_.older.end());
    for (const fs::path& name : names) {
      Fd file = open_log(name);
      const auto status = stat_of(file.get());
      if (!status) continue;
      if (file_ && (is_same_file(file_.get(), *status) || is_older(*status, file_.get()))) break;
      found.push_back(std::move(file));
    }
    // Renamed while it was opened: the names would not be what they were.
    const Fd again = open_log(log_.file);
    const auto status = stat_of(again.get());
    if (found.empty() || !status || is_same_file(found.front().get(), *status)) break;
  }
  std::ranges::reverse(found);
  return found;
}

void LogReader::read_rest(std::vector<LogLine>& lines) {
  const auto status = stat_of(file_.get());
  if (!status) return;
  if (::lseek(file_.get(), 0, SEEK_CUR) > status->st_size) {  // emptied in place
    ::lseek(file_.get(), 0, SEEK_SET);
    held_.clear();
  }
  std::array<char, 65536> chunk;
  for (;;) {
    const ssize_t got = ::read(file_.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    take({chunk.data(), static_cast<std::size_t>(got)}, lines);
  }
}

void LogReader::take(std::string_view bytes, std::vector<LogLine>& lines) {
  for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    held_ += bytes.substr(0, end);
    lines.push_back(parse_log_line(held_));
    held_.clear();
    bytes.remove_prefix(end + 1);
  }
  // Of a line without an end no more is kept than is shown.
  if (held_.size() < 2 * kLongestLine) held_ += bytes;
}

std::vector<LogLine> newest_lines(const fs::path& file, std::size_t most) {
  auto lines = LogReader({.file = file, .older = {}}).read();
  if (lines.size() > most) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most));
  return lines;
}

ShareLines::ShareLines(const protocol::ShareInfo& share) : id_(share.id), started_at_(from_iso8601(share.started_at)) {}

bool ShareLines::is_about_it(const LogLine& line) const {
  return line.text.contains(id_) ||
         std::ranges::any_of(runs_, [&](const std::string& run) { return line.text.contains("run " + run); });
}

std::vector<LogLine> ShareLines::pick(std::vector<LogLine> daemon, std::vector<LogLine> tunnel) {
  // A run counts as a whole, if it went on when the session was shared: how it began may be what matters.
  const auto is_since = [&](const LogLine& line) { return !started_at_ || (line.time && *line.time >= *started_at_); };
  for (const LogLine& line : tunnel) {
    const std::string_view run = first_word(line.text);
    if (run != kNoRun && is_since(line) && !has(runs_, run)) runs_.emplace_back(run);
  }
  std::erase_if(tunnel, [&](const LogLine& line) {
    const std::string_view run = first_word(line.text);
    return run == kNoRun ? !is_since(line) : !has(runs_, run);
  });
  std::erase_if(daemon, [&](const LogLine& line) { return !is_about_it(line); });
  std::vector<LogLine> merged;
  std::ranges::merge(daemon, tunnel, std::back_inserter(merged), {}, &LogLine::time, &LogLine::time);
  return merged;
}

std::vector<LogLine> ShareLines::pick_new(std::vector<LogLine> daemon, std::vector<LogLine> tunnel) {
  started_at_.reset();  // whatever the tunnel says from now on is of a run of the share's time
  return pick(std::move(daemon), std::move(tunnel));
}

}  // namespace panko::cli
