// Who has the page of one share open, as the page's script says it: by a name that it made up for this load of the
// page, never by anything of the visitor. Bounded, whatever is posted. Lives on the loop; one timer, and none while
// nobody looks.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "http/posted.hpp"
#include "http/task.hpp"

namespace panko {

class Presence : public std::enable_shared_from_this<Presence> {
 public:
  static constexpr std::size_t kMostVisits = 1000;

  /// `patience`: who was not heard of for so long does not look any more.
  Presence(const Loop& loop, std::chrono::milliseconds patience) : timer_(loop), patience_(patience) {}

  using OnView = std::function<void()>;
  using OnViewers = std::function<void(std::size_t)>;
  /// Who hears of it from now on; how many look already is told at once.
  void tell(OnView on_view, OnViewers on_viewers);

  void saw(const Seen& seen);
  [[nodiscard]] std::size_t viewers() const { return viewers_; }
  /// Nobody hears of anything any more.
  void end();

 private:
  struct Visit {
    std::string name;
    Clock::time_point seen;
    bool looks = true;
  };
  using Visits = std::list<Visit>;

  Visits::iterator longest_silent();
  void forget_oldest();
  void tell_viewers(std::size_t before);
  static Task<void> drop_silent_ones(std::shared_ptr<Presence> self);

  Visits visits_;            // the one heard of last comes last
  std::size_t viewers_ = 0;  // the last so many look; those before are remembered, so that none counts twice
  std::unordered_map<std::string, Visits::iterator> by_name_;
  OnView on_view_;
  OnViewers on_viewers_;
  Timer timer_;
  bool running_ = false;
  std::chrono::milliseconds patience_;
};

}  // namespace panko
