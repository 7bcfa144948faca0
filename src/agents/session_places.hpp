// Where in a session a text may be: in its own file, in its side files, and in results that its records name.
// One a thread; reads files.
#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "agents/agent.hpp"
#include "base/result.hpp"
#include "session/outline.hpp"
#include "session/text_places.hpp"

namespace panko {

class SessionPlaces {
 public:
  /// Scans the session's own file and what its agent says lies beside it. `strays`: names of its side files that lie
  /// among other sessions. The error is one sentence.
  [[nodiscard]] static Result<SessionPlaces> find(PlaceFinder& finder, const Agent& agent,
                                                  const std::filesystem::path& session, const Source& own,
                                                  std::span<const std::filesystem::path> strays);
  /// A source of the outline that may have been missed.
  [[nodiscard]] Result<void> add(PlaceFinder& finder, const Source& source);

  [[nodiscard]] bool empty() const;
  /// `source`: where the block's records lie.
  [[nodiscard]] bool may_have(const Source& source, const OutlineBlock& block) const;

 private:
  [[nodiscard]] Result<void> scan_side_file(PlaceFinder& finder, const std::filesystem::path& directory,
                                            const std::filesystem::path& path);
  [[nodiscard]] Result<void> note_spilled(const Source& own);
  [[nodiscard]] const TextPlaces* places_of(const Source& source) const;

  std::vector<TextPlaces> files_;        // its own first
  std::set<std::string> spill_folders_;  // of results that may have the text
};

}  // namespace panko
