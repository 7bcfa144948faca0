// What other threads have for the loop. Posting wakes it; any thread may post. Throws Failure when it is made.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/wake_flag.hpp"
#include "tui/event.hpp"

namespace panko::tui {

class Inbox {
 public:
  struct Content {
    std::vector<Event> events;  // in the order in which they were posted
    std::string for_terminal;   // sequences to be written between two frames
  };

  void post(Event event);
  void post_for_terminal(std::string_view sequence);

  /// Readable while there is something.
  [[nodiscard]] int fd() const { return wake_.fd(); }
  /// Everything; never waits.
  [[nodiscard]] Content take();

 private:
  std::mutex mutex_;
  Content content_;
  WakeFlag wake_;
};

}  // namespace panko::tui
