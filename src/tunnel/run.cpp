// What a run's log and its process say, and how it ends. See run_start.cpp and run_health.cpp for the rest.
#include "tunnel/run.hpp"

#include <fmt/format.h>
#include <signal.h>

extern "C" {  // glibc 2.36 forgot it in this one
#include <sys/pidfd.h>
}

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cctype>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "tunnel/log_line.hpp"
#include "tunnel/process.hpp"

namespace panko {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kKillTime{1000};
constexpr std::chrono::seconds kHeedTime{1};
constexpr std::size_t kLongestWords = 8192;  // of a line, for whoever is told of the end
// A failure in the log is the reason of an end that follows soon.
constexpr std::chrono::seconds kHintTime{30};

std::string in_seconds(milliseconds time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

}  // namespace

const std::string& Run::problem() const {
  return agent_problem_.empty() ? public_problem_ : agent_problem_;
}

pid_t Run::pid() const {
  return process_ && !process_->has_ended() ? process_->pid() : 0;
}

bool Run::is_over() const {
  return let_go_ || !wanted_ || given_up_ || (process_ && process_->has_ended());
}

void Run::report(std::string_view words, std::string_view detail) {
  log_info(fmt::format("tunnel {}: run {} {}", provider_.name, record_.run_id, words));
  journal_->say(record_.run_id, detail.empty() ? std::string(words) : fmt::format("{}: {}", words, detail));
}

void Run::tell() {
  // A copy: whoever is told may let go of us.
  if (const auto changed = changed_; changed && !is_over()) changed();
}

void Run::look() {
  look_now_ = true;
  pause_.cancel();
}

void Run::check_now() {
  look();
  public_pause_.cancel();
}

void Run::end() {
  wanted_ = false;
  wake_.cancel();
}

void Run::let_go() {
  let_go_ = true;
  changed_ = {};
  health_.cancel();
  basics_.cancel();
  wake_.cancel();
}

void Run::give_up(TunnelFailure failure) {
  if (!given_up_) given_up_ = std::move(failure);
  wake_.cancel();
}

void Run::spawn(TaskGroup& group, Task task) {
  group.spawn(std::move(task), [self = shared_from_this()](const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      log_error(fmt::format("tunnel {}: run {}: {}", self->provider_.name, self->record_.run_id, exception.what()));
    }
    self->give_up(
        {.kind = FailureClass::transient,
         .sentence = fmt::format("The {} tunnel ended by a failure of panko itself; see its log.", self->program_)});
  });
}

void Run::read(std::string_view raw) {
  const auto line = without_secrets(raw, secrets_);
  if (!adopted_ || log_read_) journal_->quote(record_.run_id, line);  // the rest is there already
  if (std::ranges::any_of(line, [](unsigned char c) { return std::isalnum(c) != 0; }))
    last_lines_.at(line_count_++ % last_lines_.size()).assign(line.substr(0, kLongestWords));
  if (auto event = read_line_ ? read_line_(line) : std::nullopt) on_event(std::move(*event));
}

void Run::on_event(LogEvent event) {
  switch (event.kind) {
    case LogEvent::Kind::url:
      if (!event.text.empty()) new_url_ = std::move(event.text);
      return;
    case LogEvent::Kind::control: new_control_ = std::move(event.text); return;
    case LogEvent::Kind::ready:
      connected_ = true;
      if (!event.text.empty()) new_url_ = std::move(event.text);
      break;
    case LogEvent::Kind::failure:
      if (event.failure == FailureClass::permanent) give_up({.kind = event.failure, .sentence = event.text});
      // The cause comes before its consequences.
      if (!hint_ || event.failure != FailureClass::transient || Clock::now() - hint_time_ > kHintTime) {
        hint_ = TunnelFailure{event.failure, std::move(event.text)};
        hint_time_ = Clock::now();
      }
      return;
  }
  look();
}

