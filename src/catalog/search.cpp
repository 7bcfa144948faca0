#include "catalog/search.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <thread>

namespace panko {

namespace {

/// Sessions are searched side by side and handed on one after the other. One mutex guards everything.
class Queue {
 public:
  explicit Queue(std::vector<SessionFile> files) : files_(std::move(files)), lanes_(files_.size()) {}

  /// The next session to search; nullopt: there is none, or nobody wants more.
  std::optional<std::size_t> take() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return is_ended_ || next_ >= files_.size() || next_ < head_ + kAhead; });
    if (is_ended_ || next_ >= files_.size()) return std::nullopt;
    return next_++;
  }
  [[nodiscard]] const SessionFile& file(std::size_t index) const { return files_[index]; }

  /// Waits while too much waits; false: nobody wants more.
  bool put(std::size_t index, SearchHit hit) {
    std::unique_lock lock(mutex_);
    Lane& lane = lanes_[index];
    room_.wait(lock, [&] { return is_ended_ || lane.hits.size() < kMostWaiting; });
    if (is_ended_) return false;
    lane.hits.push_back(std::move(hit));
    if (index == head_) news_.notify_one();
    return true;
  }
  void finish(std::size_t index, std::string problem) {
    const std::lock_guard lock(mutex_);
    lanes_[index].is_done = true;
    lanes_[index].problem = std::move(problem);
    if (index == head_) news_.notify_one();
  }

  /// In order: the hits that are there; none: everything is searched.
  std::deque<SearchHit> wait(std::vector<std::string>& problems) {
    std::unique_lock lock(mutex_);
    for (; head_ < lanes_.size(); ++head_) {
      room_.notify_all();
      Lane& lane = lanes_[head_];
      news_.wait(lock, [&] { return lane.is_done || !lane.hits.empty(); });
      if (!lane.hits.empty()) return std::exchange(lane.hits, {});
      if (!lane.problem.empty()) problems.push_back(std::move(lane.problem));
    }
    return {};
  }
  void end() {
    const std::lock_guard lock(mutex_);
    is_ended_ = true;
    room_.notify_all();
  }

 private:
  static constexpr std::size_t kAhead = 256;        // sessions in front of the one that is handed on
  static constexpr std::size_t kMostWaiting = 256;  // hits of one session

  struct Lane {
    std::deque<SearchHit> hits;
    bool is_done = false;
    std::string problem;
  };

  const std::vector<SessionFile> files_;
  std::mutex mutex_;
  std::condition_variable news_;  // for who hands on
  std::condition_variable room_;  // for who searches
  std::vector<Lane> lanes_;
  std::size_t next_ = 0;
  std::size_t head_ = 0;
  bool is_ended_ = false;
};

struct Ending {
  Queue& queue;
  ~Ending() { queue.end(); }
};

/// Names of side files by the session that they belong to.
using Strays = std::map<std::filesystem::path, std::vector<std::filesystem::path>>;

Strays find_strays() {
  Strays strays;
  for (const Agent* agent : all_agents())
    if (agent->stray_side_files != nullptr)
      for (const auto& [path, session] : agent->stray_side_files()) strays[session].push_back(path.filename());
  return strays;
}

void work(Queue& queue, const TextPattern& pattern, const SessionFilter& filter, const Strays& strays) {
  SessionSearch search(pattern);
  while (const auto index = queue.take()) {
    const SessionFile& file = queue.file(*index);
    std::span<const std::filesystem::path> own;
    if (const auto found = strays.find(file.path); found != strays.end()) own = found->second;
    const auto searched =
        search.run(file, own, filter, [&](SearchHit hit) { return queue.put(*index, std::move(hit)); });
    queue.finish(*index, searched ? std::string() : searched.error().message);
  }
}

}  // namespace

std::vector<std::string> search_sessions(const TextPattern& pattern, const SessionFilter& filter,
                                         const std::function<bool(const SearchHit&)>& sink) {
  std::vector<SessionFile> files = find_session_files();
  std::erase_if(files, [&](const SessionFile& file) {
    return (filter.agent != nullptr && file.agent != filter.agent) ||
           (filter.changed_since && file.modified_at < *filter.changed_since);
  });
  const std::size_t threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
  Queue queue(std::move(files));
  const Strays strays = find_strays();
  std::vector<std::string> problems;
  std::vector<std::jthread> workers;
  const Ending ending{queue};  // before the workers are waited for, whatever the sink does
  workers.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) workers.emplace_back([&] { work(queue, pattern, filter, strays); });
  for (;;) {
    const auto hits = queue.wait(problems);
    if (hits.empty()) return problems;
    for (const SearchHit& hit : hits)
      if (!sink(hit)) return problems;
  }
}

}  // namespace panko
