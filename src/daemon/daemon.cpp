#include "daemon/daemon.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/memory.hpp"
#include "base/program_path.hpp"
#include "base/wake_flag.hpp"
#include "daemon/announcement.hpp"
#include "daemon/commands.hpp"
#include "daemon/control_server.hpp"
#include "daemon/control_socket.hpp"
#include "daemon/daemon_lock.hpp"
#include "daemon/handover.hpp"
#include "daemon/next_program.hpp"
#include "daemon/process.hpp"
#include "protocol/address.hpp"
#include "protocol/build.hpp"
#include "protocol/wire.hpp"
#include "shares/share_service.hpp"
#include "shares/waiting.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kWorkers = 4;  // a session pass and an export take two of them for seconds
constexpr std::chrono::seconds kCheckTime{5};
/// For requests under way, before the program is replaced.
constexpr std::chrono::milliseconds kQuietTime{200};
/// For shares that are being started.
constexpr std::chrono::seconds kShareTime{10};
constexpr std::chrono::milliseconds kQuietPause{1};

enum class Ending { stop, suspend };

/// What is left when the loop has ended.
struct Outcome {
  int status = 0;
  std::optional<Ending> ending{};      // wanted in the middle of a restart: the next one is to do it
  std::optional<Handover> handover{};  // another program is to go on with this
  std::string search_path{};           // with this PATH; empty: as it is
};

