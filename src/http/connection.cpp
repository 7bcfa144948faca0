#include "http/connection.hpp"

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <array>

namespace panko {

namespace {

constexpr std::size_t kLargeAnswer = 1 << 20;  // below it not worth counting
constexpr std::size_t kMaxDrained = 256UL * 1024;

/// Waits for a whole head, which stays in the inbox. Nothing: the connection is over, or another server's. An empty
/// head: it is longer than allowed.
Task<std::optional<std::string_view>> receive_head(const HttpLimits& limits, Connection& connection) {
  Inbox& inbox = connection.inbox;
  bool begun = false;
  for (;;) {
    if (connection.has_left()) co_return std::nullopt;
    if (const auto head = inbox.head(); !head.empty()) co_return head;
    if (inbox.is_full()) co_return std::string_view();
    // The time for a head counts from its first byte, however its other bytes drip in.
    if (inbox.is_empty()) {
      connection.allow(limits.idle_time);
    } else if (!begun) {
      connection.allow(limits.header_time);
      begun = true;
    }
    const auto [error, count] = co_await connection.socket.async_read_some(inbox.free_space(), kTupleTask);
    inbox.received(count);
    if (connection.has_left() || error) co_return std::nullopt;
  }
}

/// False: the connection is over. Any progress renews the time for the rest.
Task<bool> send(const HttpLimits& limits, Connection& connection, std::string_view head, std::string_view body) {
  std::array<asio::const_buffer, 2> rest{asio::buffer(head), asio::buffer(body)};
  for (;;) {
    connection.allow(limits.stalled_write_time);
    auto [error, sent] = co_await connection.socket.async_write_some(rest, kTupleTask);
    if (error) co_return false;
    for (auto& buffer : rest) {
      const auto part = std::min(sent, buffer.size());
      buffer += part;
      sent -= part;
    }
    if (asio::buffer_size(rest) == 0) co_return true;
  }
}

/// Closing with unread bytes makes the kernel reset the connection, and the answer may be lost on its way. So: no more
/// from us, and read on for a while.
Task<void> close_gently(const HttpLimits& limits, Connection& connection) {
  boost::system::error_code ignored;
  connection.socket.shutdown(Socket::shutdown_send, ignored);
  connection.allow(limits.header_time);
  connection.inbox = Inbox(4096);
  for (std::size_t drained = 0; drained < kMaxDrained;) {
    const auto [error, count] = co_await connection.socket.async_read_some(connection.inbox.free_space(), kTupleTask);
    if (error) break;
    drained += count;
  }
  connection.socket.close(ignored);
}

}  // namespace

Task<void> serve_connection(std::shared_ptr<Service> service, std::shared_ptr<Connection> connection) {
  const auto& limits = service->limits;
  std::string head;
  for (bool keep_alive = true; keep_alive;) {
    connection->phase = Connection::Phase::reading;
    const auto received = co_await receive_head(limits, *connection);
    if (!received) co_return;
    connection->phase = Connection::Phase::answering;
    const auto received_bytes = received->size();
    auto request = received->empty() ? std::unexpected(431U) : parse_request(*received, limits.header_fields);
    keep_alive = request && request->keep_alive;
    const bool body_wanted = !request || request->method != Request::Method::head;

    connection->allow_any_time();
    const AnswerPtr answer =
        request ? co_await service->answer(connection, std::move(*request)) : service->refuse(request.error());
    if (!connection->is_open()) co_return;

    connection->phase = Connection::Phase::sending;
    connection->inbox.drop(received_bytes);
    if (answer->weight() > kLargeAnswer) connection->hold(answer->weight());
    head = answer->head;
    head += service->date.line();
    head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    if (!co_await send(limits, *connection, head, body_wanted ? answer->body() : std::string_view())) co_return;
    connection->serving = nullptr;
    connection->finished_request();
  }
  connection->phase = Connection::Phase::ending;
  co_await close_gently(limits, *connection);
}

}  // namespace panko
