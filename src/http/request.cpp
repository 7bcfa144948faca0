// The one unit that sees Beast: its parser, without its containers, streams and buffers.
#include "http/request.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "http/gzip.hpp"

namespace panko {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

class HeadParser final : public http::basic_parser<true> {
 public:
  explicit HeadParser(std::size_t max_fields) : max_fields_(max_fields) { body_limit(boost::none); }

  [[nodiscard]] Request take() {
    request_.has_body = chunked() || content_length().value_or(0) > 0;
    if (!chunked()) request_.body_size = static_cast<std::size_t>(content_length().value_or(0));
    request_.keep_alive = keep_alive() && !request_.has_body;
    if (hosts_ != 1) request_.host.reset();
    return std::move(request_);
  }

 private:
  void on_request_impl(http::verb method, string_view /*name*/, string_view target, int version,
                       error_code& /*error*/) override {
    if (method == http::verb::get) request_.method = Request::Method::get;
    if (method == http::verb::head) request_.method = Request::Method::head;
    if (method == http::verb::post) request_.method = Request::Method::post;
    request_.takes_chunks = version >= 11;
    request_.target = target;
  }

  void on_field_impl(http::field name, string_view /*name*/, string_view value, error_code& error) override {
    if (++fields_ > max_fields_) error = http::error::header_limit;
    if (name == http::field::host) {
      ++hosts_;
      request_.host = value;
    } else if (name == http::field::accept_encoding) {
      request_.takes_gzip = accepts_gzip({value.data(), value.size()});
    } else if (name == http::field::cookie) {
      if (!request_.cookies.empty()) request_.cookies += "; ";
      request_.cookies += std::string_view(value.data(), value.size());
    } else if (name == http::field::content_type) {
      request_.content_type = value;
    }
  }

  void on_header_impl(error_code& /*error*/) override {}
  // Bodies are never put in; the base class wants these all the same.
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override { return body.size(); }
  void on_finish_impl(error_code&) override {}

  Request request_;
  std::size_t max_fields_;
  std::size_t fields_ = 0;
  std::size_t hosts_ = 0;
};

}  // namespace

std::expected<Request, unsigned> parse_request(std::string_view head, std::size_t max_fields) {
  HeadParser parser(max_fields);
  parser.header_limit(static_cast<std::uint32_t>(head.size() + 1));
  error_code error;
  parser.put(boost::asio::const_buffer(head.data(), head.size()), error);
  if (error == http::error::header_limit) return std::unexpected(431);
  if (error == http::error::body_limit) return std::unexpected(413);
  if (error || !parser.is_header_done()) return std::unexpected(400);
  return parser.take();
}

}  // namespace panko
