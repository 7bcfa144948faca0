#include "tunnel/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/spawn.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

struct Pipe {
  Fd ours;
  Fd theirs;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(fmt::format("Cannot make a pipe: {}.", describe_errno(errno)));
  Pipe pipe{.ours = Fd(ends[0]), .theirs = Fd(ends[1])};
  ::fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK);
  return pipe;
}

/// A file in memory rather than a pipe: nobody has to write while the program reads.
Result<Fd> make_input(const std::string& text) {
  Fd file(::memfd_create("panko-input", MFD_CLOEXEC));
  if (!file || ::pwrite(file.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return fail(fmt::format("Cannot keep a program's input: {}.", describe_errno(errno)));
  return file;
}

/// One output stream of the program. Kept by the handler that waits for it.
class Stream : public std::enable_shared_from_this<Stream> {
 public:
  Stream(const asio::any_io_executor& executor, Fd fd, std::size_t most)
      : descriptor_(executor, fd.release()), most_(most) {}

  void follow() {
    descriptor_.async_wait(asio::posix::descriptor_base::wait_read,
                           [self = shared_from_this()](boost::system::error_code error) {
                             if (error) return;
                             self->read_some();
                             if (!self->at_end_) self->follow();
                           });
  }
  /// With what is there now. A process that got away may hold the other end open for ever.
  std::string finish() {
    while (!at_end_ && text_.size() < most_ && read_some()) {
    }
    close();
    return std::move(text_);
  }
  void close() {
    boost::system::error_code ignored;
    descriptor_.close(ignored);
  }

 private:
  /// Whether something was there.
  bool read_some() {
    std::array<char, 16384> chunk;
    const auto count = ::read(descriptor_.native_handle(), chunk.data(), chunk.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    at_end_ = count <= 0;
    if (at_end_) return false;
    text_.append(chunk.data(), std::min(static_cast<std::size_t>(count), most_ - text_.size()));
    return true;
  }

  asio::posix::stream_descriptor descriptor_;
  std::size_t most_;
  std::string text_;
  bool at_end_ = false;
};

/// The process with all that it started. It does not outlive this object.
class Child {
 public:
  Child(const asio::any_io_executor& executor, SpawnedProcess process)
      : pid_(process.pid), pidfd_(executor, process.pidfd.release()) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (!reaped_) reap();
  }

  asio::awaitable<void> ended() {
    co_await pidfd_.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
  }
  void kill() {
    // It leads its own group (POSIX_SPAWN_SETSID), and until it is reaped nobody else can get its number.
    if (!reaped_) ::kill(-pid_, SIGKILL);
  }
  /// Its wait status. Waits for the kernel alone: what still ran is killed.
  int reap() {
    kill();
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    return status;
  }

 private:
  pid_t pid_;
  bool reaped_ = false;
  asio::posix::stream_descriptor pidfd_;
};

struct Streams {
  std::shared_ptr<Stream> output;
  std::shared_ptr<Stream> errors;

  void follow() const {
    output->follow();
    errors->follow();
  }
};

/// Their handlers keep the streams; closing them lets both go.
struct ClosedAtEnd {
  Streams streams;
  explicit ClosedAtEnd(Streams both) : streams(std::move(both)) {}
  ClosedAtEnd(const ClosedAtEnd&) = delete;
  ClosedAtEnd& operator=(const ClosedAtEnd&) = delete;
  ~ClosedAtEnd() {
    streams.output->close();
    streams.errors->close();
  }
};

struct Started {
  std::shared_ptr<Child> child;
  Streams streams;
};

Result<Started> start(const asio::any_io_executor& executor, const ProgramRun& run) {
  auto output = make_pipe();
  auto errors = make_pipe();
  auto input = run.input.empty() ? Result<Fd>() : make_input(run.input);
  if (!output) return std::unexpected(std::move(output.error()));
  if (!errors) return std::unexpected(std::move(errors.error()));
  if (!input) return std::unexpected(std::move(input.error()));
  auto process = spawn_program({.arguments = run.arguments,
                                .environment = run.environment ? *run.environment : child_environment(),
                                .input = input->get(),
                                .output = output->theirs.get(),
                                .errors = errors->theirs.get()});
  if (!process) return std::unexpected(std::move(process.error()));
  return Started{.child = std::make_shared<Child>(executor, std::move(*process)),
                 .streams = {.output = std::make_shared<Stream>(executor, std::move(output->ours), run.output_bytes),
                             .errors = std::make_shared<Stream>(executor, std::move(errors->ours), run.output_bytes)}};
}

}  // namespace

asio::awaitable<Result<ProgramResult>> run_program(ProgramRun run) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto started = start(executor, run);
  if (!started) co_return std::unexpected(std::move(started.error()));
  const auto child = std::move(started->child);
  const ClosedAtEnd closed(std::move(started->streams));
  closed.streams.follow();

  const auto timed_out = std::make_shared<bool>(false);
  asio::steady_timer timer(executor, run.time);
  timer.async_wait([weak = std::weak_ptr(child), timed_out](boost::system::error_code error) {
    const auto late = weak.lock();
    if (error || !late) return;
    *timed_out = true;
    late->kill();
  });

  co_await child->ended();
  const int status = child->reap();
  ProgramResult result{.exit_status = {},
                       .timed_out = *timed_out,
                       .output = closed.streams.output->finish(),
                       .errors = closed.streams.errors->finish()};
  if (WIFEXITED(status) && !result.timed_out) result.exit_status = WEXITSTATUS(status);
  co_return result;
}

std::vector<std::string> child_environment(std::vector<std::string> more) {
  for (const char* name : {"PATH", "HOME", "LANG", "TZ", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
                           "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}) {
    if (const char* value = std::getenv(name)) more.push_back(std::string(name) + "=" + value);
  }
  return more;
}

}  // namespace panko
