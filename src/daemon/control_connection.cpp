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

void ControlConnection::take_over(HandedClient handed) {
  lines_.feed(handed.unread);
  caller_->views = std::move(handed.views);
  caller_->ended_views = handed.ended_views;
  for (const auto& view : caller_->views) daemon_->shares->hold_view(view, end_of_view(caller_));
  caller_->subscribed = handed.is_subscribed;
  if (!handed.is_subscribed) {
    unsent_ = std::move(handed.unsent);
    return;
  }
  if (!handed.unsent.empty()) queue(std::move(handed.unsent));
  follow_shares();
}

awaitable<void> ControlConnection::serve() {
  caller_->view_ended = [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && !self->answering_ && self->views_are_over()) self->close();
  };
  answering_ = !unsent_.empty();
  if (answering_ && !co_await send(std::exchange(unsent_, {}))) close();
  answering_ = false;
  // The last view may have ended while another program answered.
  if (views_are_over()) close();
  while (co_await answer_lines()) {
    if (lines_.line_began()) start_deadline(end_of_line_time());
    const auto [error, size] = co_await socket_.async_read_some(asio::buffer(chunk_), kNoThrow);
    end_deadline();
    lines_.feed({chunk_.data(), size});
    if (!error || leaving_) continue;
    if (timed_out_ && lines_.line_began()) {
      log_info("A client was dropped: it began a request and did not finish it.");
      co_await send(
          protocol::error_line(fmt::format("The line was not finished within {} s.",
                                           std::chrono::ceil<std::chrono::seconds>(limits_.line_time).count())));
    }
    break;
  }
  if (leaving_) {
    deadline_.expires_at(std::chrono::steady_clock::time_point::max());
    if (writing_) co_await deadline_.async_wait(kNoThrow);
    parked_ = socket_.is_open();
    co_return;
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
  while (!leaving_) {
    auto line = lines_.next();
    if (!line) co_return true;
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
  co_return false;
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
  if (queued_.size() == 1 && !leaving_) write_queued();
}

void ControlConnection::write_queued() {
  writing_ = true;
  asio::async_write(socket_, asio::buffer(queued_.front()),
                    [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                      self->writing_ = false;
                      if (self->leaving_) {
                        self->queued_.front().erase(0, size);
                        self->deadline_.cancel();
                        return;
                      }
                      if (error) return self->close();
                      self->queued_bytes_ -= self->queued_.front().size();
                      self->queued_.pop_front();
                      if (!self->queued_.empty()) self->write_queued();
                    });
}

void ControlConnection::begin_to_leave() {
  leaving_ = true;
  boost::system::error_code ignored;
  if (!answering_) socket_.cancel(ignored);
}

std::optional<HandedClient> ControlConnection::leave() {
  subscription_.reset();
  // Of what is in the middle of something, nobody could say where it stands.
  if (!socket_.is_open() || is_busy() || lines_.is_skipping()) return std::nullopt;
  HandedClient handed{.socket = Fd(socket_.release()),
                      .unread = std::string(lines_.rest()),
                      .is_subscribed = caller_->subscribed,
                      .wants_restart = caller_->wants_restart,
                      .views = caller_->views,
                      .ended_views = caller_->ended_views};
  for (const auto& event : queued_) handed.unsent += event;
  return handed;
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
