// Every session of this user, kept current: first from the index, then checked against the files, newest first, then
// watched. Works on a thread of its own, which only ever hands out values.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "catalog/entry.hpp"
#include "config/places.hpp"

namespace panko {

/// What has become of some sessions. Batches are of bounded size and, while files are read, at most some tens of
/// milliseconds apart.
struct LibraryUpdate {
  std::vector<SessionEntry> changed;        // new, or different from before; keyed by path
  std::vector<std::filesystem::path> gone;  // no longer there
  std::size_t files_read = 0;               // of this scan
  std::size_t files_to_read = 0;            // of this scan; 0: nothing had to be read
  bool is_complete = false;                 // every file there is has been looked at since the scan began
  std::vector<std::string> problems;        // one sentence each: index.db could not be written, ...
};

/// What index.db holds, as it was left, newest first: for the first frame. No session file is touched. An index that
/// is missing, damaged or of another version holds nothing; it is made anew by the next scan.
[[nodiscard]] std::vector<SessionEntry> load_indexed_sessions(const Places& places);

class Library {
 public:
  /// `known`: what load_indexed_sessions() gave. `sink` is called from the library's thread, never after the
  /// destructor has returned. Returns at once.
  Library(const Places& places, const std::vector<SessionEntry>& known, std::function<void(LibraryUpdate)> sink);
  ~Library();  // prompt: what is being read is given up

  /// Looks at every file again; ends with an update that is_complete.
  void rescan();

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

/// The same once, for a command: index, scan, write the index; newest first. A cache that cannot be written is no
/// error.
[[nodiscard]] std::vector<SessionEntry> list_sessions(const Places& places);

}  // namespace panko