/// What its log said last. Whoever prints addresses without end has others write them down once a second.
void Run::heed() {
  if (is_over()) return;
  if (!up_since_ && !new_url_.empty()) {
    found(std::exchange(new_url_, {}));
    look();
  }
  // What an earlier daemon's run once wrote is no proof that it serves now.
  if (!up_since_ && !adopted_ && ready_by_ == Plan::ReadyBy::log && connected_ && !found_url_.empty())
    went_up(found_url_, {});
  if (new_url_.empty() && new_control_.empty()) return;

  const auto now = Clock::now();
  if (now < next_heed_) {
    heed_timer_.expires_at(next_heed_);
    heed_timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      if (const auto self = weak.lock(); self && !error) self->heed();
    });
    return;
  }
  next_heed_ = now + kHeedTime;
  if (auto control = std::exchange(new_control_, {}); !control.empty() && control != record_.control) {
    record_.control = std::move(control);
    if (auto saved = save(); !saved) log_warning(saved.error().message);
  }
  look();
  if (auto url = std::exchange(new_url_, {}); !url.empty()) use_url(std::move(url));
}

void Run::found(std::string url) {
  found_url_ = std::move(url);
  if (!found_url_.empty() && setup_->url_known) setup_->url_known(found_url_);
}

void Run::went_up(std::string url, std::string problem) {
  if (is_over() || up_since_) return;
  while (url.ends_with('/')) url.pop_back();
  up_since_ = Clock::now();
  hint_.reset();
  record_.url = std::move(url);
  agent_problem_ = std::move(problem);
  if (auto saved = save(); !saved) log_warning(saved.error().message);
  report(adopted_ ? "adopted" : "ready", agent_problem_.empty() ? record_.url : agent_problem_);
  if (provider_.public_check && !setup_->nonce.path.empty()) spawn(health_, watch_public(shared_from_this()));
  look_now_ = false;  // whoever asks from here on asks how it does
  pause_.cancel();
  tell();
}

void Run::use_url(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  if (url == record_.url) return;
  record_.url = std::move(url);
  if (auto saved = save(); !saved) log_warning(saved.error().message);
  report("has a new address", record_.url);
  public_problem_.clear();
  public_pause_.cancel();
  tell();
}

void Run::set_problem(std::string& which, std::string problem) {
  if (is_over() || which == problem) return;
  const bool served = this->problem().empty();
  which = std::move(problem);
  const bool serves = this->problem().empty();
  if (serves) {
    report("ready again");
  } else if (served) {
    report("degraded", this->problem());
  }
  tell();
}

asio::awaitable<void> Run::follow(Self self) {
  const auto sink = [&](std::string_view line) { self->read(line); };
  for (;;) {
    const bool may_be_more = self->log_->read_some(sink);
    self->heed();
    if (may_be_more) {
      co_await asio::post(asio::use_awaitable);  // a talkative child gets its turn, not the loop
      continue;
    }
    if (!std::exchange(self->log_read_, true)) self->look();
    co_await self->log_->grown();
  }
}

asio::awaitable<void> Run::watch_process(Self self) {
  self->wait_status_ = co_await self->process_->ended();
  self->wake_.cancel();
}

asio::awaitable<void> Run::keep_deadline(Self self) {
  asio::steady_timer timer(self->loop_, self->times_.start);
  co_await timer.async_wait(asio::use_awaitable);
  if (!self->up_since_) self->give_up(self->hint_.value_or(self->silence()));
}

TunnelFailure Run::silence() const {
  const auto time = in_seconds(times_.start);
  std::string sentence;
  if (!start_words_.empty()) {
    sentence = fmt::format("{} was not ready within {}: {}", program_, time, start_words_);
  } else if (!found_url_.empty()) {
    sentence = fmt::format("{} got an address, but could not connect it within {}{}", program_, time, last_words());
  } else if (process_ && ready_by_ == Plan::ReadyBy::log) {
    sentence = fmt::format("{} printed no address within {}{}", program_, time, last_words());
  } else {
    sentence = fmt::format("{} was not ready within {}{}", program_, time, last_words());
  }
  return {.kind = FailureClass::transient, .sentence = std::move(sentence)};
}

/// ": the last line that says something", or the end of the sentence.
std::string Run::last_words() const {
  for (std::size_t i = 0; i < std::min(line_count_, last_lines_.size()); ++i) {
    if (const auto words = quote_log_line(last_lines_.at((line_count_ - 1 - i) % last_lines_.size())); !words.empty())
      return ": " + words;
  }
  return ".";
}