/// The serving daemon, once it is alone. What suspended coroutines refer to is theirs by shared_ptr; they die with the
/// loop, and the workers that they may refer to outlive it.
class Daemon {
 public:
  /// When it returns, the socket listens and the local shares are served again. It owns what was handed over.
  Daemon(const Places& places, const Config& config, const ServiceManager& manager, std::filesystem::path program,
         Handover handover)
      : manager_(manager),
        program_(std::move(program)),
        lock_(std::move(handover.lock)),
        socket_(handover.control ? ControlSocket::adopt(places.socket, std::move(handover.control))
                                 : ControlSocket::listen(places.socket)),
        workers_(kWorkers) {
    heed_end_signals();  // in this thread alone: workers have them held
    context_->shares = std::make_shared<ShareService>(loop_, workers_, places, config);
    context_->socket = places.socket;
    context_->started_at = to_iso8601(wall_now());
    context_->default_provider = config.default_provider.value_or("local");
    context_->shut_down = [this] { end(Ending::stop); };
    context_->restart = [this](std::string search_path) { return restart(std::move(search_path)); };
    // Those who follow the shares hear what changes from now on.
    context_->shares->take_over(std::move(handover.shares));
    answer_restart(handover);
    server_ = std::make_unique<ControlServer>(loop_, socket_->take_descriptor(), context_, IpcLimits{},
                                              std::move(handover.clients));
    context_->shares->resume();
    asio::co_spawn(loop_, heed_signals(), fail_inside());
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon() {
    workers_.join();
    context_->shares.reset();
  }

  void end(Ending ending) {
    if (is_leaving_)
      outcome_.ending = ending;
    else if (!std::exchange(context_->ending, true))
      asio::co_spawn(loop_, finish(ending), fail_inside());
  }

  /// Until the end.
  Outcome run() {
    loop_.run();
    if (outcome_.handover) {
      // A signal that came before they were held has been noted, and is heard of now.
      loop_.restart();
      loop_.poll();
      context_->shares.reset();  // the database is the next one's
    }
    return std::move(outcome_);
  }

 private:
  /// Of those who want it, all wait for the same one.
  struct Restart {
    explicit Restart(asio::io_context& loop) : is_off(std::make_shared<WakeUp>(loop)) {}
    std::shared_ptr<WakeUp> is_off;
    Error why;
    std::string search_path;  // that was asked for last
  };

  asio::awaitable<void> heed_signals() {
    for (;;) {
      const int signal = co_await signals_.async_wait(asio::use_awaitable);
      log_info(fmt::format("Got signal {}.", signal));
      // Whoever asks twice does not want to wait; the next daemon resumes as after a crash.
      if (context_->ending) std::_Exit(1);
      end(Ending::suspend);
    }
  }

  asio::awaitable<void> finish(Ending ending) {
    is_over_.raise();
    log_info(ending == Ending::stop ? "Ending: every share is stopped."
                                    : "Ending: the next daemon resumes the shares.");
    manager_.tell("STOPPING=1");
    server_->stop_accepting();
    socket_.reset();
    if (ending == Ending::stop)
      co_await context_->shares->stop_all();
    else
      co_await context_->shares->suspend();
    loop_.stop();
  }

  asio::awaitable<Error> restart(std::string search_path) {
    if (!restart_) {
      restart_ = std::make_shared<Restart>(loop_);
      asio::co_spawn(loop_, replace_program(), fail_inside());
    }
    const auto mine = restart_;
    if (!search_path.empty()) mine->search_path = std::move(search_path);
    co_await WakeUp::wait(mine->is_off);
    co_return mine->why;
  }

  asio::awaitable<void> replace_program() {
    const auto checked = co_await on_worker(
        workers_, [program = program_, stop = is_over_.fd()] { return check_next_program(program, kCheckTime, stop); });
    const bool can_leave = checked && co_await let_requests_finish();
    if (context_->ending) co_return call_off("The daemon is ending.");
    if (!can_leave) {
      const std::string why = "The daemon goes on as it was: " +
                              (checked ? "A share is being started; try again in a moment." : checked.error().message);
      log_warning(why);
      co_return call_off(why);
    }
    log_info("Restarting in place.");
    manager_.tell(reloading_state());
    is_leaving_ = true;
    hold_end_signals();
    // Clients wait first; those who follow the shares hear of all that still happens to them.
    server_->stop_serving();
    Handover next;
    next.shares = co_await context_->shares->hand_over();
    auto control = co_await server_->hand_over();
    next.control = std::move(control.listening);
    next.clients = std::move(control.clients);
    std::erase_if(next.shares.views, [&next](const HandedView& view) {
      return std::ranges::none_of(next.clients, [&view](const HandedClient& client) {
        return std::ranges::find(client.views, view.id) != client.views.end();
      });
    });
    if (socket_) socket_->leave();
    next.lock = std::move(lock_);
    outcome_.search_path = std::move(restart_->search_path);
    outcome_.handover = std::move(next);
    loop_.stop();
  }

  void call_off(std::string why) {
    const auto off = std::exchange(restart_, nullptr);
    off->why.message = std::move(why);
    off->is_off->notify();
  }

  /// Whoever waits for an answer gets it; everybody is served meanwhile. False: a share is still being started.
  asio::awaitable<bool> let_requests_finish() {
    asio::steady_timer timer(loop_);
    const auto start = std::chrono::steady_clock::now();
    auto quiet_end = start + kQuietTime;
    while (!context_->ending) {
      const auto now = std::chrono::steady_clock::now();
      if (is_starting_share()) {
        if (now >= start + kShareTime) co_return false;
        quiet_end = now + kQuietTime;  // its client is to hear of it
      } else if (now >= quiet_end || context_->shares->busy() + server_->busy() == 0) {
        break;
      }
      timer.expires_after(kQuietPause);
      co_await timer.async_wait(asio::use_awaitable);
    }
    co_return true;
  }

  [[nodiscard]] bool is_starting_share() const {
    return std::ranges::count(context_->shares->list(), ShareStatus::starting, &Share::status) > 0;
  }

  static void answer_restart(Handover& handover) {
    const std::string reply =
        handover.failure
            ? protocol::error_line("The daemon goes on as it was: " + *handover.failure)
            : protocol::reply_line(
                  "Restarted",
                  to_json(protocol::RestartedInfo{
                      .pid = ::getpid(), .build = std::string(protocol::build_version()), .program = program_path()}));
    for (HandedClient& client : handover.clients) {
      if (std::exchange(client.wants_restart, false)) client.unsent += reply;
    }
  }

  /// For the coroutines that the daemon cannot live without.
  std::function<void(std::exception_ptr)> fail_inside() {
    return [this](const std::exception_ptr& exception) {
      try {
        if (exception) std::rethrow_exception(exception);
      } catch (const std::exception& error) {
        log_error(fmt::format("Ending after a failure: {}", error.what()));
        outcome_.status = 1;
        loop_.stop();
      }
    };
  }

  const ServiceManager& manager_;
  const std::filesystem::path program_;
  Fd lock_;
  std::optional<ControlSocket> socket_;  // bound before the first thread runs: umask
  WakeFlag is_over_;                     // for a worker that checks the next program
  asio::thread_pool workers_;
  asio::io_context loop_{1};
  asio::signal_set signals_{loop_, SIGTERM, SIGINT};
  std::shared_ptr<DaemonContext> context_ = std::make_shared<DaemonContext>();
  std::unique_ptr<ControlServer> server_;
  std::shared_ptr<Restart> restart_;  // under way
  bool is_leaving_ = false;
  Outcome outcome_;
};

/// Files of ours are made 0600; one that became wider (a restored backup, a chmod) is narrowed, aloud.
void narrow_files(const Places& places) {
  for (const auto& path : {places.database, places.pid_file, places.daemon_lock, places.start_lock, places.log_file}) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || (status.st_mode & 077) == 0) continue;
    if (::chmod(path.c_str(), 0600) == 0)
      log_warning(fmt::format("{} was open to other users; it is not any more.", path.filename().native()));
  }
}

