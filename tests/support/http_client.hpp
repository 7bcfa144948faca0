// A blocking HTTP client for tests: it sends exactly the bytes it is told to, and shows exactly what came back.
// Every wait ends after ten seconds with a failed test rather than a hanging one.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.hpp"

namespace panko::test {

struct HttpResponse {
  int status = 0;  // 0: the connection ended before a whole answer came
  std::string head;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;

  [[nodiscard]] std::string field(std::string_view name) const {
    const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
    return found == fields.end() ? "" : found->second;
  }
};

class HttpClient {
 public:
  /// `receive_buffer`: a small one makes a reader that the server soon has to wait for.
  explicit HttpClient(std::uint16_t port, int receive_buffer = 0) : port_(port) {
    fd_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (receive_buffer > 0) ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }

  /// At a Unix socket; `port` is what Host says.
  HttpClient(const std::filesystem::path& path, std::uint16_t port) : port_(port) {
    fd_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path.native(), address.sun_path);
    if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }

  /// False when the server has closed.
  [[nodiscard]] bool try_send(std::string_view bytes) const {
    return ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  void send(std::string_view bytes) const { ASSERT_TRUE(try_send(bytes)); }

  /// The request line and Host; `fields` are whole lines.
  void send_request(std::string_view target, std::string_view fields = {}, std::string_view method = "GET") const {
    send(std::string(method) + ' ' + std::string(target) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
         "\r\n" + std::string(fields) + "\r\n");
  }

  HttpResponse receive(bool has_body = true) {
    HttpResponse response;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive_more()) return {};
    }
    response.head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    parse_fields(response);
    const auto length = has_body ? std::stoul("0" + response.field("Content-Length")) : 0;
    while (buffer_.size() < length) {
      if (!receive_more()) return {};
    }
    response.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    response.status = std::stoi(response.head.substr(response.head.find(' ') + 1, 3));
    return response;
  }

  HttpResponse get(std::string_view target, std::string_view fields = {}) {
    send_request(target, fields);
    return receive();
  }

  /// Reads at least one byte; false at the end.
  bool receive_more() {
    wait();
    char bytes[65536];
    const auto count = ::recv(fd_.get(), bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  /// What came and was not taken yet.
  [[nodiscard]] const std::string& received() const { return buffer_; }

  /// The next line of an answer in chunks, without its end; empty: the answer is over. One without chunks is not read
  /// so.
  std::string line() {
    for (;;) {
      if (const auto end = text_.find('\n'); end != std::string::npos) {
        auto line = text_.substr(0, end);
        text_.erase(0, end + 1);
        return line;
      }
      std::size_t end = 0;
      while ((end = buffer_.find("\r\n")) == std::string::npos) {
        if (!receive_more()) return "";
      }
      const auto size = std::stoul(buffer_.substr(0, end), nullptr, 16);
      while (buffer_.size() < end + 2 + size + 2) {
        if (!receive_more()) return "";
      }
      text_ += buffer_.substr(end + 2, size);
      buffer_.erase(0, end + 2 + size + 2);
      if (size == 0) return "";
    }
  }

  /// All that comes until the server closes.
  std::string rest() {
    while (receive_more()) {
    }
    return buffer_;
  }

  /// Waits for the server to close; whatever comes before that is read and counted.
  std::size_t bytes_until_end() {
    while (receive_more()) {
    }
    return buffer_.size();
  }

  /// Waits, without reading, until the server has reset the connection.
  [[nodiscard]] bool is_reset() const {
    pollfd waiting{fd_.get(), 0, 0};
    return ::poll(&waiting, 1, 10000) == 1;
  }

  [[nodiscard]] bool is_closed() const {
    pollfd waiting{fd_.get(), 0, 0};
    return ::poll(&waiting, 1, 0) == 1;
  }

  /// Nothing has come and the server has not closed.
  [[nodiscard]] bool is_quiet() const {
    pollfd waiting{fd_.get(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 0;
  }

 private:
  void wait() const {
    pollfd waiting{fd_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, 10000) == 0) throw std::runtime_error("the server is silent");
  }

  static void parse_fields(HttpResponse& response) {
    std::size_t line = response.head.find("\r\n") + 2;
    while (line < response.head.size()) {
      const auto end = response.head.find("\r\n", line);
      const auto colon = response.head.find(": ", line);
      response.fields.emplace_back(response.head.substr(line, colon - line),
                                   response.head.substr(colon + 2, end - colon - 2));
      line = end + 2;
    }
  }

  Fd fd_;
  std::uint16_t port_;
  std::string buffer_;
  std::string text_;  // of chunks
};

}  // namespace panko::test
