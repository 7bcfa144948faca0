// Runs what takes time beside the loop: each effect on a thread of its own, a bounded number at once, the others as
// soon as one is done. For the loop's thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "tui/effect.hpp"

namespace panko::tui {

class Jobs {
 public:
  static constexpr std::size_t kMostAtOnce = 16;

  /// `perform` is called on many threads; what it needs has to live as long as they do (see finish).
  explicit Jobs(std::function<void(const Effect&)> perform);

  void run(Effect effect);

  /// Waits until all is done, at most so long. False: some still runs, and what it refers to may not be destroyed;
  /// the process can only be ended.
  [[nodiscard]] bool finish(std::chrono::milliseconds most);

 private:
  struct State;
  static void work(const std::shared_ptr<State>& state, Effect effect);

  std::shared_ptr<State> state_;
};

}  // namespace panko::tui
