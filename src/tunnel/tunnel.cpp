#include "tunnel/tunnel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>

#include "base/log.hpp"
#include "tunnel/journal.hpp"
#include "tunnel/process.hpp"
#include "tunnel/retry.hpp"
#include "tunnel/run.hpp"

namespace panko {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

constexpr std::string_view kNoRun = "--------";  // in the place of a run's id

std::string_view name_of(FailureClass kind) {
  switch (kind) {
    case FailureClass::transient: return "for now";
    case FailureClass::rate_limited: return "rate limited";
    case FailureClass::remote_busy: return "the service holds the last run";
    case FailureClass::no_network: return "no network";
    case FailureClass::permanent: return "for good";
  }
  return "";
}

}  // namespace

struct Tunnel::State : std::enable_shared_from_this<State> {
  using Self = std::shared_ptr<State>;

  State(asio::io_context& loop_, TunnelSetup setup_, Listener listener_)
      : loop(loop_),
        setup(std::make_shared<const TunnelSetup>(std::move(setup_))),
        journal(std::make_shared<Journal>(setup->journal)),
        listener(std::move(listener_)),
        pause(loop),
        changed(loop, Clock::time_point::max()) {}

  asio::io_context& loop;
  const std::shared_ptr<const TunnelSetup> setup;
  const Provider& provider = *setup->provider;
  const std::shared_ptr<Journal> journal;
  Listener listener;
  TunnelStatus status;
  TunnelStatus told;  // what the listener knows

  bool supervised = false;  // supervise() runs
  bool starting = false;    // start() waits: until it has the URL, a failure is its failure
  bool stopping = false;
  bool abandoned = false;  // the Tunnel is gone: touch nothing any more
  bool finishing = false;  // the run is over, and what is left of it goes
  bool hurry = false;      // the next try does not wait
  std::optional<RunRecord> earlier;
  std::shared_ptr<Run> run;
  Retry retry{setup->times};
  asio::steady_timer pause;    // before another try
  asio::steady_timer changed;  // never expires; cancelled to wake whoever waits for a change

  void begin(std::optional<RunRecord> record);
  static asio::awaitable<void> supervise(Self self);
  static asio::awaitable<std::expected<std::shared_ptr<Run>, TunnelFailure>> next_run(Self self);
  static asio::awaitable<std::string> start(Self self);
  static asio::awaitable<void> stop(Self self);

  void hear();
  std::optional<Clock::time_point> went_down(const Run::End& end);
  void fail_for_good(std::string reason);
  void tell();
  void abandon();
};

void Tunnel::State::tell() {
  const bool is_news = told.state != status.state || told.url != status.url || told.reason != status.reason;
  if (!is_news || starting || abandoned) return;
  told = status;
  // A copy: the listener may destroy the Tunnel, and with it this function.
  if (const auto listen = listener) listen(told);
}

/// The run says something new of itself.
void Tunnel::State::hear() {
  if (stopping || abandoned || !run || !run->is_up()) return;
  status.state = run->problem().empty() ? TunnelState::ready : TunnelState::degraded;
  status.url = run->url();
  status.reason = run->problem();
  status.next_try.reset();
  changed.cancel();
  tell();
}

/// When the next try is; nullopt: there is none.
std::optional<Clock::time_point> Tunnel::State::went_down(const Run::End& end) {
  const auto now = Clock::now();
  const auto& [kind, sentence] = end.failure;
  const auto wait = retry.next(kind, end.served, now);
  const auto level = kind == FailureClass::no_network ? LogLevel::debug
                     : end.expected                   ? LogLevel::info
                                                      : LogLevel::warning;
  const auto next =
      wait ? fmt::format("next try in {:.1f} s", std::chrono::duration<double>(*wait).count()) : "no other try";
  log(level, fmt::format("tunnel {}: down, {}, {}", provider.name, name_of(kind), next));
  journal->say(run ? run->id() : kNoRun, next);
  status.state = wait ? TunnelState::backoff : TunnelState::failed;
  status.reason = sentence;
  status.next_try.reset();
  if (wait) status.next_try = wall_now() + *wait;
  tell();
  return wait ? std::optional(now + *wait) : std::nullopt;
}

void Tunnel::State::fail_for_good(std::string reason) {
  status.state = TunnelState::failed;
  status.reason = std::move(reason);
  status.next_try.reset();
  tell();
}

asio::awaitable<std::expected<std::shared_ptr<Run>, TunnelFailure>> Tunnel::State::next_run(Self self) {
  if (auto record = std::exchange(self->earlier, std::nullopt)) {
    if (auto adopted = Run::adopt(self->loop, self->setup, self->journal, *record)) co_return adopted;
    const std::array providers{&self->provider};
    co_await end_runs({std::move(*record)}, self->setup->tunnels_dir,
                      {{std::string(self->provider.name), self->setup->settings}}, providers, self->setup->times);
    if (self->stopping || self->abandoned) co_return std::unexpected(TunnelFailure{});
  }
  co_return Run::start(self->loop, self->setup, self->journal);
}

