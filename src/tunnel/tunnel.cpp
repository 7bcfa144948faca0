#include "tunnel/tunnel.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <cerrno>
#include <cstdlib>

#include "base/files.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "tunnel/backoff.hpp"
#include "tunnel/child_process.hpp"
#include "tunnel/log_follower.hpp"
#include "tunnel/log_line.hpp"
#include "tunnel/process.hpp"
#include "tunnel/program.hpp"
#include "tunnel/provider_settings.hpp"
#include "tunnel/run_record.hpp"

namespace panko {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

using Reason = TunnelFailure;

Reason failed(std::string sentence) {
  return {FailureClass::transient, std::move(sentence)};
}

/// One process, from its start to its end. Its coroutines and timers share it.
struct Run : std::enable_shared_from_this<Run> {
  Run(asio::io_context& loop, std::string program_name, RunRecord run_record)
      : program(std::move(program_name)), record(std::move(run_record)), timer(loop) {}

  std::string program;
  RunRecord record;
  std::unique_ptr<ChildProcess> child;
  std::function<std::optional<LogEvent>(std::string_view line)> read_line;
  std::unique_ptr<LogFollower> log;
  asio::steady_timer timer;  // the start, later the time between SIGTERM and SIGKILL
  bool ended = false;
  bool terminating = false;

  std::string url;
  std::string announced;  // the URL that somebody was told
  bool connected = false;
  std::optional<Clock::time_point> up_since;
  std::optional<Reason> reason;  // what its log says of its end
  std::string last_line;
};

std::string_view name_of(FailureClass kind) {
  switch (kind) {
    case FailureClass::rate_limited: return "rate limited";
    case FailureClass::permanent: return "for good";
    default: return "for now";
  }
}

void log_exception(const std::exception_ptr& error) {
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    log_error(fmt::format("tunnel: {}", exception.what()));
  }
}

void terminate(const std::shared_ptr<Run>& run, std::chrono::milliseconds patience) {
  if (run->terminating || run->ended) return;
  run->terminating = true;
  run->child->send_signal(SIGTERM);
  run->timer.expires_after(patience);
  run->timer.async_wait([run](boost::system::error_code error) {
    if (!error && !run->ended) run->child->send_signal(SIGKILL);
  });
}

}  // namespace

struct Tunnel::State {
  using Self = std::shared_ptr<State>;

  State(asio::io_context& loop_, TunnelSetup setup_, Listener listener_)
      : loop(loop_),
        setup(std::move(setup_)),
        listener(std::move(listener_)),
        pause(loop),
        changed(loop, Clock::time_point::max()) {}

  asio::io_context& loop;
  const TunnelSetup setup;
  const Provider& provider = *setup.provider;
  const std::filesystem::path& tunnels_dir = setup.tunnels_dir;
  Listener listener;
  const TunnelTimes& times = setup.times;
  TunnelStatus status;

  bool supervised = false;  // supervise() runs
  bool starting = false;    // start() waits: until it has the URL, a failure is its failure
  bool stopping = false;
  bool abandoned = false;  // the Tunnel is gone: touch nothing any more
  std::shared_ptr<Run> run;
  std::string failure;         // of start()
  asio::steady_timer pause;    // before another try
  asio::steady_timer changed;  // never expires; cancelled to wake whoever waits for a change

  static void begin(const Self& self);
  static asio::awaitable<void> supervise(Self self);
  static asio::awaitable<void> follow(Self self, std::shared_ptr<Run> run);
  static void set_deadline(const Self& self, const std::shared_ptr<Run>& run);
  static asio::awaitable<std::string> start(Self self);
  static asio::awaitable<void> stop(Self self);

  std::expected<std::shared_ptr<Run>, Reason> launch();
  Result<void> launch(Run& run, const std::vector<std::string>& arguments, std::vector<std::string> environment);
  void on_line(Run& run, std::string_view line);
  void on_event(Run& run, LogEvent event);
  void finish(Run& run);
  void abandon();

  // Called through copies: a listener may destroy the Tunnel, and with it these functions.
  void notify_up(const std::string& url) {
    status = {.state = TunnelState::ready, .url = url, .reason = {}, .next_try = {}, .pid = status.pid};
    if (const auto tell = listener) tell(status);
  }
  void notify_down(const std::string& reason, bool permanent) {
    status.state = permanent ? TunnelState::failed : TunnelState::backoff;
    status.reason = reason;
    if (const auto tell = listener) tell(status);
  }
};

