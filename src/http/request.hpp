// The head of one HTTP request, as far as panko looks at it. Pure.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace panko {

struct Request {
  enum class Method { get, head, post, other };
  Method method = Method::other;
  std::string target;
  std::optional<std::string> host;  // nullopt: none, or more than one
  bool takes_gzip = false;
  bool takes_chunks = false;  // HTTP/1.1
  std::string cookies;        // as they stand in the head
  std::string content_type;
  bool has_body = false;      // few addresses read one; else the connection cannot go on behind it
  std::size_t body_size = 0;  // where it is said in the head
  std::string body;           // once it was read
  bool keep_alive = false;    // false with a body
};

/// The error is the status to answer with: 400, 413 or 431.
/// `head` ends in the empty line that ends a head; no other empty line is in it.
[[nodiscard]] std::expected<Request, unsigned> parse_request(std::string_view head, std::size_t max_fields);

}  // namespace panko
