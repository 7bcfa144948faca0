// What a request target asks for. Pure: a target is foreign bytes, and all of them are answered here.
// No file path is ever made of it; a token that was never given out looks like any other until it is looked up.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace panko {

struct Route {
  enum class Kind {
    nowhere,
    robots,         // /robots.txt
    share,          // /s/TOKEN: the slash is missing
    page,           // /s/TOKEN/, with `anchor` when ?from= says where
    block,          // /s/TOKEN/b/ANCHOR
    image,          // /s/TOKEN/i/ANCHOR/INDEX
    asset,          // /s/TOKEN/a/NAME
    share_nowhere,  // anything else below /s/TOKEN/
  };
  Kind kind = Kind::nowhere;
  std::string token;   // what stands in its place; never decoded
  std::string anchor;  // decoded
  std::string asset;
  std::size_t index = 0;
};

/// `target` is the request's, in origin form ("/path?query").
[[nodiscard]] Route parse_route(std::string_view target);

}  // namespace panko
