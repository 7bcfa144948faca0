// Tells when the files of shared sessions change, at most a few times a second however busy their agents are. Where the
// kernel cannot watch a file, nothing is told of it: whoever serves it looks for himself at each request.
// Lives on the loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>

#include "base/file_watcher.hpp"

namespace panko {

class SessionWatch {
 public:
  using Changed = std::function<void(const std::set<std::filesystem::path>& files)>;

  /// `rest`: how long it lets changes gather before it tells them.
  SessionWatch(boost::asio::io_context& loop, std::chrono::milliseconds rest, Changed changed);
  ~SessionWatch();
  SessionWatch(const SessionWatch&) = delete;
  SessionWatch& operator=(const SessionWatch&) = delete;

  /// Counted, as in FileWatcher.
  void add(const std::filesystem::path& file);
  void remove(const std::filesystem::path& file);
  void close();

 private:
  void wait_for_event();
  void wait_for_more();
  void report();

  std::optional<FileWatcher> watcher_;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds rest_;
  Changed changed_;
  bool refused_ = false;  // said once that a file cannot be watched
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace panko
