// One tunnel, supervised: a run (a process, or state that a program keeps for us) is started, watched, ended and
// started anew by the class of its failure. The child logs to a file, never to a pipe, and runs in its own session; its
// run record is on disk before it matters, so that the next daemon can adopt it. Lives on the daemon's loop, which it
// must not outlive. Throws Failure.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "tunnel/provider.hpp"
#include "tunnel/public_check.hpp"
#include "tunnel/run_record.hpp"

namespace panko {

struct TunnelTimes {
  std::chrono::milliseconds start{40000};  // until it is ready, then it counts as silent
  std::chrono::milliseconds stop{3000};    // from SIGTERM to SIGKILL
  // Before another try; doubled each time, the very first one at once (retry.hpp).
  std::chrono::milliseconds first_retry{1000};
  std::chrono::milliseconds last_retry{60000};
  std::chrono::milliseconds rate_limited_retry{60000};
  std::chrono::milliseconds last_rate_limited_retry{900000};
  std::chrono::milliseconds busy_retry{5000};
  std::chrono::milliseconds busy_time{90000};  // of busy_retry; afterwards as transient
  std::chrono::milliseconds offline_retry{5000};
  std::chrono::milliseconds stable{60000};  // of service, after which the waits begin anew
  // Health.
  std::chrono::milliseconds first_probe{100};      // while starting
  std::chrono::milliseconds probe{10000};          // while it runs
  std::chrono::milliseconds answer{10000};         // for one answer; most providers need far less
  std::chrono::milliseconds dead_probe{1000};      // after one that found it dead or waiting
  std::chrono::milliseconds dead{10000};           // of `dead` answers in a row, then it is ended
  std::chrono::milliseconds public_check{300000};  // counts only once the first one succeeded
  std::chrono::milliseconds public_retry{5000};    // after one that failed; two in a row are a problem
  std::chrono::milliseconds adoption{5000};        // to prove an earlier daemon's run
};

enum class TunnelState {
  starting,
  ready,
  degraded,  // it runs, but does not serve at the moment; may come back with the same URL
  backoff,   // another try follows
  failed,    // none follows: the user has to act
  stopping,
};
[[nodiscard]] std::string_view name_of(TunnelState state);

struct TunnelStatus {
  TunnelState state = TunnelState::starting;
  std::string url{};     // the last one that worked; it works only while `ready`
  std::string reason{};  // why it is not ready, one sentence; empty while it is
  std::optional<WallTime> next_try{};
  pid_t pid = 0;  // 0: no process now
};

struct TunnelSetup {
  const Provider* provider = nullptr;
  ProviderSettings settings{};
  std::filesystem::path tunnels_dir{};  // run records and logs
  std::filesystem::path journal{};      // what the runs said, cleaned, with times; empty: nowhere
  std::string gateway{};                // whose tunnel it is: only that gateway's runs are adopted
  std::uint16_t local_port = 0;
  std::filesystem::path origin_socket{};  // empty: there is none
  Nonce nonce{};
  /// Called on the loop with a URL that need not work yet: requests by its name are on their way, the first one to see
  /// whether it works.
  std::function<void(const std::string& url)> url_known{};
  TunnelTimes times{};
};

class Tunnel {
 public:
  /// Called on the loop whenever state, URL or reason have changed; it may destroy the Tunnel.
  using Listener = std::function<void(const TunnelStatus&)>;

  Tunnel(boost::asio::io_context& loop, TunnelSetup setup, Listener listener);
  /// Without stop() the process lives on; its run record leads the next daemon to it.
  ~Tunnel();
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  /// The public base URL ("https://x.trycloudflare.com") once it works. Throws the provider's own reason; then nothing
  /// runs any more. The listener hears only of what comes after this.
  boost::asio::awaitable<std::string> start();
  /// For a share that was acknowledged before: like start, but failures go to the listener and are retried. `earlier`
  /// is adopted when it is proven to be ours and to serve; else it is ended (if ours), and a new run started.
  void start_in_background(std::optional<RunRecord> earlier = {});
  /// SIGTERM, then SIGKILL; returns when the process is gone, what it left is cleaned up, and its run record removed.
  boost::asio::awaitable<void> stop();
  /// Asks at once how it does, and tries at once what waits for its next try: after a suspend, or when the network is
  /// another one.
  void check_now();

  [[nodiscard]] const TunnelStatus& status() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Whether a run may be adopted by a gateway with this setup, as far as its record says: the same gateway, provider,
/// settings and origin, and this boot.
[[nodiscard]] bool is_adoptable(const RunRecord& run, const TunnelSetup& setup);

/// Ends these runs of an earlier daemon, as far as they are proven ours (pid, start time, boot id, run id), cleans up
/// after them and removes their records; touches nothing else. On the loop. `settings`: by provider.
boost::asio::awaitable<void> end_runs(std::vector<RunRecord> runs, std::filesystem::path tunnels_dir,
                                      std::map<std::string, ProviderSettings, std::less<>> settings,
                                      std::span<const Provider* const> providers, TunnelTimes times);

}  // namespace panko
