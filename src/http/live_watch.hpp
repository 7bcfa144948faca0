// Tells at once when a session's file was written, replaced or removed, while somebody looks at its page. Where the
// kernel cannot watch it, nothing is told: whoever follows a session looks for himself from time to time.
// Lives on the loop; no descriptor is open and nothing wakes while no file is watched.
#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>

#include "base/file_watcher.hpp"
#include "http/task.hpp"

namespace panko {

class LiveWatch : public std::enable_shared_from_this<LiveWatch> {
 public:
  using Changed = std::function<void()>;

  explicit LiveWatch(const Loop& loop) : descriptor_(loop), timer_(loop) {}

  /// One file, for as long as it lives.
  class Watching {
   public:
    Watching(std::shared_ptr<LiveWatch> watch, std::filesystem::path file, Changed changed);
    ~Watching();
    Watching(const Watching&) = delete;
    Watching& operator=(const Watching&) = delete;

   private:
    friend class LiveWatch;
    std::shared_ptr<LiveWatch> watch_;
    std::filesystem::path file_;
    Changed changed_;
    bool is_watched_ = false;
  };

 private:
  void add(Watching& watching);
  void remove(Watching& watching);
  static Task<void> tell(std::shared_ptr<LiveWatch> self);

  std::multimap<std::filesystem::path, Watching*> files_;
  std::unique_ptr<FileWatcher> watcher_;
  boost::asio::posix::basic_stream_descriptor<Loop> descriptor_;
  Timer timer_;
  bool running_ = false;
};

}  // namespace panko
