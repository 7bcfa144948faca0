#include "tunnel/local_http.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <charconv>
#include <memory>

namespace panko {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr std::uint64_t kMostBody = 1 << 20;
constexpr std::uint32_t kMostHead = 16 << 10;

std::optional<tcp::endpoint> loopback_endpoint(std::string_view control) {
  const auto colon = control.rfind(':');
  if (colon == std::string_view::npos || control.contains('%')) return std::nullopt;  // Asio takes any scope
  const auto digits = control.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (wrong != std::errc{} || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  auto host = control.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";  // by name nobody else is to be found
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error || !address.is_loopback()) return std::nullopt;
  return tcp::endpoint(address, port);
}

/// What one question needs; the operations that are under way keep it.
struct Question {
  explicit Question(const asio::any_io_executor& executor) : stream(executor) {
    parser.body_limit(kMostBody);
    parser.header_limit(kMostHead);
  }
  beast::tcp_stream stream;
  beast::flat_buffer buffer{kMostHead + (64 << 10)};
  http::request<http::empty_body> request;
  http::response_parser<http::string_body> parser;
};

}  // namespace

bool is_local_endpoint(std::string_view control) {
  return loopback_endpoint(control).has_value();
}

asio::awaitable<std::optional<LocalAnswer>> get_local(std::string control, std::string path,
                                                      std::chrono::milliseconds time) {
  constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
  const auto endpoint = loopback_endpoint(control);
  if (!endpoint) co_return std::nullopt;
  const auto question = std::make_shared<Question>(co_await asio::this_coro::executor);
  question->stream.expires_after(time);
  if (const auto [error] = co_await question->stream.async_connect(*endpoint, kNoThrow); error) co_return std::nullopt;

  question->request.method(http::verb::get);
  question->request.target(path);
  question->request.set(http::field::host, control);
  question->request.set(http::field::accept, "application/json");
  question->request.set(http::field::connection, "close");
  const auto [unsent, sent] = co_await http::async_write(question->stream, question->request, kNoThrow);
  if (unsent) co_return std::nullopt;
  const auto [error, got] = co_await http::async_read(question->stream, question->buffer, question->parser, kNoThrow);
  // An answer that is too long is one nevertheless: whoever asked looks at its front.
  if (error && error != http::error::body_limit) co_return std::nullopt;
  auto response = question->parser.release();
  co_return LocalAnswer{.status = response.result_int(), .body = std::move(response.body())};
}

}  // namespace panko
