// A session opened for reading: its outline, and its blocks on demand. This is what the rooms beyond use.
// Immutable after open; const member functions may be called from several threads at once.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "agents/agent.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "session/outline.hpp"

namespace panko {

/// Where a snapshot ends. Proof that the bytes before the end are still the ones that were shared: the hash of the
/// last kSnapshotTail bytes before it. When a rewritten file no longer has them, records up to `taken_at` are shown.
struct Snapshot {
  static constexpr std::uint64_t kTail = 4096;
  std::string session_id;
  std::uint64_t end = 0;  // offset behind the last complete line
  std::string tail_hash;  // hex SHA-256
  WallTime taken_at;
};

/// What is known of a session before it is read: cheap at any size.
struct Peek {
  const Agent* agent = nullptr;
  Summary summary;
  FileIdentity identity;
};

/// The agent whose session the file is; the error is one sentence (missing, a directory, no permission, no session).
[[nodiscard]] Result<Peek> peek_session(const std::filesystem::path& path);

/// A snapshot that ends where the session ends now. Reads only the head and the tail.
[[nodiscard]] Result<Snapshot> take_snapshot(const std::filesystem::path& path);

/// The agent whose session the bytes are, `path` being what an error calls them.
[[nodiscard]] Result<const Agent*> find_agent(const Source& source, const std::filesystem::path& path);

/// Hex SHA-256 of the last Snapshot::kTail bytes before `end`.
[[nodiscard]] Result<std::string> hash_before(const Source& source, std::uint64_t end);

/// What is said of a file that holds another session than the one that is expected.
[[nodiscard]] std::unexpected<Error> another_session(const std::filesystem::path& path);

/// A session's file, looked at but not read: that it is a session, and the one that a snapshot was taken of.
struct SessionSource {
  const Agent* agent = nullptr;
  Source source;  // cut where the snapshot ends
  ReadLimits limits;
};
[[nodiscard]] Result<SessionSource> open_session(const std::filesystem::path& path,
                                                 const std::optional<Snapshot>& snapshot);

class Transcript {
 public:
  /// Reads the whole session, or what a snapshot shows of it. With a snapshot, a file that has become another session
  /// is an error.
  [[nodiscard]] static Result<Transcript> open(const std::filesystem::path& path,
                                               const std::optional<Snapshot>& snapshot = std::nullopt);

  /// Reads what open_session() opened, or other bytes in its place.
  [[nodiscard]] static Result<Transcript> read(SessionSource session, const std::filesystem::path& path);

  /// The same with a changed outline, which holds no block that was not there.
  [[nodiscard]] Transcript changed(const std::function<void(Outline&)>& change) &&;
  /// The same, but the results of its tool calls and what they brought are not loaded. The block says that there was
  /// one.
  [[nodiscard]] Transcript without_results() &&;
  /// The same, called so where its path is told.
  [[nodiscard]] Transcript called(std::string shown_path) &&;

  [[nodiscard]] const Agent& agent() const { return *agent_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// For people: where the session's file lies.
  [[nodiscard]] const std::string& shown_path() const { return shown_path_; }
  [[nodiscard]] const Outline& outline() const { return outline_; }
  [[nodiscard]] const SessionFacts& facts() const { return outline_.facts; }
  [[nodiscard]] const Source& source() const { return source_; }

  /// `source`: this transcript's, or the sub-agent's that the block belongs to.
  [[nodiscard]] Result<Block> load(const Source& source, const OutlineBlock& block) const;
  [[nodiscard]] Result<ImageBytes> load_image(const Source& source, const OutlineBlock& block, std::size_t index) const;

 private:
  friend class TranscriptFollower;
  Transcript(const Agent& agent, std::filesystem::path path, Source source, Outline outline);

  const Agent* agent_;
  std::filesystem::path path_;
  Source source_;
  Outline outline_;
  std::string shown_path_;
  bool has_results_ = true;
};

}  // namespace panko
