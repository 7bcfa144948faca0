#include "tunnel/log_follower.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

#include "base/files.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {
constexpr std::size_t kChunk = 64 << 10;
constexpr std::uint64_t kKept = 4 << 20;  // of what was read, for a person who looks into the log
}  // namespace

Result<LogFollower> LogFollower::open(asio::io_context& loop, Fd file, const std::filesystem::path& path) {
  Fd watch(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!watch || ::inotify_add_watch(watch.get(), path.c_str(), IN_MODIFY) < 0)
    return fail(fmt::format("Cannot follow {}: {}.", path.native(), describe_errno(errno)));
  return LogFollower(loop, std::move(file), std::move(watch));
}

bool LogFollower::read_some(const LineSplitter::Sink& sink) {
  std::array<char, kChunk> chunk;
  const ssize_t got = ::pread(file_.get(), chunk.data(), chunk.size(), static_cast<off_t>(offset_));
  if (got <= 0) return false;
  offset_ += static_cast<std::uint64_t>(got);
  lines_.feed({chunk.data(), static_cast<std::size_t>(got)}, sink);
  if (offset_ - freed_ > 2 * kKept) {
    // A hole rather than a shorter file: the child goes on where it is, and no byte that was not read gets lost.
    ::fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(offset_ - kKept));
    freed_ = offset_ - kKept;
  }
  return static_cast<std::size_t>(got) == chunk.size();
}

asio::awaitable<void> LogFollower::grown() {
  co_await watch_.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
  // Equal events in a row are one event to the kernel, and the watch is on one file: one read empties it.
  std::array<char, 4096> events;
  [[maybe_unused]] const auto ignored = ::read(watch_.native_handle(), events.data(), events.size());
}

void LogFollower::resume() {
  struct stat status{};
  if (::fstat(file_.get(), &status) != 0) return;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const auto data = ::lseek(file_.get(), 0, SEEK_DATA);  // fails when there is nothing but a hole
  // Not every file system gives back what was read: then the same is left out here.
  offset_ = std::max(data < 0 ? size : static_cast<std::uint64_t>(data), size - std::min(size, 2 * kKept));
  freed_ = offset_;
  if (offset_ > 0) lines_.skip();
}

void LogFollower::read_rest(const LineSplitter::Sink& sink) {
  struct stat status{};
  if (::fstat(file_.get(), &status) == 0) {
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > offset_ + kChunk) {
      offset_ = size - kChunk;
      lines_.skip();
    }
  }
  // Twice is enough for what was there; a grandchild that got away may still be writing.
  if (read_some(sink)) read_some(sink);
  lines_.finish(sink);
}

}  // namespace panko
