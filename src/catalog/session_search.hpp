// A literal text inside one session: its own file and its side files. The bytes are filtered first; only a file that
// may have the text is read as a session, and only blocks whose records may have it are decoded.
// One a thread; reads files.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agents/session_places.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "catalog/catalog.hpp"
#include "catalog/entry.hpp"
#include "catalog/order.hpp"
#include "session/block.hpp"
#include "session/text_pattern.hpp"

namespace panko {

/// A line that a person sees in the session and that has the text.
struct SearchHit {
  std::shared_ptr<const SessionEntry> session;  // of its digest: the facts
  std::string anchor;                           // of the block
  BlockKind kind = BlockKind::notice;
  std::optional<WallTime> time;
  std::string line;               // or what is around the first match in it; foreign text, valid UTF-8
  std::vector<MatchRange> marks;  // in `line`; not empty
};

class SessionSearch {
 public:
  explicit SessionSearch(const TextPattern& pattern) : finder_(pattern) {}

  /// Calls `sink` for each hit in reading order, sub-agents behind their calls; false ends the search. What is no
  /// session has no hits. `strays`: names of its side files that lie among other sessions. The error is one sentence.
  [[nodiscard]] Result<void> run(const SessionFile& file, std::span<const std::filesystem::path> strays,
                                 const SessionFilter& filter, const std::function<bool(SearchHit)>& sink);

 private:
  bool walk(const Outline& outline, const Source& source);
  bool walk_blocks(const Outline& outline, std::span<const OutlineBlock> blocks, const Source& source);
  bool look_into(const Source& source, const OutlineBlock& block);
  bool look_into_text(std::string_view text, const Block& block);

  PlaceFinder finder_;

  // Of the session that is searched.
  const SessionFile* file_ = nullptr;
  const std::function<bool(SearchHit)>* sink_ = nullptr;
  std::shared_ptr<const SessionEntry> session_;
  SessionPlaces places_;
};

}  // namespace panko
