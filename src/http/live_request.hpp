// What a page's script posts to `live`: which pages it follows, and how far each has come. Pure; foreign bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace panko {

struct LiveRequest {
  static constexpr std::size_t kMaxBytes = std::size_t{64} << 10;
  static constexpr std::size_t kMaxPages = 64;

  struct Page {
    std::string token;
    std::string version;
  };
  std::vector<Page> pages;  // no token twice
  bool is_poll = false;     // the answer ends behind its first news
};

/// The error is a sentence for whoever writes such a client.
[[nodiscard]] Result<LiveRequest> parse_live_request(std::string_view body);

}  // namespace panko
