#include "client/daemon_link.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "base/fd.hpp"
#include "base/file_watcher.hpp"
#include "base/files.hpp"
#include "base/wake_flag.hpp"
#include "client/daemon_client.hpp"

namespace panko {

using namespace std::chrono_literals;

namespace {

// A socket is bound a moment before it listens: its file is there, and nobody answers yet.
constexpr auto kListenTime = 200ms;
constexpr auto kListenPause = 10ms;
// A daemon that is replaced is back before anybody need hear of it; one that ends again and again is not covered up.
constexpr auto kReplacedTime = 500ms;
constexpr const char* kRestartDue =
    "A newer panko is installed; `panko serve --restart` lets the daemon use it, and shares stay up.";

/// A thread that is made meanwhile gets no signals: they are for the one that handles them.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

class DaemonLink::Worker {
 public:
  Worker(Places places, std::function<void(LinkEvent)> sink) : places_(std::move(places)), sink_(std::move(sink)) {
    const SignalsBlocked while_it_is_made;
    thread_ = std::thread([this] { run(); });
  }
  ~Worker() {
    is_ending_ = true;
    ending_.raise();
    wake_.raise();
    thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void reconnect() {
    reconnect_ = true;
    wake_.raise();
  }

 private:
  void run();
  void follow(DaemonClient events);
  std::optional<std::string> tell_changes(DaemonClient& events);
  [[nodiscard]] DaemonUp everything() const;
  std::optional<DaemonClient> wait_for_daemon(FileWatcher* watcher);
  std::optional<DaemonClient> connect_as_it_listens();
  std::optional<DaemonClient> wait_for_successor();

  const Places places_;
  const std::function<void(LinkEvent)> sink_;
  std::atomic<bool> is_ending_ = false;
  std::atomic<bool> reconnect_ = true;
  const WakeFlag ending_;  // interrupts whatever asks the daemon
  const WakeFlag wake_;    // interrupts what waits for news: look at the two above
  std::string reason_;     // of the last DaemonDown
  std::thread thread_;
};

void DaemonLink::Worker::run() {
  // From the beginning: whoever listens later than we have looked is heard of. Without a watch (the kernel has a limit)
  // only reconnect() helps.
  auto watcher = FileWatcher::open();
  const bool is_watching = watcher && watcher->add(places_.socket);
  while (!is_ending_) {
    try {
      std::optional<DaemonClient> events;
      if (reconnect_.exchange(false))
        events = DaemonClient::connect_or_start(places_, ending_.fd());
      else
        events = wait_for_daemon(is_watching ? &*watcher : nullptr);
      if (events) follow(std::move(*events));
    } catch (const Interrupted&) {
      wake_.take_back();
    } catch (const std::exception& failure) {  // the root of a thread
      reason_ = failure.what();
      sink_(DaemonDown{.reason = reason_});
    }
  }
}

/// Until the daemon is gone, which is thrown, or somebody wants to connect anew. One that takes its place at once is
/// followed without a word between.
void DaemonLink::Worker::follow(DaemonClient events) {
  std::optional<Deadline> covered;
  for (;;) {
    const auto end = tell_changes(events);
    if (!end) return;
    const bool is_again = covered && std::chrono::steady_clock::now() < *covered;
    auto successor = is_again ? std::nullopt : wait_for_successor();
    if (!successor) throw Failure(*end);
    events = std::move(*successor);
    covered = deadline_in(2 * kReplacedTime);
  }
}

/// Why it has ended; nullopt: somebody wants to connect anew. What keeps it from being followed at all is thrown.
std::optional<std::string> DaemonLink::Worker::tell_changes(DaemonClient& events) {
  events.subscribe();  // before anything is asked, so that no change is missed
  sink_(everything());
  while (!is_ending_ && !reconnect_) {
    try {
      sink_(ShareChanged{.share = events.next_change(wake_.fd())});
    } catch (const Interrupted&) {
      wake_.take_back();  // it may be of a request that has been seen to already
    } catch (const Failure& gone) {
      return gone.error().message;
    }
  }
  return std::nullopt;
}

DaemonUp DaemonLink::Worker::everything() const {
  auto client = DaemonClient::greet(places_, ending_.fd());
  if (!client) throw Failure("The daemon has ended.");
  DaemonUp up{.shares = client->list_shares(), .providers = client->list_providers(), .warnings = {}};
  protocol::StatusInfo status = client->status();
  up.warnings = std::move(status.warnings);
  if (status.restart_due) up.warnings.emplace_back(kRestartDue);
  return up;
}

/// One that somebody else starts. Interrupted when there is something to look at.
std::optional<DaemonClient> DaemonLink::Worker::wait_for_daemon(FileWatcher* watcher) {
  for (;;) {
    (void)wait_for(watcher == nullptr ? -1 : watcher->fd(), POLLIN, std::nullopt, wake_.fd());
    if (watcher == nullptr || watcher->changed().empty()) continue;
    if (auto client = connect_as_it_listens()) return client;
  }
}

std::optional<DaemonClient> DaemonLink::Worker::connect_as_it_listens() {
  const Deadline deadline = deadline_in(kListenTime);
  try {
    for (;;) {
      if (auto client = DaemonClient::greet(places_, ending_.fd())) return client;
      std::error_code ignored;
      if (std::chrono::steady_clock::now() >= deadline || !std::filesystem::exists(places_.socket, ignored))
        return std::nullopt;
      (void)wait_for(-1, 0, deadline_in(kListenPause), wake_.fd());
    }
  } catch (const Interrupted&) {
    throw;
  } catch (const Failure& failure) {
    // One that hangs would fail the same way again and again.
    if (reason_ != failure.error().message) sink_(DaemonDown{.reason = reason_ = failure.error().message});
    return std::nullopt;
  }
}

std::optional<DaemonClient> DaemonLink::Worker::wait_for_successor() {
  const Deadline deadline = deadline_in(kReplacedTime);
  while (std::chrono::steady_clock::now() < deadline) {
    if (auto client = DaemonClient::greet(places_, ending_.fd())) return client;
    (void)wait_for(-1, 0, deadline_in(kListenPause), wake_.fd());
  }
  return std::nullopt;
}

DaemonLink::DaemonLink(const Places& places, std::function<void(LinkEvent)> sink)
    : worker_(std::make_unique<Worker>(places, std::move(sink))) {}

DaemonLink::~DaemonLink() = default;

void DaemonLink::reconnect() {
  worker_->reconnect();
}

}  // namespace panko
