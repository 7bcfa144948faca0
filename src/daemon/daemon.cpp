#include "daemon/daemon.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/memory.hpp"
#include "daemon/announcement.hpp"
#include "daemon/commands.hpp"
#include "daemon/control_server.hpp"
#include "daemon/control_socket.hpp"
#include "daemon/daemon_lock.hpp"
#include "daemon/process.hpp"
#include "protocol/address.hpp"
#include "protocol/build.hpp"
#include "shares/share_service.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kWorkers = 2;

/// The serving daemon, once it is alone. What suspended coroutines refer to is theirs by shared_ptr; they die with the
/// loop, and the workers that they may refer to outlive it.
class Daemon {
 public:
  /// When it returns, the socket listens and the local shares are served again.
  Daemon(const Places& places, const Config& config, const ServiceManager& manager)
      : manager_(manager), socket_(ControlSocket::listen(places.socket)), workers_(kWorkers) {
    context_->shares = std::make_shared<ShareService>(loop_, workers_, places, config);
    context_->socket = places.socket;
    context_->started_at = to_iso8601(wall_now());
    context_->default_provider = config.default_provider.value_or("local");
    context_->shut_down = [this] { end(Ending::stop); };
    context_->shares->resume();
    server_ = std::make_unique<ControlServer>(loop_, socket_->take_descriptor(), context_);
    asio::co_spawn(loop_, heed_signals(), fail_inside());
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon() {
    workers_.join();
    context_->shares.reset();
  }

  /// Until the end; the exit status.
  int run() {
    loop_.run();
    return status_;
  }

 private:
  enum class Ending { stop, suspend };

  asio::awaitable<void> heed_signals() {
    for (;;) {
      const int signal = co_await signals_.async_wait(asio::use_awaitable);
      log_info(fmt::format("Got signal {}.", signal));
      // Whoever asks twice does not want to wait; the next daemon resumes as after a crash.
      if (context_->ending) std::_Exit(1);
      end(Ending::suspend);
    }
  }

  void end(Ending ending) {
    if (!std::exchange(context_->ending, true)) asio::co_spawn(loop_, finish(ending), fail_inside());
  }

  asio::awaitable<void> finish(Ending ending) {
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

  /// For the coroutines that the daemon cannot live without.
  std::function<void(std::exception_ptr)> fail_inside() {
    return [this](const std::exception_ptr& exception) {
      try {
        if (exception) std::rethrow_exception(exception);
      } catch (const std::exception& error) {
        log_error(fmt::format("Ending after a failure: {}", error.what()));
        status_ = 1;
        loop_.stop();
      }
    };
  }

  const ServiceManager& manager_;
  std::optional<ControlSocket> socket_;  // bound before the first thread runs: umask
  asio::thread_pool workers_;
  asio::io_context loop_{1};
  asio::signal_set signals_{loop_, SIGTERM, SIGINT};
  std::shared_ptr<DaemonContext> context_ = std::make_shared<DaemonContext>();
  std::unique_ptr<ControlServer> server_;
  int status_ = 0;
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

int serve(const Places& places, const DaemonOptions& options, ReadyPipe& pipe) {
  const ServiceManager manager;
  set_up_process();
  value_or_throw(protocol::socket_address(places.socket));
  value_or_throw(ensure_private_directory(places.state_dir));
  value_or_throw(ensure_private_directory(places.log_file.parent_path()));
  const auto lock = DaemonLock::take(places.daemon_lock);
  if (!lock) {
    const pid_t holder = DaemonLock::holder(places.daemon_lock);
    if (options.foreground) log_to_stderr(LogLevel::info);
    log_info(fmt::format("A daemon runs already (pid {}).", holder));
    pipe.running(holder);
    manager.tell("READY=1");  // there is a daemon: the service manager must not count this one as failed
    return 0;
  }

  const Config config = value_or_throw(load_config(places.config_file));
  if (options.foreground)
    log_to_stderr(config.log_level);
  else
    value_or_throw(log_to_file(places.log_file, config.log_level));
  narrow_files(places);
  log_info(fmt::format("panko {} starts (pid {}).", protocol::build_version(), ::getpid()));
  const PidFile pid_file(places.pid_file);
  Daemon daemon(places, config, manager);
  return_free_memory();  // what starting needed and serving does not
  log_info("Ready.");
  pipe.ready();
  manager.tell("READY=1");
  return daemon.run();
}

}  // namespace

int run_daemon(const Places& places, const DaemonOptions& options) {
  ReadyPipe pipe(options.ready_fd);
  try {
    if (options.ready_fd >= 0) detach_from_starter();
    return serve(places, options, pipe);
  } catch (const std::exception& error) {
    log_error(error.what());
    pipe.error(error.what());
    throw;
  }
}

}  // namespace panko
