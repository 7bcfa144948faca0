// What cloudflared's log says, line by line. One reader a run: it remembers whether the run was ever connected, because
// cloudflared tries for ever what cannot work. Hostile input: visitors can put things into the log.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "tunnel/provider.hpp"

namespace panko {

class CloudflareLog {
 public:
  /// `is_named`: a tunnel of the user's own; no URL is looked for then. `refusal_time`: for how long "Unauthorized" may
  /// be said again and again before it counts.
  explicit CloudflareLog(bool is_named, std::chrono::milliseconds refusal_time = std::chrono::seconds(30))
      : is_named_(is_named), refusal_time_(refusal_time) {}

  std::optional<LogEvent> operator()(std::string_view line);

 private:
  std::optional<LogEvent> read_refusal();

  bool is_named_;
  std::chrono::milliseconds refusal_time_;
  bool connected_ = false;
  std::optional<std::chrono::steady_clock::time_point> refused_since_;
};

}  // namespace panko