asio::awaitable<void> Tunnel::State::supervise(Self self) {
  while (!self->stopping && !self->abandoned) {
    Run::End end;
    auto begun = co_await next_run(self);
    if (begun) {
      self->run = *begun;
      const auto ended = co_await Run::live(*begun, [weak = std::weak_ptr(self)] {
        if (const auto alive = weak.lock()) alive->hear();
      });
      if (!ended || self->abandoned) co_return;
      end = *ended;
    } else {
      end.failure = std::move(begun.error());
      if (!self->stopping) self->journal->say(kNoRun, "not started: " + end.failure.sentence);
    }
    if (self->abandoned) co_return;

    // What has to end does so, even when whoever hears of it now destroys the Tunnel.
    self->finishing = true;
    std::optional<Clock::time_point> next;
    if (end.adoption_failed) {
      next = Clock::now();
    } else if (!self->stopping && !self->starting) {
      next = self->went_down(end);
    }
    if (begun) co_await Run::finish(*begun);
    self->run.reset();
    self->finishing = false;
    if (self->abandoned) co_return;
    if (self->starting && !self->stopping) self->fail_for_good(end.failure.sentence);
    if (self->starting || !next) break;

    if (!self->hurry && !self->stopping) {
      self->pause.expires_at(*next);
      co_await self->pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    self->hurry = false;
    if (self->stopping || self->abandoned) break;
    self->status.state = TunnelState::starting;
    self->status.next_try.reset();
    self->tell();
  }
}

void Tunnel::State::begin(std::optional<RunRecord> record) {
  assert(!supervised);
  supervised = true;
  stopping = false;
  hurry = false;
  status = {.state = TunnelState::starting,
            .url = record ? record->url : status.url,
            .reason = fmt::format("The {} tunnel is being started.", provider.name),
            .next_try = {}};
  told = status;
  earlier = std::move(record);
  asio::co_spawn(loop, supervise(shared_from_this()), [self = shared_from_this()](const std::exception_ptr& error) {
    if (error) {
      try {
        std::rethrow_exception(error);
      } catch (const std::exception& exception) {
        log_error(fmt::format("tunnel {}: {}", self->provider.name, exception.what()));
      }
      // Its record leads the next daemon to what it may have left.
      if (self->run) self->run->let_go();
      self->fail_for_good(
          fmt::format("The {} tunnel ended by a failure of panko itself; see its log.", self->provider.name));
    }
    self->supervised = false;
    self->changed.cancel();
  });
}

asio::awaitable<std::string> Tunnel::State::start(Self self) {
  self->starting = true;
  self->begin({});
  while (self->supervised && !(self->run && self->run->is_up())) {
    co_await self->changed.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  self->starting = false;
  if (!self->supervised) {
    if (self->stopping) throw Failure(fmt::format("The {} tunnel was stopped before it was up.", self->provider.name));
    throw Failure(self->status.reason);
  }
  self->told = {.state = TunnelState::ready, .url = self->run->url()};
  // Whoever waits for this takes it for ready.
  if (!self->run->problem().empty()) asio::post(self->loop, [self] { self->hear(); });
  co_return self->told.url;
}

asio::awaitable<void> Tunnel::State::stop(Self self) {
  self->stopping = true;
  self->pause.cancel();
  if (self->run) self->run->end();
  self->status.state = TunnelState::stopping;
  self->status.reason = "It is being stopped.";
  self->status.next_try.reset();
  self->tell();
  while (self->supervised) co_await self->changed.async_wait(asio::as_tuple(asio::use_awaitable));
}

void Tunnel::State::abandon() {
  abandoned = true;
  listener = {};
  pause.cancel();
  if (run && !finishing) run->let_go();
}

Tunnel::Tunnel(asio::io_context& loop, TunnelSetup setup, Listener listener)
    : state_(std::make_shared<State>(loop, std::move(setup), std::move(listener))) {
  assert(state_->provider.has_tunnel);
}

Tunnel::~Tunnel() {
  state_->abandon();
}

asio::awaitable<std::string> Tunnel::start() {
  return State::start(state_);
}

void Tunnel::start_in_background(std::optional<RunRecord> earlier) {
  state_->begin(std::move(earlier));
}

asio::awaitable<void> Tunnel::stop() {
  return State::stop(state_);
}

void Tunnel::check_now() {
  state_->hurry = state_->status.state == TunnelState::backoff;
  state_->pause.cancel();
  if (state_->run) state_->run->check_now();
}

const TunnelStatus& Tunnel::status() const {
  state_->status.pid = state_->run ? state_->run->pid() : 0;
  return state_->status;
}

bool is_adoptable(const RunRecord& run, const TunnelSetup& setup) {
  const bool same_origin = setup.provider->uses_socket ? run.origin_socket == setup.origin_socket.native()
                                                       : run.local_port == setup.local_port;
  return same_origin && !run.url.empty() && run.gateway == setup.gateway && run.provider == setup.provider->name &&
         run.settings_hash == hash_of(setup.settings) && run.boot_id == boot_id();
}

std::string_view name_of(TunnelState state) {
  switch (state) {
    case TunnelState::starting: return "starting";
    case TunnelState::ready: return "ready";
    case TunnelState::degraded: return "degraded";
    case TunnelState::backoff: return "backoff";
    case TunnelState::failed: return "failed";
    case TunnelState::stopping: return "stopping";
  }
  return "";
}

}  // namespace panko
