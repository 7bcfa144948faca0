#include "catalog/library.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/directory_watcher.hpp"
#include "base/memory.hpp"
#include "base/wake_flag.hpp"
#include "catalog/index.hpp"
#include "catalog/order.hpp"
#include "catalog/scanner.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

/// An agent writes in bursts: what follows at once is taken along.
constexpr std::chrono::milliseconds kSettle{200};
/// A file, and the directories, are looked at again no more often than this.
constexpr std::chrono::seconds kLeast{1};

/// Large values are moved once each, not at every comparison.
std::vector<SessionEntry> newest_first(std::vector<SessionEntry> sessions) {
  std::vector<const SessionEntry*> order;
  order.reserve(sessions.size());
  for (const SessionEntry& session : sessions) order.push_back(&session);
  std::ranges::sort(
      order, [](const SessionEntry* a, const SessionEntry* b) { return stands_before(*a, *b, SortOrder::newest); });
  std::vector<SessionEntry> sorted;
  sorted.reserve(sessions.size());
  for (const SessionEntry* session : order)
    sorted.push_back(std::move(sessions[static_cast<std::size_t>(session - sessions.data())]));
  return sorted;
}

}  // namespace

class Library::Worker {
 public:
  Worker(const Places& places, const std::vector<SessionEntry>& known, std::function<void(LibraryUpdate)> sink)
      : sink_(std::move(sink)) {
    // The receiver goes on to change what it has: only which states it knows is kept.
    std::vector<SessionEntry> told(known.size());
    for (std::size_t i = 0; i < known.size(); ++i) {
      told[i].path = known[i].path;
      told[i].agent = known[i].agent;
      told[i].size = known[i].size;
      told[i].modified_at = known[i].modified_at;
    }
    thread_ = std::jthread([this, places, told = std::move(told)](const std::stop_token& stop) mutable {
      Scanner scanner(places, std::exchange(told, {}), sink_);
      run(scanner, stop);
    });
  }
  ~Worker() {
    thread_.request_stop();
    wake_.raise();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void rescan() {
    is_scan_asked_ = true;
    wake_.raise();
  }

 private:
  void run(Scanner& scanner, const std::stop_token& stop);
  void watch();
  void collect_changes();
  void tell_problem();
  [[nodiscard]] bool wait(std::optional<Clock::time_point> until, bool for_changes) const;
  [[nodiscard]] std::optional<Clock::time_point> next_look() const;
  [[nodiscard]] std::vector<fs::path> take_due();

  WakeFlag wake_;
  std::function<void(LibraryUpdate)> sink_;
  std::atomic<bool> is_scan_asked_ = false;

  // Of the thread.
  std::optional<DirectoryWatcher> watcher_;  // nullopt: nothing is watched
  std::optional<Error> problem_;
  bool problem_is_told_ = false;
  std::map<fs::path, Clock::time_point> due_;        // files that were written → when to look at them
  std::map<fs::path, Clock::time_point> looked_at_;  // when, within the last second
  std::optional<Clock::time_point> scan_due_;
  Clock::time_point scanned_at_;

  std::jthread thread_;  // last: it ends before what it uses goes
};

void Library::Worker::run(Scanner& scanner, const std::stop_token& stop) {
  watch();  // before the scan: what changes meanwhile is looked at again
  scan_due_ = Clock::now();
  while (!stop.stop_requested()) {
    if (is_scan_asked_.exchange(false)) scan_due_ = Clock::now();
    if (scan_due_ && *scan_due_ <= Clock::now()) {
      scan_due_.reset();
      scanned_at_ = Clock::now();
      scanner.scan(stop);
      return_free_memory();  // of starting and of what was read: a third of all with 10,000 sessions, in 1 ms
    } else if (const auto paths = take_due(); !paths.empty()) {
      scanner.look_again(paths, stop);
    }
    if (stop.stop_requested()) return;
    tell_problem();
    if (wait(next_look(), true) && !stop.stop_requested()) {
      (void)wait(Clock::now() + kSettle, false);
      collect_changes();
    }
  }
}

void Library::Worker::watch() {
  auto watcher = DirectoryWatcher::open();
  if (!watcher) {
    problem_ = watcher.error();
    return;
  }
  watcher_ = std::move(*watcher);
  for (const Agent* agent : all_agents()) {
    for (const SessionRoot& root : agent->session_roots()) watcher_->add(root.directory, root.levels);
  }
  problem_ = watcher_->problem();
}

void Library::Worker::collect_changes() {
  if (!watcher_) return;
  const DirectoryWatcher::Changes changes = watcher_->changes();
  const auto now = Clock::now();
  std::erase_if(looked_at_, [now](const auto& look) { return look.second + kLeast <= now; });
  for (const fs::path& path : changes.written) {
    const auto last = looked_at_.find(path);
    due_.try_emplace(path, last == looked_at_.end() ? now : last->second + kLeast);
  }
  if (changes.names && !scan_due_) scan_due_ = std::max(now, scanned_at_ + kLeast);
  if (!problem_) problem_ = watcher_->problem();
}

void Library::Worker::tell_problem() {
  if (!problem_ || std::exchange(problem_is_told_, true)) return;
  LibraryUpdate update;
  update.problems.push_back(problem_->message);
  sink_(std::move(update));
}

/// Whether there are changes to collect. Ends early when it is woken.
bool Library::Worker::wait(std::optional<Clock::time_point> until, bool for_changes) const {
  int timeout = -1;
  if (until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - Clock::now()).count();
    timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 10'000));
  }
  // poll() passes over a negative descriptor.
  std::array<pollfd, 2> polled{
      pollfd{.fd = wake_.fd(), .events = POLLIN, .revents = 0},
      pollfd{.fd = for_changes && watcher_ ? watcher_->fd() : -1, .events = POLLIN, .revents = 0}};
  if (::poll(polled.data(), polled.size(), timeout) <= 0) return false;
  wake_.take_back();
  return polled[1].revents != 0;
}

