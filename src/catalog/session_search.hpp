// A literal text inside one session: its own file and its side files. The bytes are filtered first; only a file that
// may have the text is read as a session, and only blocks whose records may have it are decoded.
// One a thread; reads files.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "catalog/catalog.hpp"
#include "catalog/entry.hpp"
#include "catalog/order.hpp"
#include "catalog/text_pattern.hpp"
#include "session/block.hpp"

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
  explicit SessionSearch(const TextPattern& pattern) : scanner_(pattern) {}

  /// Calls `sink` for each hit in reading order, sub-agents behind their calls; false ends the search. What is no
  /// session has no hits. `strays`: names of its side files that lie among other sessions. The error is one sentence.
  [[nodiscard]] Result<void> run(const SessionFile& file, std::span<const std::filesystem::path> strays,
                                 const SessionFilter& filter, const std::function<bool(SearchHit)>& sink);

 private:
  /// Where in a file the text may be: one place a line.
  struct Places {
    FileIdentity identity;
    bool is_everywhere = false;
    std::vector<std::uint64_t> ends;
    [[nodiscard]] bool in(ByteRange range) const;
  };

  [[nodiscard]] Result<Places> scan(const Source& source, const PatternScanner& scanner);
  [[nodiscard]] Result<void> scan_side_files(const SessionFile& file, std::span<const std::filesystem::path> strays);
  [[nodiscard]] Result<void> note_spilled(const Source& source);
  [[nodiscard]] const Places* places_of(const Source& source) const;

  bool walk(const Outline& outline, const Source& source);
  bool walk_blocks(const Outline& outline, std::span<const OutlineBlock> blocks, const Source& source);
  bool look_into(const Source& source, const OutlineBlock& block);
  bool look_into_text(std::string_view text, const Block& block);

  PatternScanner scanner_;
  std::string buffer_;
  std::vector<std::size_t> found_;

  // Of the session that is searched.
  const SessionFile* file_ = nullptr;
  const std::function<bool(SearchHit)>* sink_ = nullptr;
  std::shared_ptr<const SessionEntry> session_;
  std::vector<Places> places_;           // its own file first
  std::set<std::string> spill_folders_;  // of other files that may have the text
};

}  // namespace panko
