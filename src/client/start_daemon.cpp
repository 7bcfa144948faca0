#include "client/start_daemon.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <vector>

#include "base/files.hpp"
#include "base/program_path.hpp"
#include "base/spawn.hpp"
#include "base/text.hpp"

namespace panko {

namespace {

constexpr std::size_t kLogLines = 10;

std::string log_tail(const std::filesystem::path& log) {
  const std::string content = read_file(log).value_or("");
  std::string_view rest = content;
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  std::vector<std::string_view> lines;
  while (!rest.empty() && lines.size() < kLogLines) {
    const auto end = rest.rfind('\n');
    lines.push_back(end == std::string_view::npos ? rest : rest.substr(end + 1));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(0, end);
  }
  if (lines.empty()) return fmt::format(" It wrote no log at {}.", log.native());
  std::string tail = fmt::format(" The end of {}:", log.native());
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) tail += "\n  " + clean_line_for_terminal(*line);
  return tail;
}

struct Pipe {
  Fd read;
  Fd write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw Failure(fmt::format("Cannot make a pipe: {}.", describe_errno(errno)));
  Pipe pipe{.read = Fd(ends[0]), .write = Fd(ends[1])};
  // Started without standard streams, we get their numbers; the child's are arranged by number.
  pipe.write = Fd(::fcntl(pipe.write.get(), F_DUPFD_CLOEXEC, 3));
  return pipe;
}

enum class PipeEnd { line, closed, deadline };

PipeEnd read_line(int fd, std::string& line, Deadline deadline, int interrupt) {
  std::array<char, 4096> chunk;
  for (;;) {
    if (!wait_for(fd, POLLIN, deadline, interrupt)) return PipeEnd::deadline;
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return PipeEnd::closed;
    line.append(chunk.data(), static_cast<std::size_t>(got));
    if (const auto end = line.find('\n'); end != std::string::npos) {
      line.resize(end);
      return PipeEnd::line;
    }
  }
}

}  // namespace

void start_daemon(const Places& places, Deadline deadline, int interrupt) {
  Pipe pipe = make_pipe();
  // The pipe is the child's standard input: a number that exists in every process. The daemon makes it /dev/null.
  const auto child = value_or_throw(spawn_program({.arguments = {program_path().native(), "serve", "--ready-fd", "0"},
                                                   .environment = {},
                                                   .input = pipe.write.get()}));
  pipe.write.reset();

  std::string line;
  const PipeEnd end = read_line(pipe.read.get(), line, deadline, interrupt);
  // The child leaves its own child behind and ends at once, so this does not wait; at the deadline it is not asked to.
  ::waitpid(child.pid, nullptr, end == PipeEnd::deadline ? WNOHANG : 0);
  if (end == PipeEnd::deadline) throw Failure("The daemon was not ready in time." + log_tail(places.log_file));
  if (end == PipeEnd::closed) throw Failure("The daemon ended while it started." + log_tail(places.log_file));
  constexpr std::string_view kError = "error ";
  if (line.starts_with(kError)) throw Failure(line.substr(kError.size()));
}

StartLock::StartLock(const Places& places)
    : file_(::open(places.start_lock.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)) {
  if (!file_) throw Failure(fmt::format("Cannot open {}: {}.", places.start_lock.native(), describe_errno(errno)));
}

bool StartLock::try_take() {
  while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) throw Failure(fmt::format("Cannot lock start.lock: {}.", describe_errno(errno)));
  }
  return true;
}

}  // namespace panko
