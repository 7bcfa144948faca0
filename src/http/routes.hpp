// What a request target asks for. Pure: a target is foreign bytes, and all of them are answered here.
// No file path is ever made of it; a token that was never given out looks like any other until it is looked up.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "edition/edition.hpp"

namespace panko {

struct Route {
  enum class Kind {
    nowhere,
    robots,         // /robots.txt
    share,          // /s/TOKEN: the slash is missing
    page,           // /s/TOKEN/, `where` and `anchor` by ?from=, ?before= or ?last
    window,         // /s/TOKEN/w, likewise
    block,          // /s/TOKEN/b/ANCHOR
    records,        // /s/TOKEN/r/ANCHOR
    image,          // /s/TOKEN/i/ANCHOR/INDEX
    files,          // /s/TOKEN/files, behind the first `index` changes where ?after= says so
    find,           // /s/TOKEN/find?q=TEXT, behind `anchor` where ?after= says so
    asset,          // /s/TOKEN/a/NAME
    live,           // /s/TOKEN/live
    open,           // /s/TOKEN/open, leads to `anchor` where ?from= says so
    unlock,         // /s/TOKEN/unlock, likewise
    seen,           // /s/TOKEN/seen
    download,       // /s/TOKEN/download, `text` by ?format=; empty: which ones there are
    share_nowhere,  // anything else below /s/TOKEN/
    wrong,          // a place below /s/TOKEN/ that is asked for what nobody can understand
  };
  Kind kind = Kind::nowhere;
  std::string token;  // what stands in its place; never decoded
  WindowAt::Where where = WindowAt::Where::first;
  std::string anchor;  // decoded
  std::string text;    // to be found, decoded; or a format
  std::string asset;
  std::size_t index = 0;
};

/// `target` is the request's, in origin form ("/path?query").
[[nodiscard]] Route parse_route(std::string_view target);

}  // namespace panko
