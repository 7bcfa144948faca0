// Asks the local endpoint of a tunnel program: one HTTP request to a loopback address, on the loop. Hostile answers:
// bounded in bytes and time.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace panko {

struct LocalAnswer {
  unsigned status = 0;
  std::string body{};  // at most 1 MiB of it
};

/// "127.0.0.1:20241", "localhost:4040", "[::1]:80": all that get_local asks.
[[nodiscard]] bool is_local_endpoint(std::string_view control);

/// `control`: "127.0.0.1:20241", "localhost:4040", "[::1]:80"; anything that is not loopback is not asked. nullopt: no
/// HTTP answer within `time`.
[[nodiscard]] boost::asio::awaitable<std::optional<LocalAnswer>> get_local(
    std::string control, std::string path, std::chrono::milliseconds time = std::chrono::seconds(2));

}  // namespace panko
