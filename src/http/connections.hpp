// Every connection of a listener: how many there are, which one goes when there are too many, and until when each may
// take its time. Lives on the loop. One timer serves all, and none runs while nobody is connected.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "http/handover.hpp"
#include "http/inbox.hpp"
#include "http/task.hpp"

namespace panko {

class Connections;
class LiveStream;
class Mount;

/// One connection. Its coroutine owns it; the table knows it for as long.
class Connection {
 public:
  enum class Phase { reading, answering, sending, streaming, ending };

  Connection(std::shared_ptr<Connections> table, Socket connected, Inbox received, std::string address);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Ends at once: what the kernel has not sent yet is thrown away. The coroutine sees an error and returns.
  void cut();
  [[nodiscard]] bool is_open() const { return socket.is_open(); }

  /// Cut when this much time passes without another call.
  void allow(std::chrono::milliseconds time);
  void allow_any_time() { deadline_ = Clock::time_point::max(); }
  /// A request is answered: this one has waited least now.
  void finished_request();
  /// So many bytes stay in memory until this connection has sent them.
  void hold(std::size_t bytes);
  /// From now on it gets what comes, for as long as it likes. Where there are too many of these, the oldest one goes.
  void begin_stream(std::shared_ptr<LiveStream> live);
  /// Its answer is a large file. Where too many of these are under way, the oldest one goes.
  void begin_file();
  /// Between two requests: true when the connection is now another server's.
  [[nodiscard]] bool has_left();

  Socket socket;
  Inbox inbox;
  Phase phase = Phase::reading;
  std::shared_ptr<LiveStream> stream;  // while streaming
  std::string local_address;           // only where the listener is bound to all addresses
  const Mount* serving = nullptr;      // the mount whose answer is being sent

 private:
  friend class Connections;
  void leave();
  void close_stream();
  [[nodiscard]] bool sends_file() const { return is_open() && file_since_ != 0; }

  std::shared_ptr<Connections> table_;
  std::list<Connection*>::iterator place_;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::size_t held_ = 0;
  std::uint64_t file_since_ = 0;  // grows with each one; 0: it sends none
};

class Connections : public std::enable_shared_from_this<Connections> {
 public:
  struct Limits {
    std::size_t connections;
    std::size_t streams;
    std::size_t files;
    std::size_t held_bytes;
  };
  Connections(const Loop& loop, Limits limits) : timer_(loop), left_(loop), limits_(limits) {}

  /// Makes room for one more: the connection that waits longest without a finished request is cut.
  void make_room();
  void cut_all();
  void cut_all_that_serve(const Mount& mount);
  [[nodiscard]] std::size_t size() const { return by_wait_.size(); }

  /// How many have a request that is being answered.
  [[nodiscard]] std::size_t busy() const;
  /// Takes every connection out. A request whose answer has not begun goes with it unread; one in the middle of an
  /// answer is cut; a stream ends, so that its page asks again.
  static Task<std::vector<HandedConnection>> hand_over(std::shared_ptr<Connections> self);

 private:
  friend class Connection;
  void cut_while_too_many_stream();
  void cut_while_too_many_files();
  void cut_while_too_much_is_held(const Connection& newest);
  void watch(Clock::time_point deadline);
  static Task<void> cut_late_ones(std::shared_ptr<Connections> self);

  std::list<Connection*> by_wait_;  // the longest wait first; closed ones until their coroutine ends
  Timer timer_;                     // while running_: expires at the earliest deadline, or before
  bool running_ = false;
  bool leaving_ = false;
  Signal left_;  // one that was reading has left
  std::vector<HandedConnection> handed_;
  std::uint64_t files_ = 0;  // that were ever begun
  Limits limits_;
};

}  // namespace panko
