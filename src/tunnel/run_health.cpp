// How a run becomes ready or is proven, and how it does from then on.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tunnel/run.hpp"

namespace panko {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kPublicTime{10000};  // for one answer from outside
constexpr int kDeadAnswers = 3;             // a machine that slept is no hung program

TunnelFailure cannot_ask() {
  return {.kind = FailureClass::permanent,
          .sentence = find_program("curl")
                          ? "Whether this tunnel works can only be asked at its public URL, which curl cannot ask here."
                          : "Whether this tunnel works can only be asked at its public URL, and curl is not installed: "
                            "run sudo apt-get install curl."};
}

}  // namespace

/// Between two looks at something that comes up: soon at first, later less often.
milliseconds Run::pace(Time since) const {
  const auto waited = std::chrono::duration_cast<milliseconds>(Clock::now() - since);
  return std::clamp(waited / 4, times_.first_probe, std::max(times_.first_probe, times_.dead_probe));
}

asio::awaitable<void> Run::rest(Self self, milliseconds time) {
  const bool was_up = self->up_since_.has_value();
  if (!self->look_now_) {
    self->pause_.expires_after(time);
    co_await self->pause_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  // A look that was asked for since it went up is still to come.
  if (was_up || !self->up_since_) self->look_now_ = false;
}

asio::awaitable<Probe> Run::ask(Self self, milliseconds time) {
  asio::steady_timer limit(self->loop_, time);
  auto [order, error, probe, late] =
      co_await asio::experimental::make_parallel_group(
          asio::co_spawn(self->loop_, self->provider_.probe(self->context()), asio::deferred),
          limit.async_wait(asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (order[0] != 0) co_return Probe{};
  try {
    if (error) std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    probe = Probe{};
    probe.failure.sentence = exception.what();
  }
  co_return probe;
}

asio::awaitable<void> Run::care(Self self) {
  const bool is_up = self->adopted_ ? co_await prove(self) : co_await become_ready(self);
  if (is_up && self->provider_.probe != nullptr) co_await stay_healthy(self);
}

asio::awaitable<bool> Run::become_ready(Self self) {
  const auto begin = Clock::now();
  while (!self->up_since_) {
    if (self->ready_by_ == Plan::ReadyBy::log) {
      co_await rest(self, self->times_.start);  // its log wakes us
      continue;
    }
    co_await rest(self, self->pace(begin));
    if (self->ready_by_ == Plan::ReadyBy::probe) {
      auto probe = co_await ask(self, self->times_.start);
      if (!probe.url.empty()) self->found(std::move(probe.url));
      self->start_words_ = probe.failure.sentence;
      if (probe.state == Probe::State::failed) {
        self->give_up(std::move(probe.failure));
        co_return false;
      }
      if (probe.state == Probe::State::ready && !self->found_url_.empty()) self->went_up(self->found_url_, {});
    } else if (!self->found_url_.empty()) {
      const auto answer = co_await ask_public(self->found_url_, self->setup_->nonce, kPublicTime);
      if (answer == PublicAnswer::unknown) {
        self->give_up(cannot_ask());
        co_return false;
      }
      self->start_words_ =
          answer == PublicAnswer::none ? "its public URL does not answer." : "its public URL leads to something else.";
      if (answer == PublicAnswer::ours) self->went_up(self->found_url_, {});
    }
  }
  co_return true;
}

asio::awaitable<bool> Run::prove(Self self) {
  const auto begin = Clock::now();
  const auto deadline = begin + self->times_.adoption;
  TunnelFailure failure{.kind = FailureClass::transient, .sentence = "It could not be proven to serve."};
  // Its log first: the address may have changed while nobody read.
  while (self->process_ && !self->log_read_ && Clock::now() < deadline) co_await rest(self, self->times_.adoption);
  for (;;) {
    const auto url = self->found_url_.empty() ? self->record_.url : self->found_url_;
    if (self->provider_.probe != nullptr) {
      auto probe = co_await ask(self, self->times_.adoption);
      if (probe.state == Probe::State::failed) break;
      if (probe.state == Probe::State::ready || probe.state == Probe::State::waiting) {
        const bool waits = probe.state == Probe::State::waiting;
        self->went_up(probe.url.empty() ? url : probe.url, waits ? self->describe(probe) : std::string());
        co_return true;
      }
    } else {
      const auto answer = co_await ask_public(url, self->setup_->nonce, kPublicTime);
      if (answer == PublicAnswer::unknown) break;
      if (answer == PublicAnswer::ours) {
        self->went_up(url, {});
        co_return true;
      }
    }
    if (Clock::now() >= deadline) break;
    co_await rest(self, self->pace(begin));
  }
  self->adoption_failed_ = true;
  self->give_up(std::move(failure));
  co_return false;
}

std::string Run::describe(const Probe& probe) const {
  if (!probe.failure.sentence.empty()) return probe.failure.sentence;
  return probe.state == Probe::State::waiting ? fmt::format("{} lost its connection and is connecting again.", program_)
                                              : fmt::format("{} does not answer.", program_);
}

asio::awaitable<void> Run::stay_healthy(Self self) {
  const auto& times = self->times_;
  std::optional<Time> down_since;
  std::optional<Time> dead_since;
  int dead_answers = 0;
  if (!self->agent_problem_.empty()) down_since = Clock::now();
  for (;;) {
    co_await rest(self, down_since ? times.dead_probe : times.probe);
    auto probe = co_await ask(self, times.answer);
    const auto now = Clock::now();
    if (probe.state == Probe::State::failed) {
      self->give_up(std::move(probe.failure));
      co_return;
    }
    if (probe.state == Probe::State::ready) {
      down_since.reset();
      dead_since.reset();
      dead_answers = 0;
      self->hint_.reset();
      if (!probe.url.empty()) self->use_url(std::move(probe.url));
      self->set_problem(self->agent_problem_, {});
      continue;
    }
    if (!down_since) down_since = now;
    if (probe.state == Probe::State::waiting) {
      dead_since.reset();
      dead_answers = 0;
    } else {
      if (!dead_since) dead_since = now;
      ++dead_answers;
    }
    self->set_problem(self->agent_problem_, self->describe(probe));
    const bool is_dead = dead_since && dead_answers >= kDeadAnswers && now - *dead_since >= times.dead;
    if (is_dead || now - *down_since >= self->provider_.patience) {
      self->give_up({.kind = probe.failure.kind, .sentence = self->describe(probe)});
      co_return;
    }
  }
}

asio::awaitable<void> Run::watch_public(Self self) {
  const auto& times = self->times_;
  std::string url;
  bool trusted = false;  // it succeeded once: some machines cannot reach their own public names
  Time first_miss{};
  int misses = 0;
  for (;;) {
    if (url != self->record_.url) {
      url = self->record_.url;
      trusted = false;
      misses = 0;
    }
    const auto answer = co_await ask_public(url, self->setup_->nonce, kPublicTime);
    if (answer == PublicAnswer::unknown) co_return;
    if (url != self->record_.url) continue;
    auto pause = times.public_check;
    if (answer == PublicAnswer::ours) {
      trusted = true;
      misses = 0;
      self->set_problem(self->public_problem_, {});
    } else {
      if (misses++ == 0) first_miss = Clock::now();
      pause = trusted ? times.public_retry : std::min(times.public_retry * misses, times.public_check);
      if (trusted && misses >= 2) {
        if (misses == 2) self->look();  // does its own program agree?
        self->set_problem(self->public_problem_, "Its public URL does not answer.");
        // Nobody else can tell how a program without a probe does.
        if (self->provider_.probe == nullptr && Clock::now() - first_miss >= self->provider_.patience)
          self->give_up({.kind = FailureClass::transient, .sentence = "Its public URL does not answer."});
      }
    }
    self->public_pause_.expires_after(pause);
    co_await self->public_pause_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace panko
