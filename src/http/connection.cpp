#include "http/connection.hpp"

#include <sys/socket.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <array>

namespace panko {

namespace {

constexpr std::size_t kLargeAnswer = 1 << 20;        // below it not worth counting
constexpr std::size_t kLeastProgress = 16UL * 1024;  // of a reader that is not cut as one that stands
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

/// The body behind a head of `head_size` bytes, which both stay in the inbox. False: the connection is over, or
/// another server's.
Task<bool> receive_body(const HttpLimits& limits, Connection& connection, std::size_t head_size, Request& request) {
  Inbox& inbox = connection.inbox;
  inbox.reserve(head_size + request.body_size);
  connection.allow(limits.header_time);
  while (inbox.bytes().size() < head_size + request.body_size) {
    const auto [error, count] = co_await connection.socket.async_read_some(inbox.free_space(), kTupleTask);
    inbox.received(count);
    if (connection.has_left() || error) co_return false;
  }
  request.body = inbox.bytes().substr(head_size, request.body_size);
  request.has_body = false;
  co_return true;
}

/// False: the connection is over. Progress renews the time for the rest, but not by drops.
Task<bool> send(const HttpLimits& limits, Connection& connection, std::string_view head, std::string_view body) {
  std::array<asio::const_buffer, 2> rest{asio::buffer(head), asio::buffer(body)};
  connection.allow(limits.stalled_write_time);
  for (std::size_t progress = 0;;) {
    auto [error, sent] = co_await connection.socket.async_write_some(rest, kTupleTask);
    if (error) co_return false;
    progress += sent;
    if (progress >= kLeastProgress) {
      connection.allow(limits.stalled_write_time);
      progress = 0;
    }
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

/// A page that is closed is noticed at once, not when the next line cannot be sent.
Task<void> cut_when_left(std::shared_ptr<Connection> connection) {
  const auto [error] = co_await connection->socket.async_wait(Socket::wait_read, kTupleTask);
  if (error) co_return;
  char byte = 0;
  const auto received = ::recv(connection->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  // What else it sends may wait until the stream is over.
  if (received <= 0) connection->cut();
}

Task<bool> send_stream(const HttpLimits& limits, const std::shared_ptr<Connection>& connection,
                       std::shared_ptr<LiveStream> stream) {
  connection->begin_stream(stream);
  asio::co_spawn(connection->socket.get_executor(), cut_when_left(connection), end_of_coroutine);
  for (;;) {
    connection->allow_any_time();
    const auto bytes = co_await LiveStream::next(stream);
    if (bytes.empty() || !connection->is_open()) break;
    if (!co_await send(limits, *connection, bytes, {})) break;
  }
  boost::system::error_code ignored;
  if (connection->is_open()) connection->socket.cancel(ignored);
  connection->stream = nullptr;
  co_return connection->is_open();
}

/// Of a file: the client knows how long it is.
Task<bool> send_pieces(const HttpLimits& limits, Connection& connection, std::shared_ptr<Pieces> pieces) {
  connection.begin_file();
  for (;;) {
    connection.allow_any_time();
    const auto piece = co_await pieces->next();
    if (!connection.is_open()) co_return false;
    if (!piece) connection.cut();
    if (!piece) co_return false;
    if (piece->empty()) co_return true;
    if (!co_await send(limits, connection, *piece, {})) co_return false;
  }
}

}  // namespace

Task<void> serve_connection(std::shared_ptr<Service> service, std::shared_ptr<Connection> connection) {
  const auto& limits = service->limits;
  std::string head;
  for (bool keep_alive = true; keep_alive;) {
    connection->phase = Connection::Phase::reading;
    const auto received = co_await receive_head(limits, *connection);
    if (!received) co_return;
    auto received_bytes = received->size();
    auto request = received->empty() ? std::unexpected(431U) : parse_request(*received, limits.header_fields);
    if (request && request->has_body && service->reads_body(*request)) {
      if (!co_await receive_body(limits, *connection, received_bytes, *request)) co_return;
      received_bytes += request->body_size;
    }
    connection->phase = Connection::Phase::answering;
    keep_alive = request && request->keep_alive;
    const bool body_wanted = !request || request->method != Request::Method::head;

    connection->allow_any_time();
    const Reply reply =
        request ? co_await service->answer(connection, std::move(*request)) : service->refuse(request.error());
    const auto& answer = reply.answer;
    if (reply.stream) keep_alive = false;
    if (!connection->is_open()) co_return;

    connection->phase = Connection::Phase::sending;
    connection->inbox.drop(received_bytes);
    if (answer->weight() > kLargeAnswer) connection->hold(answer->weight());
    head = answer->head;
    head += service->date.line();
    head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    if (!co_await send(limits, *connection, head, body_wanted ? answer->body() : std::string_view())) co_return;
    if (reply.pieces && body_wanted && !co_await send_pieces(limits, *connection, reply.pieces)) co_return;
    connection->serving = nullptr;
    if (reply.stream) {
      if (!co_await send_stream(limits, connection, reply.stream)) co_return;
    }
    connection->finished_request();
  }
  connection->phase = Connection::Phase::ending;
  co_await close_gently(limits, *connection);
}

}  // namespace panko
