// What the coroutines of this room wait with. Lives on the loop.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

namespace panko {

/// Wakes every coroutine that waits, once. Waiting costs the process nothing.
class WakeUp {
 public:
  explicit WakeUp(boost::asio::io_context& loop) : timer_(loop, boost::asio::steady_timer::time_point::max()) {}

  static boost::asio::awaitable<void> wait(std::shared_ptr<WakeUp> wake_up) {
    co_await wake_up->timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  void notify() { timer_.cancel(); }

 private:
  boost::asio::steady_timer timer_;
};

/// Runs a job that may block on the worker pool; what it returns or throws arrives on the loop.
template <class Job>
boost::asio::awaitable<std::invoke_result_t<Job>> on_worker(boost::asio::thread_pool& workers, Job job) {
  // No lambda: its captures would have to outlive the coroutine.
  struct Work {
    static boost::asio::awaitable<std::invoke_result_t<Job>> run(Job work) { co_return work(); }
  };
  co_return co_await boost::asio::co_spawn(workers, Work::run(std::move(job)), boost::asio::use_awaitable);
}

/// For co_spawn: what leaves the root of a coroutine is logged and ends nothing else.
void log_end_of_coroutine(const std::exception_ptr& error);

}  // namespace panko
