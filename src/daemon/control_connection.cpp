#include "daemon/control_connection.hpp"

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/log.hpp"
#include "protocol/wire.hpp"

namespace panko {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

}  // namespace

ControlConnection::ControlConnection(asio::local::stream_protocol::socket socket, std::shared_ptr<DaemonContext> daemon,
                                     IpcLimits limits)
    : socket_(std::move(socket)), deadline_(socket_.get_executor()), daemon_(std::move(daemon)), limits_(limits) {}

awaitable<void> ControlConnection::serve() {
  caller_->view_ended = [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && !self->answering_ && self->views_are_over()) self->close();
  };
  while (co_await answer_lines()) {
    if (lines_.line_began()) start_deadline(end_of_line_time());
    const auto [error, size] = co_await socket_.async_read_some(asio::buffer(chunk_), kNoThrow);
    end_deadline();
    if (!error) {
      lines_.feed({chunk_.data(), size});
      continue;
    }
    if (timed_out_ && lines_.line_began()) {
      log_info("A client was dropped: it began a request and did not finish it.");
      co_await send(
          protocol::error_line(fmt::format("The line was not finished within {} s.",
                                           std::chrono::ceil<std::chrono::seconds>(limits_.line_time).count())));
    }
    break;
  }
  subscription_.reset();
  close();
  for (const auto& view : caller_->views) daemon_->shares->close_view(view);
}

void ControlConnection::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

/// Whoever holds a view waits for the end of its connection.
bool ControlConnection::views_are_over() const {
  return !caller_->views.empty() && caller_->ended_views == caller_->views.size();
}

awaitable<bool> ControlConnection::answer_lines() {
  while (auto line = lines_.next()) {
    line_end_.reset();
    answering_ = true;
    std::string reply;
    if (!line->has_value())
      reply = protocol::error_line(line->error().message);
    else if (caller_->subscribed)
      reply = protocol::error_line("This connection carries events; ask on another one.");
    else
      reply = co_await answer(daemon_, caller_, std::move(**line));

    if (caller_->subscribed) {
      queue(std::move(reply));
      if (!subscription_) follow_shares();
      answering_ = false;
      if (!socket_.is_open()) co_return false;
      continue;
    }
    const bool sent = co_await send(std::move(reply));
    if (const auto after = std::exchange(caller_->after_reply, nullptr)) after();
    answering_ = false;
    if (!sent || views_are_over()) co_return false;
  }
  co_return true;
}

std::chrono::steady_clock::time_point ControlConnection::end_of_line_time() {
  if (!line_end_) line_end_ = std::chrono::steady_clock::now() + limits_.line_time;
  return *line_end_;
}

awaitable<bool> ControlConnection::send(std::string line) {
  start_deadline(std::chrono::steady_clock::now() + limits_.reply_time);
  const auto [error, size] = co_await asio::async_write(socket_, asio::buffer(line), kNoThrow);
  end_deadline();
  if (error && timed_out_) log_info("A client was dropped: it did not take its reply.");
  co_return !error;
}

void ControlConnection::follow_shares() {
  subscription_ = daemon_->shares->subscribe([weak = weak_from_this()](const Share& share) {
    if (const auto self = weak.lock()) self->queue(share_event(share));
  });
}

void ControlConnection::queue(std::string line) {
  if (!socket_.is_open()) return;
  queued_bytes_ += line.size();
  if (queued_bytes_ > limits_.subscriber_bytes) {
    log_info("A subscriber was dropped: it does not read its events.");
    return close();
  }
  queued_.push_back(std::move(line));
  if (queued_.size() == 1) write_queued();
}

void ControlConnection::write_queued() {
  asio::async_write(socket_, asio::buffer(queued_.front()),
                    [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                      if (error) return self->close();
                      self->queued_bytes_ -= self->queued_.front().size();
                      self->queued_.pop_front();
                      if (!self->queued_.empty()) self->write_queued();
                    });
}

void ControlConnection::start_deadline(std::chrono::steady_clock::time_point end) {
  timed_out_ = false;
  deadline_.expires_at(end);
  deadline_.async_wait([weak = weak_from_this(), number = ++deadlines_](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!self || error || number != self->deadlines_) return;
    self->timed_out_ = true;
    boost::system::error_code ignored;
    self->socket_.cancel(ignored);
  });
}

void ControlConnection::end_deadline() {
  ++deadlines_;
  deadline_.cancel();
}

}  // namespace panko
