// Session passes that were made so that the owner can look first: each is kept for some minutes, for whoever asks again
// and for the share that follows. At most one is made at a time. Lives on the loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "edition/masked_session.hpp"
#include "shares/waiting.hpp"

namespace panko {

/// What a pass found: a value.
struct ScannedSession {
  std::vector<SessionFinding> findings{};  // in the order of the session, at most kMostFindings
  std::uint64_t left_out = 0;              // of them
  MaskedCounts counts{};
};

/// Which pass: of this session up to there, for these eyes.
struct ScanKey {
  std::filesystem::path path;
  Snapshot snapshot;
  RedactionSettings settings;
  /// The moment of the snapshot may be another one.
  [[nodiscard]] bool is_same(const ScanKey& other) const;
};

class Scans : public std::enable_shared_from_this<Scans> {
 public:
  static constexpr std::size_t kMostFindings = 2000;
  static constexpr std::size_t kMostKept = 3;
  static constexpr std::uint64_t kMostBytes = std::uint64_t{512} << 20;  // of all but the newest

  Scans(boost::asio::io_context& loop, boost::asio::thread_pool& workers, std::chrono::milliseconds keep);

  /// Throws the pass's own sentence when it fails.
  static boost::asio::awaitable<std::shared_ptr<const ScannedSession>> scan(std::shared_ptr<Scans> self, ScanKey key);

  struct Taken {
    Snapshot snapshot;  // as it was scanned
    std::shared_ptr<MaskedSession> masked;
  };
  /// Gives it away, once it is done if it is under way; nullopt: there is none.
  static boost::asio::awaitable<std::optional<Taken>> take(std::shared_ptr<Scans> self, ScanKey key);

  void clear();

 private:
  struct Kept {
    ScanKey key;
    std::shared_ptr<MaskedSession> masked;
    std::shared_ptr<const ScannedSession> found;
    std::uint64_t bytes = 0;
    std::chrono::steady_clock::time_point until;
  };
  static boost::asio::awaitable<void> wait_while_busy(std::shared_ptr<Scans> self);
  [[nodiscard]] std::deque<Kept>::iterator find(const ScanKey& key);
  void keep(Kept kept);
  void drop_old();
  void drop(Kept kept);

  boost::asio::io_context& loop_;
  boost::asio::thread_pool& workers_;
  std::chrono::milliseconds keep_time_;
  std::deque<Kept> kept_;         // the oldest first
  std::shared_ptr<WakeUp> busy_;  // nullptr: no pass is under way
  boost::asio::steady_timer timer_;
};

}  // namespace panko
