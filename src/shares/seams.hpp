// What a test may put in place of the real thing, and how long things last.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/clock.hpp"
#include "http/server.hpp"
#include "shares/expiry.hpp"
#include "tunnel/provider.hpp"
#include "tunnel/public_check.hpp"
#include "tunnel/tunnel.hpp"

namespace panko {

struct ShareSeams {
  std::function<WallTime()> wall_clock = wall_now;
  std::span<const Provider* const> providers = all_providers();
  TunnelTimes tunnel_times{};
  HttpLimits http_limits{};
  /// How long a gateway with a tunnel outlives its last share.
  std::chrono::milliseconds gateway_linger = std::chrono::minutes(2);
  /// How long a share may look as it did before the daemon began, while an earlier daemon's tunnel is being looked at.
  /// Mostly that takes some milliseconds.
  std::chrono::milliseconds settling_time{300};
  /// How long the machine has slept since it was switched on.
  std::function<std::chrono::nanoseconds()> time_asleep = panko::time_asleep;
  /// After its last request a view ends.
  std::chrono::milliseconds view_idle = std::chrono::minutes(10);
  /// How long a stop can be undone.
  std::chrono::milliseconds restore_time = std::chrono::minutes(1);
  /// How often at most the visitors of a share are told of, and written down.
  std::chrono::milliseconds visit_event_rest{1000};
  std::chrono::milliseconds visit_write_rest{2000};
  /// After which time a share that has no gateway is tried again, the first time.
  std::chrono::milliseconds take_up_rest = std::chrono::seconds(5);
  /// How long what a scan found is kept for the share that may follow.
  std::chrono::milliseconds scan_keep = std::chrono::minutes(5);
  /// How long a stop waits to hear what its link answers now, and how it asks.
  std::chrono::milliseconds gone_time = std::chrono::seconds(5);
  std::function<boost::asio::awaitable<std::optional<unsigned>>(std::string url, std::chrono::milliseconds time)>
      ask_public_status = panko::ask_public_status;
  /// How long changes of session files gather before they are looked at.
  std::chrono::milliseconds watch_rest{200};
};

}  // namespace panko
