// index.db: what is known of each session file, by its path, size, time and inode, so that only what changed is read
// again. A cache: whatever is wrong with it (missing, damaged, foreign, of another version, not to be written) it is
// begun anew or done without. Nothing here throws. An Index is used by one thread; several processes may share the
// file: the last writer wins.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/agent.hpp"
#include "catalog/entry.hpp"
#include "session/digest.hpp"

namespace panko {

class Database;

/// A file's state as the index tells it from others: differs as soon as the bytes may differ.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileStamp&) const = default;

  [[nodiscard]] WallTime modified_at() const {
    return std::chrono::floor<std::chrono::milliseconds>(
        std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(modified_ns)));
  }
};

[[nodiscard]] FileStamp stamp_of(const struct stat& status);

struct IndexedFile {
  std::filesystem::path path;
  FileStamp stamp;
  const Agent* agent = nullptr;  // null: it was looked at, and no list shows it
};

/// Where reading a file that grew goes on, and the proof that it is still that file.
struct ReadingState {
  DigestProgress progress;
  std::string tail_hash;
};

class Index {
 public:
  /// The sessions that the index in `cache_dir` holds, unordered. Creates and changes nothing.
  [[nodiscard]] static std::vector<SessionEntry> load(const std::filesystem::path& cache_dir);

  explicit Index(const std::filesystem::path& cache_dir);
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;
  ~Index();

  [[nodiscard]] std::vector<IndexedFile> files();
  [[nodiscard]] std::optional<SessionEntry> session(const std::filesystem::path& path);
  [[nodiscard]] std::optional<ReadingState> reading_state(const std::filesystem::path& path);

  struct Record {
    std::filesystem::path path;
    FileStamp stamp;
    const SessionEntry* session = nullptr;  // nullptr: no list shows the file
    ReadingState state;                     // empty: it is read from its front when it has grown
  };
  /// All of it or, on failure, nothing.
  void write(std::span<const Record> records, std::span<const std::filesystem::path> gone);

  /// Why the index is not kept, in a sentence; empty while it is.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  template <class Action>
  void attempt(Action&& action);

  std::filesystem::path file_;
  std::unique_ptr<Database> database_;  // null: done without
  std::string problem_;
};

}  // namespace panko
