#include "agents/session_places.hpp"

#include <algorithm>
#include <iterator>

namespace panko {

namespace fs = std::filesystem;

Result<SessionPlaces> SessionPlaces::find(PlaceFinder& finder, const Agent& agent, const fs::path& session,
                                          const Source& own, std::span<const fs::path> strays) {
  SessionPlaces places;
  auto found = finder.find(own);
  if (!found) return std::unexpected(std::move(found.error()));
  places.files_.push_back(std::move(*found));
  std::vector<fs::path> paths(strays.begin(), strays.end());
  if (agent.side_files != nullptr) std::ranges::copy(agent.side_files(session), std::back_inserter(paths));
  for (const fs::path& path : paths)
    if (auto scanned = places.scan_side_file(finder, session.parent_path(), path); !scanned)
      return std::unexpected(std::move(scanned.error()));
  if (auto noted = places.note_spilled(own); !noted) return std::unexpected(std::move(noted.error()));
  return places;
}

Result<void> SessionPlaces::add(PlaceFinder& finder, const Source& source) {
  if (places_of(source) != nullptr) return {};
  auto found = finder.find(source);
  if (!found) return std::unexpected(std::move(found.error()));
  files_.push_back(std::move(*found));
  return {};
}

Result<void> SessionPlaces::scan_side_file(PlaceFinder& finder, const fs::path& directory, const fs::path& path) {
  const auto source = Source::open_below(directory, path);
  if (!source) return {};  // gone meanwhile
  auto found = finder.find(*source);
  if (!found) return std::unexpected(std::move(found.error()));
  if (path.extension() == ".jsonl") {
    files_.push_back(std::move(*found));
  } else if (!found->empty()) {
    spill_folders_.insert(path.parent_path().filename());
  }
  return {};
}

/// Records that name files of results, where one of these may have the text. Looked for by the folder's name: one scan
/// for all of its files.
Result<void> SessionPlaces::note_spilled(const Source& own) {
  for (const std::string& folder : spill_folders_) {
    const auto pattern = TextPattern::of(folder);
    if (!pattern) continue;  // a name that no record can give
    auto named = PlaceFinder(*pattern).find(own);
    if (!named) return std::unexpected(std::move(named.error()));
    TextPlaces& places = files_.front();
    places.is_everywhere = places.is_everywhere || named->is_everywhere;
    places.ends.insert(places.ends.end(), named->ends.begin(), named->ends.end());
    std::ranges::sort(places.ends);
  }
  return {};
}

bool SessionPlaces::empty() const {
  return std::ranges::all_of(files_, &TextPlaces::empty);
}

bool SessionPlaces::may_have(const Source& source, const OutlineBlock& block) const {
  const TextPlaces* places = places_of(source);
  return places != nullptr && (places->may_be_in(block.record) || places->may_be_in(block.result));
}

const TextPlaces* SessionPlaces::places_of(const Source& source) const {
  const auto places = std::ranges::find_if(files_, [&](const TextPlaces& of) {
    return of.identity.device == source.identity().device && of.identity.inode == source.identity().inode;
  });
  return places == files_.end() ? nullptr : &*places;
}

}  // namespace panko
