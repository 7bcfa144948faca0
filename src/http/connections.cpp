#include "http/connections.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

#include "http/live_stream.hpp"

namespace panko {

namespace {

constexpr int kLastTurns = 16;           // of the loop
constexpr int kStreamBuffer = 64 << 10;  // in the kernel, for each page that does not read

}  // namespace

Connection::Connection(std::shared_ptr<Connections> table, Socket connected, Inbox received, std::string address)
    : socket(std::move(connected)),
      inbox(std::move(received)),
      local_address(std::move(address)),
      table_(std::move(table)),
      place_(table_->by_wait_.insert(table_->by_wait_.end(), this)) {}

Connection::~Connection() {
  table_->by_wait_.erase(place_);
}

void Connection::cut() {
  if (stream) stream->end();
  boost::system::error_code ignored;
  socket.set_option(Socket::linger(true, 0), ignored);
  socket.close(ignored);
}

void Connection::allow(std::chrono::milliseconds time) {
  if (!is_open()) return;  // a deadline would only keep the loop busy
  deadline_ = Clock::now() + time;
  table_->watch(deadline_);
}

void Connection::hold(std::size_t bytes) {
  held_ = bytes;
  table_->cut_while_too_much_is_held(*this);
}

void Connection::finished_request() {
  held_ = 0;
  file_since_ = 0;
  auto& list = table_->by_wait_;
  list.splice(list.end(), list, place_);
}

void Connection::begin_stream(std::shared_ptr<LiveStream> live) {
  stream = std::move(live);
  phase = Phase::streaming;
  boost::system::error_code ignored;
  socket.set_option(Socket::send_buffer_size(kStreamBuffer), ignored);
  finished_request();
  table_->cut_while_too_many_stream();
}

void Connection::begin_file() {
  file_since_ = ++table_->files_;
  table_->cut_while_too_many_files();
}

bool Connection::has_left() {
  if (table_->leaving_) leave();
  return table_->leaving_;
}

void Connection::leave() {
  if (is_open()) table_->handed_.push_back({.socket = Fd(socket.release()), .unread = std::string(inbox.bytes())});
  table_->left_.notify();
}

std::size_t Connections::busy() const {
  return static_cast<std::size_t>(std::ranges::count_if(by_wait_, [](const Connection* connection) {
    return connection->is_open() &&
           (connection->phase == Connection::Phase::answering || connection->phase == Connection::Phase::sending);
  }));
}

Task<std::vector<HandedConnection>> Connections::hand_over(std::shared_ptr<Connections> self) {
  self->leaving_ = true;
  self->timer_.cancel();
  // What a read has already taken from the kernel is its coroutine's to know: it is woken, and leaves by itself.
  boost::system::error_code ignored;
  for (auto* connection : self->by_wait_) {
    if (connection->phase == Connection::Phase::reading) connection->socket.cancel(ignored);
  }
  const auto reads = [](const Connection* connection) {
    return connection->is_open() && connection->phase == Connection::Phase::reading;
  };
  while (std::ranges::any_of(self->by_wait_, reads)) co_await self->left_.wait();
  // An answer that the kernel has taken already is done as soon as its coroutine hears of it.
  const auto sends = [](const Connection* connection) { return connection->phase == Connection::Phase::sending; };
  for (int turn = 0; turn < kLastTurns && std::ranges::any_of(self->by_wait_, sends); ++turn)
    co_await asio::post(self->timer_.get_executor(), kTask);
  for (auto* connection : self->by_wait_) {
    switch (connection->phase) {
      case Connection::Phase::reading: break;
      case Connection::Phase::answering: connection->leave(); break;
      case Connection::Phase::sending: connection->cut(); break;
      case Connection::Phase::streaming: connection->close_stream(); break;
      case Connection::Phase::ending: connection->socket.close(ignored); break;  // the kernel sends what it has
    }
  }
  co_return std::move(self->handed_);
}

/// What is queued is sent as far as the kernel takes it at once.
void Connection::close_stream() {
  stream->end();
  if (!stream->is_sending() && is_open()) {
    boost::system::error_code ignored;
    socket.write_some(asio::buffer(stream->take_last()), ignored);
  }
  boost::system::error_code ignored;
  socket.close(ignored);
}

void Connections::cut_while_too_many_stream() {
  const auto streams = [](const Connection* connection) {
    return connection->is_open() && connection->phase == Connection::Phase::streaming;
  };
  const auto count = static_cast<std::size_t>(std::ranges::count_if(by_wait_, streams));
  if (count > limits_.streams) (*std::ranges::find_if(by_wait_, streams))->close_stream();
}

void Connections::cut_while_too_many_files() {
  const auto count = static_cast<std::size_t>(std::ranges::count_if(by_wait_, &Connection::sends_file));
  if (count <= limits_.files) return;
  Connection* oldest = nullptr;
  for (auto* connection : by_wait_) {
    if (connection->sends_file() && (oldest == nullptr || connection->file_since_ < oldest->file_since_))
      oldest = connection;
  }
  oldest->cut();
}

void Connections::make_room() {
  const auto open = static_cast<std::size_t>(std::ranges::count_if(by_wait_, &Connection::is_open));
  if (open < limits_.connections) return;
  const auto longest = std::ranges::find_if(by_wait_, &Connection::is_open);
  if (longest != by_wait_.end()) (*longest)->cut();
}

/// Slow readers of large answers must not fill the memory: again the longest wait goes.
void Connections::cut_while_too_much_is_held(const Connection& newest) {
  std::size_t held = 0;
  for (const auto* connection : by_wait_) held += connection->is_open() ? connection->held_ : 0;
  for (auto* connection : by_wait_) {
    if (held <= limits_.held_bytes) return;
    if (!connection->is_open() || connection->held_ == 0 || connection == &newest) continue;
    held -= connection->held_;
    connection->cut();
  }
}

void Connections::cut_all() {
  for (auto* connection : by_wait_) {
    if (connection->is_open() && connection->phase == Connection::Phase::streaming) {
      connection->close_stream();
    } else {
      connection->cut();
    }
  }
  timer_.cancel();
}

void Connections::cut_all_that_serve(const Mount& mount) {
  for (auto* connection : by_wait_) {
    if (connection->serving == &mount) connection->cut();
  }
}

void Connections::watch(Clock::time_point deadline) {
  if (!running_) {
    running_ = true;
    timer_.expires_at(deadline);
    asio::co_spawn(timer_.get_executor(), cut_late_ones(shared_from_this()), end_of_coroutine);
  } else if (deadline < timer_.expiry()) {
    timer_.expires_at(deadline);  // the wait under way ends, and begins again
  }
}

Task<void> Connections::cut_late_ones(std::shared_ptr<Connections> self) {
  // Deadlines mostly move on before they are reached: then the timer only follows them, once in a while.
  for (;;) {
    co_await self->timer_.async_wait(kTupleTask);
    const auto now = Clock::now();
    auto next = Clock::time_point::max();
    for (auto* connection : self->by_wait_) {
      if (!connection->is_open()) continue;
      if (connection->deadline_ <= now) {
        connection->cut();
      } else {
        next = std::min(next, connection->deadline_);
      }
    }
    if (next == Clock::time_point::max()) break;
    self->timer_.expires_at(next);
  }
  self->running_ = false;
}

}  // namespace panko
