// Coroutines that are ended together. Cancelled, each is resumed with an error and unwinds, also out of what it waits
// for on behalf of a provider; join() waits until the last is gone. What they refer to, they own. Lives on the loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>

namespace panko {

class TaskGroup {
 public:
  explicit TaskGroup(const boost::asio::any_io_executor& executor);

  /// `failed`: called when it threw, unless the group was cancelled.
  void spawn(boost::asio::awaitable<void> task, std::function<void(std::exception_ptr)> failed);
  void cancel();
  /// False: some are still there after this time. One waiter at a time.
  boost::asio::awaitable<bool> join(std::chrono::milliseconds time = std::chrono::hours(1));

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace panko
