#include "catalog/scanner.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace panko {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kReaders = 2;
constexpr std::chrono::milliseconds kBetweenUpdates{30};
constexpr std::size_t kLargestUpdate = 500;

}  // namespace

Scanner::Scanner(const Places& places, std::span<const SessionEntry> told, Sink sink)
    : index_(places.cache_dir), sink_(std::move(sink)) {
  for (IndexedFile& file : index_.files())
    known_.try_emplace(file.path.native(),
                       Known{.stamp = file.stamp,
                             .agent = file.agent,
                             .finding = file.agent != nullptr ? Finding::session : Finding::no_session});
  for (const SessionEntry& entry : told) {
    // Another panko may have written the index since: then the receiver has something else than what is in it.
    Known& known = known_.try_emplace(entry.path.native(), Known{.agent = entry.agent}).first->second;
    const bool is_same = known.finding == Finding::session && known.stamp.size == entry.size &&
                         known.stamp.modified_at() == entry.modified_at;
    known.told = is_same ? Told::this_state : Told::something_else;
  }
}

void Scanner::scan(const std::stop_token& stop) {
  ++round_;
  for (const Agent* agent : all_agents())
    for (fs::path& path : agent->find_sessions()) {
      if (stop.stop_requested()) return;
      consider(std::move(path), *agent);
    }
  forget_gone();
  read_candidates(stop);
  if (stop.stop_requested()) return;
  update_.is_complete = true;
  flush();
}

void Scanner::look_again(std::span<const fs::path> paths, const std::stop_token& stop) {
  std::vector<fs::path> gone;
  for (const fs::path& path : paths) {
    const auto found = known_.find(path.native());
    if (found == known_.end()) continue;
    found->second.round = 0;
    consider(path, *found->second.agent);
    if (found->second.round == 0) gone.push_back(path);
  }
  for (const fs::path& path : gone) forget(path.native());
  index_.write({}, gone);
  read_candidates(stop);
  if (!stop.stop_requested() && (!update_.changed.empty() || !update_.gone.empty())) flush();
}

/// Nothing happens when it is not there.
void Scanner::consider(fs::path path, const Agent& agent) {
  struct stat status{};
  FileStamp stamp;
  if (::stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return;
    stamp = stamp_of(status);
  } else if (errno == ENOENT || errno == ENOTDIR) {
    return;
  }
  const auto [found, is_new] = known_.try_emplace(path.native(), Known{.agent = &agent});
  Known& known = found->second;
  known.round = round_;
  if (known.agent == nullptr) known.agent = &agent;
  const bool is_same = !is_new && known.stamp == stamp;
  if (is_same && known.finding == Finding::no_session && known.told == Told::nothing) return;
  if (is_same && known.finding == Finding::session) {
    if (known.told == Told::this_state) return;
    if (auto entry = index_.session(path)) {
      known.told = Told::this_state;
      update_.changed.push_back(std::move(*entry));
      if (update_.changed.size() >= kLargestUpdate) flush();
      return;
    }
  }
  Candidate candidate{.path = std::move(path), .agent = known.agent, .stamp = stamp, .state = std::nullopt};
  const bool grew = !is_new && known.stamp.inode == stamp.inode && stamp.size > known.stamp.size;
  if (grew) candidate.state = index_.reading_state(candidate.path);
  candidates_.push_back(std::move(candidate));
}

void Scanner::forget_gone() {
  std::vector<fs::path> gone;
  for (const auto& [path, known] : known_)
    if (known.round != round_) gone.emplace_back(path);
  for (const fs::path& path : gone) forget(path.native());
  index_.write({}, gone);
}

void Scanner::forget(const std::string& path) {
  const auto found = known_.find(path);
  if (found == known_.end()) return;
  if (found->second.told != Told::nothing) update_.gone.emplace_back(path);
  known_.erase(found);
}

void Scanner::read_candidates(const std::stop_token& stop) {
  auto candidates = std::exchange(candidates_, {});
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    return a.stamp.modified_ns != b.stamp.modified_ns ? a.stamp.modified_ns > b.stamp.modified_ns
                                                      : a.path.native() < b.path.native();
  });
  update_.files_read = 0;
  update_.files_to_read = candidates.size();

  std::mutex mutex;
  std::condition_variable finished;
  std::vector<Look> looks;
  std::size_t at_work = std::min(kReaders, candidates.size());
  std::atomic<std::size_t> next{0};
  const auto read = [&] {
    for (std::size_t i = next++; i < candidates.size() && !stop.stop_requested(); i = next++) {
      const Candidate& candidate = candidates[i];
      Look look = look_at(candidate.path, *candidate.agent, candidate.state, stop);
      const std::scoped_lock lock(mutex);
      looks.push_back(std::move(look));
    }
    const std::scoped_lock lock(mutex);
    if (--at_work == 0) finished.notify_one();
  };
  std::vector<std::jthread> readers;
  for (std::size_t i = at_work; i > 0; --i) readers.emplace_back(read);

  for (bool is_done = false; !is_done;) {
    std::vector<Look> batch;
    {
      std::unique_lock lock(mutex);
      is_done = finished.wait_for(lock, kBetweenUpdates, [&] { return at_work == 0; });
      batch.swap(looks);
    }
    if (stop.stop_requested()) continue;
    take(std::move(batch));
    if (!is_done && !update_.changed.empty()) flush();
  }
}

void Scanner::take(std::vector<Look> looks) {
  std::vector<Index::Record> records;
  std::vector<fs::path> gone;
  for (Look& look : looks) {
    const bool is_session = look.finding == Finding::session;
    if (look.finding == Finding::gone) gone.push_back(look.entry.path);
    if (is_session || look.finding == Finding::no_session)
      records.push_back({.path = look.entry.path,
                         .stamp = look.stamp,
                         .session = is_session ? &look.entry : nullptr,
                         .state = std::move(look.state)});
  }
  index_.write(records, gone);
  update_.files_read += looks.size();
  for (Look& look : looks) {
    if (update_.changed.size() >= kLargestUpdate) flush();
    tell(std::move(look));
  }
}

void Scanner::tell(Look look) {
  const std::string& path = look.entry.path.native();
  const auto found = known_.find(path);
  if (found == known_.end()) return;
  Known& known = found->second;
  if (look.finding == Finding::gone) return forget(path);
  const bool is_new = known.finding != look.finding || known.stamp != look.stamp || known.told != Told::this_state;
  known.stamp = look.stamp;
  known.finding = look.finding;
  known.agent = look.entry.agent;
  if (look.finding == Finding::no_session) {
    if (std::exchange(known.told, Told::nothing) != Told::nothing) update_.gone.push_back(look.entry.path);
    return;
  }
  known.told = Told::this_state;
  if (is_new) update_.changed.push_back(std::move(look.entry));
}

void Scanner::flush() {
  if (!index_.problem().empty() && !std::exchange(problem_is_told_, true)) update_.problems.push_back(index_.problem());
  const std::size_t read = update_.files_read;
  const std::size_t to_read = update_.files_to_read;
  sink_(std::exchange(update_, {}));
  update_.files_read = read;
  update_.files_to_read = to_read;
}

}  // namespace panko
