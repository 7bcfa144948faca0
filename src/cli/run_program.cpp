#include "cli/run_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/spawn.hpp"

namespace panko::cli {

namespace {

constexpr std::size_t kMostOutput = 64 << 10;

using Clock = std::chrono::steady_clock;

/// False: at the deadline it had not closed its output.
bool read_to_end(int fd, std::string& output, Clock::time_point deadline) {
  std::array<char, 4096> chunk;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = left <= 0 ? 0 : ::poll(&readable, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    output.append(chunk.data(), std::min(static_cast<std::size_t>(got), kMostOutput - output.size()));
  }
}

}  // namespace

Result<ProgramRun> run_program(const std::vector<std::string>& arguments, std::chrono::milliseconds time) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(fmt::format("Cannot make a pipe: {}.", describe_errno(errno)));
  const Fd from_it{ends[0]};
  // Started without standard streams, we get their numbers; the child's are arranged by number.
  Fd its_end{::fcntl(ends[1], F_DUPFD_CLOEXEC, 3)};
  ::close(ends[1]);
  auto child = spawn_program({.arguments = arguments, .environment = {}, .output = its_end.get()});
  its_end.reset();
  if (!child) return std::unexpected(std::move(child.error()));

  ProgramRun run;
  const auto deadline = Clock::now() + time;
  const bool ended = read_to_end(from_it.get(), run.output, deadline);
  if (!ended) ::kill(child->pid, SIGKILL);  // our child, and not reaped: the pid is certainly its own
  int status = 0;
  while (::waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended)
    return fail(
        fmt::format("{} did not end within {:g} s.", arguments.front(), std::chrono::duration<double>(time).count()));
  run.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return run;
}

std::string shell_word(std::string_view word) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+:@%,=").contains(c);
  };
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return std::string(word);
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + '\'';
}

}  // namespace panko::cli
