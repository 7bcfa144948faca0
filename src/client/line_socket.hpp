// One connection to the daemon's socket: whole lines out and in, each with a deadline. Blocking; one thread at a time.
// Throws Failure for what the user has to know; that the daemon is not there or went away is a value. What can wait
// takes an `interrupt`: a descriptor (an eventfd, a signalfd; -1: none) that ends the wait by Interrupted once it is
// readable.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "protocol/framing.hpp"

namespace panko {

using Deadline = std::chrono::steady_clock::time_point;
[[nodiscard]] Deadline deadline_in(std::chrono::milliseconds time);
/// For poll(): what is left, at least 0; -1 without a deadline.
[[nodiscard]] int milliseconds_until(std::optional<Deadline> deadline);

/// Whoever called knows why: nobody is to be told.
class Interrupted : public Failure {
 public:
  Interrupted() : Failure("Interrupted.") {}
};

/// Until one of `events` comes to `fd`, or it has failed. False: the deadline has passed.
[[nodiscard]] bool wait_for(int fd, short events, std::optional<Deadline> deadline, int interrupt);

class LineSocket {
 public:
  /// nullopt: nobody listens (no socket, or one that a dead daemon left). Throws when the path or the listener is
  /// somebody else's.
  [[nodiscard]] static std::optional<LineSocket> connect(const std::filesystem::path& path);

  /// The listening process.
  [[nodiscard]] pid_t peer() const { return peer_; }
  [[nodiscard]] int fd() const { return socket_.get(); }

  /// A peer that went away is noticed by receive(): what it said before may still be there. Throws at the deadline.
  void send(std::string_view line, Deadline deadline, int interrupt = -1);
  /// nullopt: the peer went away. Throws at the deadline; after that the connection is of no use any more. After an
  /// interrupt the next call goes on.
  [[nodiscard]] std::optional<std::string> receive(std::optional<Deadline> deadline, int interrupt = -1);

 private:
  LineSocket(Fd socket, pid_t peer) : socket_(std::move(socket)), peer_(peer) {}
  void wait(short events, std::optional<Deadline> deadline, int interrupt) const;

  // Replies list every share of a month; the limit is there against a peer that never ends its line.
  static constexpr std::size_t kMaxReplyBytes = 64 << 20;

  Fd socket_;
  pid_t peer_ = 0;
  protocol::LineReader lines_{kMaxReplyBytes};
};

}  // namespace panko
