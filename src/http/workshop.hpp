// Runs jobs on the worker pool, a limited number at a time; the rest wait in line. Values in, values out: a job never
// touches what the loop owns. Lives on the loop.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <functional>
#include <type_traits>

#include "base/memory.hpp"
#include "http/task.hpp"

namespace panko {

class Workshop {
 public:
  Workshop(asio::io_context& loop, asio::thread_pool& workers, std::size_t benches)
      : loop_(loop), workers_(workers), freed_(loop.get_executor()), free_(benches) {}

  /// nullopt: the job threw, and the log says what; or nobody wanted its result any more when its turn came. Until it
  /// is done, the loop has work.
  template <class Job>
  Task<std::optional<std::invoke_result_t<Job>>> run(Job job, std::function<bool()> is_wanted = {}) {
    while (free_ == 0) {
      co_await freed_.wait();
      // Asked whenever a job is done, so that a line of visitors who have left does not grow.
      if (is_wanted && !is_wanted()) co_return std::nullopt;
    }
    const Bench bench(*this);
    std::optional<std::invoke_result_t<Job>> result;
    co_await asio::async_initiate<const asio::use_awaitable_t<Loop>&, void()>(
        [this, &job, &result](auto handler) {
          auto loop_with_work = asio::prefer(loop_.get_executor(), asio::execution::outstanding_work.tracked);
          asio::post(workers_, [&job, &result, loop_with_work, handler = std::move(handler)]() mutable {
            run_guarded([&] { result.emplace(job()); });
            asio::post(loop_with_work, std::move(handler));
          });
        },
        kTask);
    co_return result;
  }

  /// Destroys what the loop has done with, and gives its memory back to the system: both take milliseconds.
  template <class T>
  void discard(T value) {
    asio::post(workers_, [value = std::move(value)]() mutable {
      {
        const T last = std::move(value);
      }
      return_free_memory();
    });
  }

 private:
  struct Bench {
    explicit Bench(Workshop& workshop) : shop(workshop) { --shop.free_; }
    ~Bench() {
      ++shop.free_;
      shop.freed_.notify();
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;
    Workshop& shop;
  };

  static void run_guarded(const std::function<void()>& job);

  asio::io_context& loop_;
  asio::thread_pool& workers_;
  Signal freed_;
  std::size_t free_;
};

}  // namespace panko
