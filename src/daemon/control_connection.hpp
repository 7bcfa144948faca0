// One client of the control socket: its requests answered in order, or the events that it subscribed to.
// On the daemon's loop; kept alive by its own coroutine. Every wait for the client has an end, and so has every buffer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "daemon/commands.hpp"
#include "daemon/handover.hpp"
#include "protocol/framing.hpp"

namespace panko {

struct IpcLimits {
  std::size_t clients = 256;  // the rest wait in the backlog
  std::size_t subscriber_bytes = std::size_t{256} << 10;
  std::chrono::milliseconds line_time{5000};   // from the first byte of a request to its end
  std::chrono::milliseconds reply_time{5000};  // for the client to take a reply
};

class ControlConnection : public std::enable_shared_from_this<ControlConnection> {
 public:
  ControlConnection(boost::asio::local::stream_protocol::socket socket, std::shared_ptr<DaemonContext> daemon,
                    IpcLimits limits);

  /// Goes on where another program stopped; the socket is this object's already. Before serve().
  void take_over(HandedClient handed);
  /// Until the client goes, is dropped or is another program's. The caller keeps the object for as long.
  boost::asio::awaitable<void> serve();

  /// Cuts the connection; serve() returns soon.
  void close();

  /// A request is being answered.
  [[nodiscard]] bool is_busy() const { return answering_ && !caller_->wants_restart; }
  /// serve() stops between two requests: it returns soon, unless a request is being answered.
  void begin_to_leave();
  [[nodiscard]] bool is_on_its_way() const { return leaving_ && !parked_ && !answering_ && socket_.is_open(); }
  /// serve() has stopped. What a subscriber hears from now on goes with it.
  [[nodiscard]] bool is_parked() const { return parked_; }
  /// The connection, for another program; nullopt: it is cut, or to be cut.
  [[nodiscard]] std::optional<HandedClient> leave();

 private:
  boost::asio::awaitable<bool> answer_lines();
  [[nodiscard]] bool views_are_over() const;
  std::chrono::steady_clock::time_point end_of_line_time();
  boost::asio::awaitable<bool> send(std::string line);
  void follow_shares();
  void queue(std::string line);
  void write_queued();
  void start_deadline(std::chrono::steady_clock::time_point end);
  void end_deadline();

  boost::asio::local::stream_protocol::socket socket_;
  boost::asio::steady_timer deadline_;
  std::shared_ptr<DaemonContext> daemon_;
  std::shared_ptr<CallerState> caller_ = std::make_shared<CallerState>();
  IpcLimits limits_;
  protocol::LineReader lines_;
  std::array<char, 8192> chunk_;
  std::optional<std::chrono::steady_clock::time_point> line_end_;  // of the line that began
  bool timed_out_ = false;                                         // the deadline cancelled what was waited for
  bool answering_ = false;
  bool leaving_ = false;
  bool parked_ = false;
  bool writing_ = false;            // the first one that is queued
  std::string unsent_;              // the end of a reply that another program began
  std::uint64_t deadlines_ = 0;     // how many there were: an old one that is late must not count
  std::deque<std::string> queued_;  // for a subscriber; the first is being written
  std::size_t queued_bytes_ = 0;
  std::shared_ptr<void> subscription_;
};

}  // namespace panko
