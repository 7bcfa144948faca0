#include "tui/jobs.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace panko::tui {

struct Jobs::State {
  std::function<void(const Effect&)> perform;
  std::mutex mutex;
  std::condition_variable idle;
  std::deque<Effect> waiting;
  std::size_t running = 0;
};

Jobs::Jobs(std::function<void(const Effect&)> perform) : state_(std::make_shared<State>()) {
  state_->perform = std::move(perform);
}

void Jobs::run(Effect effect) {
  const std::lock_guard lock(state_->mutex);
  if (state_->running == kMostAtOnce) {
    state_->waiting.push_back(std::move(effect));
    return;
  }
  ++state_->running;
  std::thread([state = state_, effect = std::move(effect)]() mutable { work(state, std::move(effect)); }).detach();
}

void Jobs::work(const std::shared_ptr<State>& state, Effect effect) {
  for (;;) {
    state->perform(effect);
    const std::lock_guard lock(state->mutex);
    if (state->waiting.empty()) {
      --state->running;
      state->idle.notify_all();
      return;
    }
    effect = std::move(state->waiting.front());
    state->waiting.pop_front();
  }
}

bool Jobs::finish(std::chrono::milliseconds most) {
  std::unique_lock lock(state_->mutex);
  return state_->idle.wait_for(lock, most, [&] { return state_->running == 0; });
}

}  // namespace panko::tui
