// Follows a log file while a child appends to it: inotify says when, nothing polls. What was read long ago is given
// back to the disk, so that a talkative child cannot fill it. Lives on the loop's thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstdint>
#include <filesystem>

#include "base/fd.hpp"
#include "base/result.hpp"
#include "tunnel/line_splitter.hpp"

namespace panko {

class LogFollower {
 public:
  /// `file`: a log, open for reading and writing. `path`: where it is.
  [[nodiscard]] static Result<LogFollower> open(boost::asio::io_context& loop, Fd file,
                                                const std::filesystem::path& path);

  /// Where somebody else read before: begins with what is still there, at a whole line.
  void resume();
  /// Reads the next 64 KiB at most. True: there may be more right now.
  bool read_some(const LineSplitter::Sink& sink);
  /// Waits until something was written behind what has been read. The object has to outlive it.
  boost::asio::awaitable<void> grown();
  /// For a writer that is gone: the last 64 KiB, a line without end included.
  void read_rest(const LineSplitter::Sink& sink);

 private:
  LogFollower(boost::asio::io_context& loop, Fd file, Fd watch)
      : file_(std::move(file)), watch_(loop, watch.release()) {}

  Fd file_;
  boost::asio::posix::stream_descriptor watch_;
  LineSplitter lines_;
  std::uint64_t offset_ = 0;
  std::uint64_t freed_ = 0;
};

}  // namespace panko
