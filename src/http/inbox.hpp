// What a connection has received and not yet understood: at most the bytes of one head, and a body
// where one is read. Lives on the loop.
#pragma once

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

namespace panko {

class Inbox {
 public:
  /// `received`: what an earlier program read from the same connection.
  explicit Inbox(std::size_t capacity, std::string_view received = {})
      : bytes_(std::max(capacity, received.size())), used_(received.size()) {
    std::ranges::copy(received, bytes_.begin());
  }

  [[nodiscard]] bool is_empty() const { return used_ == 0; }
  [[nodiscard]] bool is_full() const { return used_ == bytes_.size(); }
  [[nodiscard]] boost::asio::mutable_buffer free_space() { return {bytes_.data() + used_, bytes_.size() - used_}; }
  /// Room for so many bytes in all.
  void reserve(std::size_t capacity) { bytes_.resize(std::max(capacity, bytes_.size())); }
  [[nodiscard]] std::string_view bytes() const { return {bytes_.data(), used_}; }
  void received(std::size_t count) { used_ += count; }

  /// The first head with its empty line; empty when it is not complete. Empty lines before it are dropped (RFC 9112).
  [[nodiscard]] std::string_view head() {
    constexpr std::string_view kEndOfHead = "\r\n\r\n";
    std::size_t blank = 0;
    while (bytes().substr(blank).starts_with("\r\n")) blank += 2;
    drop(blank);
    const auto end = bytes().find(kEndOfHead, searched_ < kEndOfHead.size() ? 0 : searched_ - kEndOfHead.size());
    searched_ = used_;
    return end == std::string_view::npos ? std::string_view() : bytes().substr(0, end + kEndOfHead.size());
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

}  // namespace panko
