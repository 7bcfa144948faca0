// The methods of the socket. The table in commands.cpp is the API; docs/protocol.md is its page.
// On the daemon's loop.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "shares/share_service.hpp"

namespace panko {

/// What the commands act on.
struct DaemonContext {
  std::shared_ptr<ShareService> shares;
  std::string socket;
  std::string started_at;
  std::string default_provider;
  std::function<void()> shut_down;
  /// The program replaces itself; the argument is the PATH from then on. It comes back only to say why it has not.
  std::function<boost::asio::awaitable<Error>(std::string search_path)> restart;
  bool ending = false;  // only Ping and Shutdown are answered any more
};

/// What a command leaves with the connection that it came on.
struct CallerState {
  std::vector<std::string> views;     // live as long as the connection
  std::size_t ended_views = 0;        // of them: nobody looked at them for a while
  std::function<void()> view_ended;   // called when there is one more
  bool subscribed = false;            // from now on the connection carries events
  bool wants_restart = false;         // the next program answers
  std::function<void()> after_reply;  // once the reply is sent, or cannot be
};

/// Called when a view that the caller holds has ended by itself.
[[nodiscard]] std::function<void()> end_of_view(const std::shared_ptr<CallerState>& caller);

/// The reply to one request, as a line. Whatever goes wrong is an Error reply; nothing is thrown.
[[nodiscard]] boost::asio::awaitable<std::string> answer(std::shared_ptr<DaemonContext> daemon,
                                                         std::shared_ptr<CallerState> caller, std::string request);

/// An event of a subscriber, as a line.
[[nodiscard]] std::string share_event(const Share& share);

}  // namespace panko