std::optional<Clock::time_point> Library::Worker::next_look() const {
  std::optional<Clock::time_point> next = scan_due_;
  for (const auto& [path, time] : due_) next = next ? std::min(*next, time) : time;
  return next;
}

std::vector<fs::path> Library::Worker::take_due() {
  const auto now = Clock::now();
  std::vector<fs::path> paths;
  std::erase_if(due_, [&](const auto& due) {
    if (due.second > now) return false;
    paths.push_back(due.first);
    looked_at_[due.first] = now;
    return true;
  });
  return paths;
}

Library::Library(const Places& places, const std::vector<SessionEntry>& known, std::function<void(LibraryUpdate)> sink)
    : worker_(std::make_unique<Worker>(places, known, std::move(sink))) {}

Library::~Library() = default;

void Library::rescan() {
  worker_->rescan();
}

std::vector<SessionEntry> load_indexed_sessions(const Places& places) {
  return newest_first(Index::load(places.cache_dir));
}

std::vector<SessionEntry> list_sessions(const Places& places) {
  std::vector<SessionEntry> indexed = Index::load(places.cache_dir);
  std::unordered_map<std::string, SessionEntry> sessions;
  const auto take = [&sessions](std::vector<SessionEntry> entries) {
    for (SessionEntry& entry : entries) {
      std::string path = entry.path.native();
      sessions.insert_or_assign(std::move(path), std::move(entry));
    }
  };
  Scanner scanner(places, indexed, [&](LibraryUpdate update) {
    take(std::move(update.changed));
    for (const fs::path& path : update.gone) sessions.erase(path.native());
  });
  take(std::move(indexed));
  scanner.scan({});
  std::vector<SessionEntry> all;
  all.reserve(sessions.size());
  for (auto& [path, session] : sessions) all.push_back(std::move(session));
  return newest_first(std::move(all));
}

}  // namespace panko
