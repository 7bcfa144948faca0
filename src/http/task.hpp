// The coroutine types of this room: fixed to io_context, which spares the type-erased executor of every step.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>

namespace panko {

namespace asio = boost::asio;
using Loop = asio::io_context::executor_type;
using Clock = std::chrono::steady_clock;
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Loop>;  // TCP or Unix
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Loop>;

template <class T>
using Task = asio::awaitable<T, Loop>;
inline constexpr asio::use_awaitable_t<Loop> kTask{};
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Loop>> kTupleTask{};

/// For co_spawn: an exception that leaves a coroutine is logged here, and ends nothing else.
void end_of_coroutine(const std::exception_ptr& error);

/// Wakes every coroutine that waits, once. It costs no wake-up of the process while it is waited for.
class Signal {
 public:
  explicit Signal(const Loop& loop) : timer_(loop, Clock::time_point::max()) {}
  Task<void> wait() { co_await timer_.async_wait(kTupleTask); }
  void notify() { timer_.cancel(); }

 private:
  Timer timer_;
};

/// A piece of work in progress that several coroutines want: the first does it, the others wait for its result.
template <class T>
class Flight {
 public:
  explicit Flight(const Loop& loop) : landed_(loop) {}
  /// nullopt: whoever did it failed.
  static Task<std::optional<T>> wait(std::shared_ptr<Flight> flight) {
    flight->has_waiters_ = true;
    if (!flight->done_) co_await flight->landed_.wait();
    co_return flight->result_;
  }
  [[nodiscard]] bool has_waiters() const { return has_waiters_; }
  void land(std::optional<T> result) {
    result_ = std::move(result);
    done_ = true;
    landed_.notify();
  }

 private:
  Signal landed_;
  std::optional<T> result_;
  bool done_ = false;
  bool has_waiters_ = false;
};

}  // namespace panko
