// One answer to `live` that goes on: lines for the pages of one browser, queued until the connection takes them, and a
// heartbeat between them. Lives on the loop; owned by its connection, and by whoever is about to add a page to it.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>

#include "http/task.hpp"

namespace panko {

struct LiveTimes {
  std::chrono::milliseconds beat{10000};
  std::chrono::milliseconds poll{25000};  // how long a poll waits for news
};

class LiveStream {
 public:
  using Line = std::shared_ptr<const std::string>;  // with its line end; shared by all who get it
  using Page = const void*;                         // whose line it is
  static constexpr std::size_t kMaxQueued = std::size_t{256} << 10;

  /// `in_chunks`: the connection's client knows where each one ends, and with the last one the answer.
  LiveStream(const Loop& loop, LiveTimes times, bool is_poll, bool in_chunks)
      : timer_(loop),
        times_(times),
        is_poll_(is_poll),
        in_chunks_(in_chunks),
        opened_(Clock::now()),
        beaten_(opened_) {}

  /// False, and nothing is queued: its reader is too far behind.
  bool push(Page page, const Line& line);
  /// Lines of this page that were not sent are not sent.
  void forget(Page page);
  /// Nothing more comes: it ends behind what is queued.
  void end();
  [[nodiscard]] bool has_ended() const { return has_ended_; }

  /// Pages that may still have something to say; it ends with the last one.
  void add_page() { ++pages_; }
  void remove_page();

  /// The bytes to be sent next, waited for. Empty: it is over, and these were the last ones before.
  static Task<std::string> next(std::shared_ptr<LiveStream> self);
  /// Between a next() and the one after it.
  [[nodiscard]] bool is_sending() const { return is_sending_; }
  /// Not while one is being sent: what is left, and the end.
  [[nodiscard]] std::string take_last();

 private:
  struct Queued {
    Page page;
    Line line;
  };
  [[nodiscard]] std::string take();
  [[nodiscard]] std::string beat();
  [[nodiscard]] std::string chunk(std::string lines) const;

  Timer timer_;
  LiveTimes times_;
  bool is_poll_;
  bool in_chunks_;
  bool is_sending_ = false;
  bool is_over_ = false;  // the end was given out
  bool has_ended_ = false;
  std::size_t pages_ = 0;
  std::deque<Queued> queue_;
  std::size_t queued_ = 0;  // bytes
  Clock::time_point opened_;
  Clock::time_point beaten_;
  bool has_begun_ = false;
};

}  // namespace panko
