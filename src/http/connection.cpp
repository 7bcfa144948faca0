#include "http/connection.hpp"

#include <boost/asio/buffer.hpp>

#include <array>
#include <cstring>
#include <vector>

namespace panko {

namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::size_t kLargeAnswer = 1 << 20;  // below it not worth counting
constexpr std::size_t kMaxDrained = 256UL * 1024;

/// What was received and not yet understood.
class Inbox {
 public:
  explicit Inbox(std::size_t capacity) : bytes_(capacity) {}

  [[nodiscard]] bool is_empty() const { return used_ == 0; }
  [[nodiscard]] bool is_full() const { return used_ == bytes_.size(); }
  [[nodiscard]] asio::mutable_buffer free_space() { return {bytes_.data() + used_, bytes_.size() - used_}; }
  void received(std::size_t count) { used_ += count; }

  /// The first head with its empty line; empty when it is not complete. Empty lines before it are dropped (RFC 9112).
  [[nodiscard]] std::string_view head() {
    std::size_t blank = 0;
    while (std::string_view(bytes_.data() + blank, used_ - blank).starts_with("\r\n")) blank += 2;
    drop(blank);
    const std::string_view text(bytes_.data(), used_);
    const auto end = text.find(kEndOfHead, searched_ < kEndOfHead.size() ? 0 : searched_ - kEndOfHead.size());
    searched_ = used_;
    return end == std::string_view::npos ? std::string_view() : text.substr(0, end + kEndOfHead.size());
  }

  void drop(std::size_t count) {
    if (count == 0) return;
    used_ -= count;
    std::memmove(bytes_.data(), bytes_.data() + count, used_);
    searched_ = 0;
  }

 private:
  std::vector<char> bytes_;
  std::size_t used_ = 0;
  std::size_t searched_ = 0;  // no head ends before this
};

/// Waits for a whole head. Nothing: the connection is over. An empty head: it is longer than allowed.
Task<std::optional<std::string_view>> receive_head(const HttpLimits& limits, Connection& connection, Inbox& inbox) {
  bool begun = false;
  for (;;) {
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
    if (error) co_return std::nullopt;
    inbox.received(count);
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
Task<void> close_gently(const HttpLimits& limits, Connection& connection, Inbox& inbox) {
  boost::system::error_code ignored;
  connection.socket.shutdown(Socket::shutdown_send, ignored);
  connection.allow(limits.header_time);
  inbox = Inbox(4096);
  for (std::size_t drained = 0; drained < kMaxDrained;) {
    const auto [error, count] = co_await connection.socket.async_read_some(inbox.free_space(), kTupleTask);
    if (error) break;
    drained += count;
  }
  connection.socket.close(ignored);
}

}  // namespace

Task<void> serve_connection(std::shared_ptr<Service> service, std::shared_ptr<Connection> connection) {
  const auto& limits = service->limits;
  Inbox inbox(limits.header_bytes);
  std::string head;
  for (bool keep_alive = true; keep_alive;) {
    const auto received = co_await receive_head(limits, *connection, inbox);
    if (!received) co_return;
    auto request = received->empty() ? std::unexpected(431U) : parse_request(*received, limits.header_fields);
    inbox.drop(received->size());
    keep_alive = request && request->keep_alive;
    const bool body_wanted = !request || request->method != Request::Method::head;

    connection->allow_any_time();
    const AnswerPtr answer =
        request ? co_await service->answer(connection, std::move(*request)) : service->refuse(request.error());
    if (!connection->is_open()) co_return;

    if (answer->weight() > kLargeAnswer) connection->hold(answer->weight());
    head = answer->head;
    head += service->date.line();
    head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    if (!co_await send(limits, *connection, head, body_wanted ? answer->body() : std::string_view())) co_return;
    connection->serving = nullptr;
    connection->finished_request();
  }
  co_await close_gently(limits, *connection, inbox);
}

}  // namespace panko
