// Listens on a loopback port, reads one request after the other up to the empty line, and sends the given bytes.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace panko {

class HttpStub {
 public:
  /// `answer`: everything that is sent, before the connection is closed; nullopt: it stays open and silent.
  HttpStub(boost::asio::io_context& loop, std::optional<std::string> answer) : shared_(std::make_shared<Shared>(loop)) {
    shared_->answer = std::move(answer);
    boost::asio::co_spawn(loop, serve(shared_), boost::asio::detached);
  }
  /// Path → whole JSON body; what is not there is a 404.
  HttpStub(boost::asio::io_context& loop, std::map<std::string, std::string> bodies) : HttpStub(loop, std::nullopt) {
    shared_->bodies = std::move(bodies);
  }
  HttpStub(const HttpStub&) = delete;
  HttpStub& operator=(const HttpStub&) = delete;
  ~HttpStub() {
    boost::system::error_code ignored;
    shared_->acceptor.close(ignored);
  }

  [[nodiscard]] std::uint16_t port() const { return shared_->port; }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(shared_->port); }
  /// The last one.
  [[nodiscard]] const std::string& request() const { return shared_->request; }
  void set_bodies(std::map<std::string, std::string> bodies) { shared_->bodies = std::move(bodies); }

 private:
  using tcp = boost::asio::ip::tcp;
  struct Shared {
    explicit Shared(boost::asio::io_context& loop)
        : acceptor(loop, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {
      port = acceptor.local_endpoint().port();
    }
    tcp::acceptor acceptor;
    std::uint16_t port;
    std::optional<std::string> answer;
    std::map<std::string, std::string> bodies;
    std::string request;
    std::optional<tcp::socket> silent;
  };

  static std::string reply_of(const Shared& shared) {
    if (shared.answer) return *shared.answer;
    const auto begin = shared.request.find(' ') + 1;
    const auto found = shared.bodies.find(shared.request.substr(begin, shared.request.find(' ', begin) - begin));
    if (found == shared.bodies.end()) return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    // "503 {...}" is another status than 200.
    const bool has_status = found->second.size() > 4 && found->second[0] == '5' && found->second[3] == ' ';
    const auto body = has_status ? found->second.substr(4) : found->second;
    return "HTTP/1.1 " + (has_status ? found->second.substr(0, 3) : std::string("200")) +
           " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static boost::asio::awaitable<void> serve(std::shared_ptr<Shared> shared) {
    constexpr auto kNoThrow = boost::asio::as_tuple(boost::asio::use_awaitable);
    for (;;) {
      auto [error, socket] = co_await shared->acceptor.async_accept(kNoThrow);
      if (error) co_return;
      std::string request;
      const auto [bad, size] =
          co_await boost::asio::async_read_until(socket, boost::asio::dynamic_buffer(request), "\r\n\r\n", kNoThrow);
      if (bad) continue;
      shared->request = request;
      if (!shared->answer && shared->bodies.empty()) {
        shared->silent = std::move(socket);
        continue;
      }
      co_await boost::asio::async_write(socket, boost::asio::buffer(reply_of(*shared)), kNoThrow);
      boost::system::error_code ignored;
      socket.shutdown(tcp::socket::shutdown_send, ignored);
    }
  }

  std::shared_ptr<Shared> shared_;
};

}  // namespace panko
