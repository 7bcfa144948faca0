#include "shares/session_watch.hpp"

#include <utility>

#include "base/log.hpp"

namespace panko {

SessionWatch::SessionWatch(boost::asio::io_context& loop, std::chrono::milliseconds rest, Changed changed)
    : descriptor_(loop), timer_(loop), rest_(rest), changed_(std::move(changed)) {
  auto watcher = FileWatcher::open();
  if (!watcher) {
    log_warning(watcher.error().message);
    return;
  }
  watcher_.emplace(std::move(*watcher));
  descriptor_.assign(watcher_->fd());
  wait_for_event();
}

SessionWatch::~SessionWatch() {
  close();
}

void SessionWatch::close() {
  timer_.cancel();
  if (descriptor_.is_open()) descriptor_.release();  // FileWatcher closes it
  watcher_.reset();
}

void SessionWatch::add(const std::filesystem::path& file) {
  if (!watcher_) return;
  const auto added = watcher_->add(file);
  if (added || refused_) return;
  refused_ = true;
  log_warning(added.error().message);
}

void SessionWatch::remove(const std::filesystem::path& file) {
  if (watcher_) watcher_->remove(file);
}

void SessionWatch::wait_for_event() {
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
                           if (!error && !alive.expired() && watcher_) wait_for_more();
                         });
}

/// An agent at work writes many times a second: its events are left in the kernel for a while.
void SessionWatch::wait_for_more() {
  timer_.expires_after(rest_);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
    if (!error && !alive.expired()) report();
  });
}

void SessionWatch::report() {
  if (!watcher_) return;
  const auto files = watcher_->changed();
  wait_for_event();
  if (!files.empty()) changed_({files.begin(), files.end()});
}

}  // namespace panko
