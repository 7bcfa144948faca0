// What the log of ngrok's agent says, line by line: JSON records, and plain lines at its end. One reader a run. Hostile
// input.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tunnel/provider.hpp"

namespace panko {

class NgrokLog {
 public:
  /// `endpoint`: the name of ours.
  explicit NgrokLog(std::string endpoint) : endpoint_(std::move(endpoint)) {}

  std::optional<LogEvent> operator()(std::string_view line);

 private:
  std::string endpoint_;
  bool connected_ = false;
};

/// "ERR_NGROK_108" → its class and what to do.
[[nodiscard]] TunnelFailure ngrok_failure(int code);

}  // namespace panko
