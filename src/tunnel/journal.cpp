#include "tunnel/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "tunnel/log_line.hpp"

namespace panko {

namespace {

constexpr std::size_t kLongestLine = 1000;
constexpr std::size_t kIdShown = 8;

/// With the fraction always: the columns stand below each other, and times compare as text.
std::string time_stamp() {
  auto text = to_iso8601(wall_now());
  if (!text.contains('.')) text.insert(text.size() - 1, ".000");
  return text;
}

}  // namespace

void Journal::quote(std::string_view run_id, std::string_view line) {
  if (path_.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - second_ >= std::chrono::seconds(1)) {
    tell_left_out(run_id);
    second_ = now;
    lines_ = 0;
  }
  if (lines_ >= kLinesPerSecond) {
    ++left_out_;
    return;
  }
  ++lines_;
  if (const auto words = quote_log_line(line, kLongestLine); !words.empty()) write(run_id, words);
}

void Journal::say(std::string_view run_id, std::string_view text) {
  if (path_.empty()) return;
  tell_left_out(run_id);
  write(run_id, text);
}

void Journal::tell_left_out(std::string_view run_id) {
  if (left_out_ == 0) return;
  write(run_id, fmt::format("({} more lines left out)", left_out_));
  left_out_ = 0;
}

void Journal::open() {
  file_ = Fd(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  struct stat status{};
  size_ = file_ && ::fstat(file_.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

void Journal::write(std::string_view run_id, std::string_view text) {
  if (!file_) open();
  if (file_ && size_ >= kLargest) {
    auto old = path_;
    old += ".1";
    // When it cannot be renamed, it is begun anew: what must not happen is that it grows.
    if (::rename(path_.c_str(), old.c_str()) != 0) ::unlink(path_.c_str());
    open();
  }
  const auto line = fmt::format("{} {} {}\n", time_stamp(), run_id.substr(0, kIdShown), text);
  if (file_ && ::write(file_.get(), line.data(), line.size()) > 0) size_ += line.size();
}

}  // namespace panko