asio::awaitable<std::optional<Run::End>> Run::live(Self self, std::function<void()> changed) {
  self->changed_ = std::move(changed);
  if (self->process_) {
    self->spawn(self->basics_, watch_process(self));
    self->spawn(self->basics_, follow(self));
  }
  if (!self->adopted_) self->spawn(self->health_, keep_deadline(self));
  self->spawn(self->health_, care(self));
  while (!self->is_over()) co_await self->wake_.async_wait(asio::as_tuple(asio::use_awaitable));
  if (self->let_go_) co_return std::nullopt;
  co_return self->outcome();
}

Run::End Run::outcome() {
  // It is over: what is read now is heard of no more.
  const bool ended = process_ && process_->has_ended();
  if (ended) log_->read_rest([this](std::string_view line) { read(line); });
  End end;
  end.adoption_failed = adoption_failed_;
  if (up_since_) end.served = std::chrono::ceil<milliseconds>(Clock::now() - *up_since_);
  if (given_up_) {
    end.failure = *given_up_;
  } else if (hint_ && (!up_since_ || Clock::now() - hint_time_ < kHintTime)) {
    end.failure = *hint_;
  } else if (ended) {
    end.failure.sentence = fmt::format("{} {}{}", program_, describe_wait_status(wait_status_), last_words());
  }
  // A little early by its clock is no failure either. Who lives much longer has an account, and no such end.
  if (up_since_ && provider_.lifetime.count() > 0 && end.failure.kind == FailureClass::transient &&
      end.served * 20 >= provider_.lifetime * 19 && end.served <= provider_.lifetime * 2) {
    end.expected = true;
    end.failure.sentence = fmt::format("The service ends every tunnel after {}; the next one is on its way.",
                                       describe_duration(provider_.lifetime));
  }
  if (!wanted_) {
    report("is ended");
  } else if (adoption_failed_) {
    report("is not adopted", end.failure.sentence);
  } else {
    report(ended ? describe_wait_status(wait_status_) : "is given up", end.failure.sentence);
  }
  return end;
}

asio::awaitable<void> Run::wait_for_end(milliseconds time) {
  wake_.expires_after(time);
  while (!let_go_ && !process_->has_ended() && Clock::now() < wake_.expiry())
    co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
}

/// False: something of it is still there.
asio::awaitable<bool> Run::terminate(Self self) {
  if (!self->process_) co_return true;
  const auto variable = run_variable(self->record_.run_id);
  auto& process = *self->process_;
  process.send_signal(SIGTERM);
  if (self->adopted_) {
    // What it started: its group's number proves nothing, its environment does.
    for (const auto& other : co_await find_processes({variable})) {
      if (other.pid != process.pid()) ::pidfd_send_signal(other.pidfd.get(), SIGTERM, nullptr, 0);
    }
  }
  co_await self->wait_for_end(self->times_.stop);
  process.send_signal(SIGKILL);
  co_await self->wait_for_end(self->times_.stop + kKillTime);
  // What left its group on purpose.
  for (const auto& other : co_await find_processes({variable}))
    ::pidfd_send_signal(other.pidfd.get(), SIGKILL, nullptr, 0);
  co_return process.has_ended();
}

asio::awaitable<bool> Run::clean_up(Self self) {
  if (self->provider_.clean_up == nullptr) co_return true;
  try {
    co_return co_await self->provider_.clean_up(self->context());
  } catch (const std::exception& exception) {
    log_error(fmt::format("tunnel {}: clean-up: {}", self->provider_.name, exception.what()));
  }
  co_return false;
}

asio::awaitable<void> Run::finish(Self self) {
  self->wanted_ = false;
  self->changed_ = {};
  self->health_.cancel();
  const bool gone = co_await terminate(self);
  co_await self->health_.join(self->times_.stop + kKillTime);
  if (self->let_go_) co_return;
  self->basics_.cancel();
  co_await self->basics_.join();
  if (self->log_) self->log_->read_rest([&](std::string_view line) { self->read(line); });
  if (co_await clean_up(self) && gone) {
    remove_run(self->setup_->tunnels_dir, self->record_.run_id);
    co_return;
  }
  // The next daemon tries again. It is nothing to adopt.
  self->record_.url.clear();
  if (auto saved = self->save(); !saved) log_warning(saved.error().message);
  log_warning(fmt::format("tunnel {}: run {} left something behind", self->provider_.name, self->record_.run_id));
}

}  // namespace panko
