// A view for as long as somebody wants it: owns the connection that the view lives on. Movable; used by one thread at a
// time. Throws Failure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client/daemon_client.hpp"
#include "config/places.hpp"

namespace panko {

class HeldView {
 public:
  /// Opens it over a connection that is of no other use afterwards.
  HeldView(DaemonClient daemon, const Places& places, std::string_view session_path,
           std::optional<std::uint16_t> port = std::nullopt);

  [[nodiscard]] const std::string& url() const { return view_.url; }

  /// Whether the daemon has ended it, or is gone: the URL is of no use any more. Does not wait.
  [[nodiscard]] bool is_over() const;
  /// Waits for that, and says why, in one sentence. nullopt: `interrupt` (a signalfd, an eventfd; -1: none) became
  /// readable first.
  [[nodiscard]] std::optional<std::string> wait_until_over(int interrupt) const;

 private:
  DaemonClient daemon_;
  Places places_;
  protocol::ViewInfo view_;
};

}  // namespace panko
