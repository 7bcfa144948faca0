// One tunnel process, supervised: started, its log followed, its end noticed, restarted by the class of its failure.
// The child logs to a file, never to a pipe, and runs in its own session; its run record is on disk before it matters.
// Lives on the daemon's loop, which it must not outlive. Throws Failure.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "config/config.hpp"
#include "tunnel/provider.hpp"

namespace panko {

struct TunnelTimes {
  std::chrono::milliseconds start{40000};  // to the URL, then it counts as silent
  std::chrono::milliseconds stop{3000};    // from SIGTERM to SIGKILL
  // Before another try; doubled each time.
  std::chrono::milliseconds first_retry{1000};
  std::chrono::milliseconds last_retry{60000};
  std::chrono::milliseconds rate_limited_retry{60000};
  std::chrono::milliseconds last_rate_limited_retry{900000};
  std::chrono::milliseconds stable{60000};  // of service, after which the waits begin anew
};

class Tunnel {
 public:
  /// Called on the loop. up: the URL works, and may differ from the one before. down: it does not, `reason` is the
  /// sentence; it comes back by itself unless `permanent`.
  struct Listener {
    std::function<void(const std::string& url)> up;
    std::function<void(const std::string& reason, bool permanent)> down;
  };

  /// `tunnels_dir`: for the run record and the log.
  Tunnel(boost::asio::io_context& loop, const Provider& provider, ProviderSettings settings,
         std::filesystem::path tunnels_dir, std::uint16_t local_port, Listener listener, TunnelTimes times = {});
  /// Without stop() the process lives on; its run record leads the next daemon to it.
  ~Tunnel();
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  /// The public base URL ("https://x.trycloudflare.com") once it works. Throws the provider's own reason; then nothing
  /// runs any more. The listener hears only of what comes after this.
  boost::asio::awaitable<std::string> start();
  /// For a share that was acknowledged before: like start, but failures go to the listener and are retried.
  void start_in_background();
  /// SIGTERM, then SIGKILL; returns when the process is gone and its run record removed.
  boost::asio::awaitable<void> stop();

  [[nodiscard]] pid_t pid() const;  // 0: none now

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Ends what tunnels an earlier daemon left behind, as far as they are proven ours (pid, start time, boot id, run id);
/// touches nothing else. Removes stale run records and logs. For a daemon that has no tunnel of its own yet. Blocks for
/// at most `times.stop`, and a moment more for those that had to be killed.
void end_orphaned_tunnels(const std::filesystem::path& tunnels_dir, TunnelTimes times = {});

}  // namespace panko
