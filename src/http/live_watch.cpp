#include "http/live_watch.hpp"

#include <boost/asio/co_spawn.hpp>

#include <utility>
#include <vector>

#include "base/log.hpp"

namespace panko {

namespace {

// What is written within it is told once: nobody sees the difference, and a line often comes in pieces.
constexpr std::chrono::milliseconds kGather{5};

}  // namespace

LiveWatch::Watching::Watching(std::shared_ptr<LiveWatch> watch, std::filesystem::path file, Changed changed)
    : watch_(std::move(watch)), file_(std::move(file)), changed_(std::move(changed)) {
  watch_->add(*this);
}

LiveWatch::Watching::~Watching() {
  watch_->remove(*this);
}

void LiveWatch::add(Watching& watching) {
  files_.emplace(watching.file_, &watching);
  if (!watcher_) {
    auto watcher = FileWatcher::open(true);
    if (!watcher) return log_warning(watcher.error().message);
    watcher_ = std::make_unique<FileWatcher>(std::move(*watcher));
    descriptor_.assign(watcher_->fd());
  }
  const auto added = watcher_->add(watching.file_);
  watching.is_watched_ = added.has_value();
  if (!added) log_warning(added.error().message);
  if (std::exchange(running_, true)) return;
  asio::co_spawn(timer_.get_executor(), tell(shared_from_this()), end_of_coroutine);
}

void LiveWatch::remove(Watching& watching) {
  std::erase_if(files_, [&](const auto& entry) { return entry.second == &watching; });
  if (watching.is_watched_) watcher_->remove(watching.file_);
  if (!files_.empty() || !watcher_) return;
  descriptor_.release();  // FileWatcher closes it
  watcher_.reset();
  timer_.cancel();
}

Task<void> LiveWatch::tell(std::shared_ptr<LiveWatch> self) {
  while (self->watcher_) {
    const auto [gone] = co_await self->descriptor_.async_wait(asio::posix::descriptor_base::wait_read, kTupleTask);
    if (gone || !self->watcher_) continue;
    self->timer_.expires_after(kGather);
    co_await self->timer_.async_wait(kTupleTask);
    if (!self->watcher_) continue;
    std::vector<Changed> changed;
    for (const auto& file : self->watcher_->changed()) {
      const auto [begin, end] = self->files_.equal_range(file);
      for (auto entry = begin; entry != end; ++entry) changed.push_back(entry->second->changed_);
    }
    for (const auto& tell_one : changed) tell_one();
  }
  self->running_ = false;
}

}  // namespace panko
