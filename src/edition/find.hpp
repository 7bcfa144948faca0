// Find over a whole session: in what a page shows of it, whether loaded by a browser or not. Bytes are filtered first;
// only blocks whose records may have the text are decoded. `find` of docs/page.md.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "agents/session_places.hpp"
#include "base/result.hpp"
#include "edition/session_pages.hpp"
#include "session/text_places.hpp"

namespace panko {

/// Where in the session's files, side files included, a text may be.
[[nodiscard]] Result<SessionPlaces> places_in(const SessionPages& pages, PlaceFinder& finder);

/// Remembers where the last text may be: who asks for more hits, asks for it again. May be used by several threads at
/// once.
class Find {
 public:
  static constexpr std::size_t kMostHits = 50;

  explicit Find(const SessionPages& pages) : pages_(pages) {}  // which outlives it

  /// JSON of docs/page.md. `after`: behind this anchor; empty: from the first row. What is asked for in one go is
  /// bounded, so there may be more although there is no hit. nullopt: there is no such anchor.
  [[nodiscard]] Result<std::optional<std::string>> run(std::string_view text, std::string_view after) const;

 private:
  using PlacesPtr = std::shared_ptr<const SessionPlaces>;
  [[nodiscard]] Result<PlacesPtr> places_of(std::string_view text, PlaceFinder& finder) const;

  const SessionPages& pages_;
  mutable std::mutex mutex_;
  mutable std::string text_;
  mutable PlacesPtr places_;
};

}  // namespace panko
