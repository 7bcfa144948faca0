#include "tunnel/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

namespace panko {

namespace asio = boost::asio;

struct TaskGroup::State {
  explicit State(const asio::any_io_executor& executor_) : executor(executor_), emptied(executor) {}

  asio::any_io_executor executor;
  std::list<asio::cancellation_signal> signals;  // one a task, kept: a task may end while its signal is emitted
  asio::steady_timer emptied;                    // cancelled when the last task is gone
  int running = 0;
  bool cancelled = false;
};

TaskGroup::TaskGroup(const asio::any_io_executor& executor) : state_(std::make_shared<State>(executor)) {}

void TaskGroup::spawn(asio::awaitable<void> task, std::function<void(std::exception_ptr)> failed) {
  if (state_->cancelled) return;
  auto& signal = state_->signals.emplace_back();
  ++state_->running;
  asio::co_spawn(state_->executor, std::move(task),
                 asio::bind_cancellation_slot(
                     signal.slot(), [state = state_, failed = std::move(failed)](const std::exception_ptr& error) {
                       if (error && !state->cancelled) failed(error);
                       if (--state->running == 0) state->emptied.cancel();
                     }));
}

void TaskGroup::cancel() {
  state_->cancelled = true;
  for (auto& signal : state_->signals) signal.emit(asio::cancellation_type::terminal);
}

asio::awaitable<bool> TaskGroup::join(std::chrono::milliseconds time) {
  const auto state = state_;
  state->emptied.expires_after(time);
  if (state->running > 0) co_await state->emptied.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return state->running == 0;
}

}  // namespace panko
