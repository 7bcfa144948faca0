#include "client/held_view.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <utility>

namespace panko {

HeldView::HeldView(DaemonClient daemon, const Places& places, std::string_view session_path,
                   std::optional<std::uint16_t> port)
    : daemon_(std::move(daemon)), places_(places), view_(daemon_.open_view(session_path, port)) {}

bool HeldView::is_over() const {
  return wait_for(daemon_.fd(), POLLRDHUP, deadline_in(std::chrono::milliseconds(0)), -1);
}

std::optional<std::string> HeldView::wait_until_over(int interrupt) const {
  try {
    (void)wait_for(daemon_.fd(), POLLRDHUP, std::nullopt, interrupt);
  } catch (const Interrupted&) {
    return std::nullopt;
  }
  // A daemon that closed this connection, but answers on another one, had enough of the view alone.
  const auto again = DaemonClient::connect(places_);
  if (again && again->daemon_pid() == daemon_.daemon_pid())
    return "The view has ended: nobody has looked at it for a while.";
  return "The view has ended: the daemon is gone.";
}

}  // namespace panko