std::expected<std::shared_ptr<Run>, Reason> Tunnel::State::launch() {
  if (auto obstacle = obstacle_of(provider, setup.settings))
    return std::unexpected(Reason{FailureClass::permanent, std::move(obstacle->sentence)});
  auto plan = provider.plan({.settings = setup.settings,
                             .local_port = setup.local_port,
                             .origin_socket = setup.origin_socket,
                             .run_path = {},
                             .control = {},
                             .url = {}});
  if (!plan) return std::unexpected(Reason{FailureClass::permanent, std::move(plan.error().message)});
  auto arguments = std::move(plan->arguments);
  const auto name = std::filesystem::path(arguments.front()).filename().string();
  if (const auto program = find_program(arguments.front())) arguments.front() = program->native();

  auto next = std::make_shared<Run>(loop, name,
                                    RunRecord{.run_id = random_uuid(),
                                              .provider = std::string(provider.name),
                                              .local_port = setup.local_port,
                                              .boot_id = boot_id(),
                                              .control = {},
                                              .gateway = setup.gateway,
                                              .settings_hash = {},
                                              .origin_socket = {},
                                              .url = {}});
  next->read_line = plan->read_line;
  if (auto launched = launch(*next, arguments, plan->environment); !launched) {
    remove_run(tunnels_dir, next->record.run_id);
    return std::unexpected(failed(std::move(launched.error().message)));
  }
  return next;
}

Result<void> Tunnel::State::launch(Run& next, const std::vector<std::string>& arguments,
                                   std::vector<std::string> environment) {
  if (auto made = ensure_private_directory(tunnels_dir); !made) return made;
  if (auto saved = save_run(tunnels_dir, next.record); !saved) return saved;

  const auto path = run_log(tunnels_dir, next.record.run_id);
  const Fd output(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  Fd input(output ? ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC) : -1);
  if (!input) return fail(fmt::format("Cannot create {}: {}.", path.native(), describe_errno(errno)));
  auto follower = LogFollower::open(loop, std::move(input), path);
  if (!follower) return std::unexpected(std::move(follower.error()));
  next.log = std::make_unique<LogFollower>(std::move(*follower));

  environment.push_back(run_variable(next.record.run_id));
  auto spawned = spawn_program(
      {.arguments = arguments, .environment = child_environment(std::move(environment)), .output = output.get()});
  if (!spawned) return std::unexpected(std::move(spawned.error()));
  next.record.pid = spawned->pid;
  next.record.start_time = start_time_of(spawned->pid).value_or(0);
  next.child = std::make_unique<ChildProcess>(loop, std::move(*spawned));
  if (auto saved = save_run(tunnels_dir, next.record); !saved) {
    // It runs: what ends it now is what ends any other.
    next.reason = failed(std::move(saved.error().message));
    terminate(next.shared_from_this(), times.stop);
  }
  log_info(fmt::format("tunnel {}: run {}, pid {}", provider.name, next.record.run_id, next.record.pid));
  return {};
}

void Tunnel::State::on_line(Run& from, std::string_view line) {
  if (auto words = quote_log_line(line); !words.empty()) from.last_line = std::move(words);
  if (auto event = from.read_line ? from.read_line(line) : std::nullopt) on_event(from, std::move(*event));
}

void Tunnel::State::on_event(Run& from, LogEvent event) {
  switch (event.kind) {
    case LogEvent::Kind::url: from.url = std::move(event.text); break;
    case LogEvent::Kind::ready: from.connected = true; break;
    case LogEvent::Kind::control:
      from.record.control = std::move(event.text);
      if (auto saved = save_run(tunnels_dir, from.record); !saved) log_warning(saved.error().message);
      return;
    case LogEvent::Kind::failure:
      // The cause comes before its consequences.
      if (!from.reason || event.failure != FailureClass::transient)
        from.reason = Reason{event.failure, std::move(event.text)};
      return;
  }
  const bool is_news = from.up_since ? event.kind == LogEvent::Kind::url && from.url != from.announced
                                     : from.connected && !from.url.empty();
  if (!is_news || from.ended || from.terminating) return;
  if (!from.up_since) from.up_since = Clock::now();
  from.announced = from.url;
  from.reason.reset();
  from.timer.cancel();
  log_info(fmt::format("tunnel {}: run {} is up", provider.name, from.record.run_id));
  changed.cancel();
  if (!starting) notify_up(from.announced);
}

asio::awaitable<void> Tunnel::State::follow(Self self, std::shared_ptr<Run> run) {
  const auto sink = [&](std::string_view line) { self->on_line(*run, line); };
  while (!run->ended && !self->abandoned) {
    if (run->log->read_some(sink)) {
      co_await asio::post(asio::use_awaitable);  // a talkative child gets its turn, not the loop
    } else if (!run->ended && !self->abandoned && !co_await run->log->grown()) {
      break;
    }
  }
}