/// daemon.pid, for people and scripts; the lock is what counts.
class PidFile {
 public:
  explicit PidFile(std::filesystem::path path) : path_(std::move(path)) {
    value_or_throw(write_file_atomically(path_, fmt::format("{}\n", ::getpid())));
  }
  ~PidFile() { ::unlink(path_.c_str()); }
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;

 private:
  std::filesystem::path path_;
};

/// The daemon, one after the other in this process: the next one is another program, or this one again when that cannot
/// be run. The exit status.
int serve_on(const Places& places, const Config& config, const ServiceManager& manager, const DaemonOptions& options,
             Handover handover, ReadyPipe& pipe) {
  Outcome outcome;
  for (;;) {
    {
      Daemon daemon(places, config, manager, options.program, std::move(handover));
      if (outcome.ending) daemon.end(*outcome.ending);
      return_free_memory();  // what starting needed and serving does not
      log_info("Ready.");
      pipe.ready();
      manager.tell("READY=1");
      outcome = daemon.run();
      if (!outcome.handover) return outcome.status;
    }
    // The daemon is gone by now, so that nothing that it had asked of other programs is left behind.
    handover = std::move(*outcome.handover);
    handover.failure = outcome.ending ? "The daemon is ending."
                                      : exec_next_program({.path = options.program,
                                                           .foreground = options.foreground,
                                                           .search_path = outcome.search_path,
                                                           .notify_socket = manager.address()},
                                                          handover)
                                            .error()
                                            .message;
    if (outcome.ending)
      log_info(*handover.failure);
    else
      log_error(*handover.failure);
  }
}

int serve(const Places& places, const DaemonOptions& options, ReadyPipe& pipe) {
  const ServiceManager manager;
  set_up_process();
  hold_end_signals();
  value_or_throw(protocol::socket_address(places.socket));
  value_or_throw(ensure_private_directory(places.state_dir));
  value_or_throw(ensure_private_directory(places.log_file.parent_path()));
  Handover handover;
  if (options.handover_fd >= 0) {
    handover = read_handover(options.handover_fd);
  } else if (auto lock = DaemonLock::take(places.daemon_lock)) {
    handover.lock = lock->take_descriptor();
  } else {
    const pid_t holder = DaemonLock::holder(places.daemon_lock);
    if (options.foreground) log_to_stderr(LogLevel::info);
    log_info(fmt::format("A daemon runs already (pid {}).", holder));
    pipe.running(holder);
    manager.tell("READY=1");  // there is a daemon: the service manager must not count this one as failed
    return 0;
  }

  const Config config = value_or_throw(load_config(places.config_file));
  // Under systemd it logs to its file, too: that is what `panko logs` reads, and it is rotated.
  if (options.foreground && manager.address().empty())
    log_to_stderr(config.log_level);
  else
    value_or_throw(log_to_file(places.log_file, config.log_level));
  narrow_files(places);
  log_info(fmt::format("panko {} starts (pid {}).", protocol::build_version(), ::getpid()));
  const PidFile pid_file(places.pid_file);
  return serve_on(places, config, manager, options, std::move(handover), pipe);
}

}  // namespace

int run_daemon(const Places& places, const DaemonOptions& options) {
  if (options.handover_fd >= 0) require_handover(options.handover_fd);
  ReadyPipe pipe(options.ready_fd);
  try {
    // What goes wrong before the configuration is read is told to whoever waits; after a restart nobody does.
    if (options.handover_fd >= 0 && !options.foreground) (void)log_to_file(places.log_file, LogLevel::info);
    if (options.ready_fd >= 0) detach_from_starter();
    return serve(places, options, pipe);
  } catch (const std::exception& error) {
    log_error(error.what());
    pipe.error(error.what());
    throw;
  }
}

}  // namespace panko
