// Whether a public URL leads to us, asked from outside as a visitor would ask it: by the program curl, because it knows
// TLS, proxies and name resolution. On the loop.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace panko {

/// A path of a gateway that nobody else knows, and what only this gateway answers there.
struct Nonce {
  std::string path{};    // "/s/<token>/"
  std::string answer{};  // the body, without an end of line
};

enum class PublicAnswer {
  ours,
  other,    // an answer, but not ours: the service's own error page, somebody else
  none,     // no answer: no name, no connection, no time
  unknown,  // it cannot be asked: there is no curl
};

/// `base_url`: without a slash at its end. The URL goes to curl by its standard input, not by its arguments.
[[nodiscard]] boost::asio::awaitable<PublicAnswer> ask_public(std::string base_url, Nonce nonce,
                                                              std::chrono::milliseconds time);

/// The HTTP status of a GET, without following where it leads; 0: there is no answer within `time`. nullopt: it cannot
/// be asked.
[[nodiscard]] boost::asio::awaitable<std::optional<unsigned>> ask_public_status(std::string url,
                                                                                std::chrono::milliseconds time);

}  // namespace panko