void Tunnel::State::set_deadline(const Self& self, const std::shared_ptr<Run>& run) {
  if (run->terminating) return;
  run->timer.expires_after(self->times.start);
  run->timer.async_wait([self, run](boost::system::error_code error) {
    if (error || run->ended || run->up_since || self->abandoned) return;
    if (!run->reason) {
      const auto seconds = std::chrono::duration<double>(self->times.start).count();
      const auto words = run->last_line.empty() ? "." : ": " + run->last_line;
      run->reason =
          failed(run->url.empty() ? fmt::format("{} printed no address within {:g} s{}", run->program, seconds, words)
                                  : fmt::format("{} got an address, but could not connect it within {:g} s{}",
                                                run->program, seconds, words));
    }
    terminate(run, self->times.stop);
  });
}

void Tunnel::State::finish(Run& from) {
  from.ended = true;
  from.timer.cancel();
  from.log->read_rest([&](std::string_view line) { on_line(from, line); });
  from.log->cancel();
  remove_run(tunnels_dir, from.record.run_id);
  run.reset();
}

asio::awaitable<void> Tunnel::State::supervise(Self self) {
  Backoff usual(self->times.first_retry, self->times.last_retry);
  Backoff rate_limited(self->times.rate_limited_retry, self->times.last_rate_limited_retry);
  while (!self->stopping && !self->abandoned) {
    Reason reason;
    if (auto launched = self->launch(); !launched) {
      reason = std::move(launched.error());
    } else {
      const auto run = self->run = std::move(*launched);
      set_deadline(self, run);
      asio::co_spawn(self->loop, follow(self, run), log_exception);
      const auto status = co_await run->child->exited();
      if (!status || self->abandoned) co_return;
      self->finish(*run);
      if (Clock::now() - run->up_since.value_or(Clock::now()) >= self->times.stable) {
        usual.reset();
        rate_limited.reset();
      }
      reason = run->reason.value_or(failed(fmt::format("{} {}{}", run->program, describe_wait_status(*status),
                                                       run->last_line.empty() ? "." : ": " + run->last_line)));
    }
    if (self->stopping) break;
    self->failure = reason.sentence;
    if (self->starting) break;
    const bool permanent = reason.kind == FailureClass::permanent;
    log_warning(fmt::format("tunnel {}: down, {}", self->provider.name, name_of(reason.kind)));
    self->notify_down(reason.sentence, permanent);
    if (permanent || self->stopping || self->abandoned) break;
    self->pause.expires_after(reason.kind == FailureClass::rate_limited ? rate_limited.next() : usual.next());
    co_await self->pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

void Tunnel::State::begin(const Self& self) {
  assert(!self->supervised);
  self->supervised = true;
  self->stopping = false;
  self->failure = fmt::format("The {} tunnel was stopped before it was up.", self->provider.name);
  asio::co_spawn(self->loop, supervise(self), [self](const std::exception_ptr& error) {
    if (error) {
      log_exception(error);
      if (self->run) self->run->child->send_signal(SIGKILL);
      self->failure =
          fmt::format("The {} tunnel ended by a failure of panko itself; see its log.", self->provider.name);
      if (!self->starting) self->notify_down(self->failure, true);
    }
    self->supervised = false;
    self->changed.cancel();
  });
}

asio::awaitable<std::string> Tunnel::State::start(Self self) {
  self->starting = true;
  begin(self);
  while (self->supervised && !(self->run && self->run->up_since)) {
    co_await self->changed.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  self->starting = false;
  if (!self->supervised) throw Failure(self->failure);
  co_return self->run->announced;
}

asio::awaitable<void> Tunnel::State::stop(Self self) {
  self->stopping = true;
  self->pause.cancel();
  if (self->run) terminate(self->run, self->times.stop);
  while (self->supervised) co_await self->changed.async_wait(asio::as_tuple(asio::use_awaitable));
}

void Tunnel::State::abandon() {
  abandoned = true;
  listener = {};
  pause.cancel();
  if (!run) return;
  run->timer.cancel();
  run->child->cancel();
  run->log->cancel();
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

void Tunnel::start_in_background(std::optional<RunRecord>) {
  State::begin(state_);
}

asio::awaitable<void> Tunnel::stop() {
  return State::stop(state_);
}

void Tunnel::check_now() {
  state_->pause.cancel();
}

const TunnelStatus& Tunnel::status() const {
  state_->status.pid = state_->run ? state_->run->child->pid() : 0;
  return state_->status;
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
