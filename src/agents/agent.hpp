// An agent: where its sessions lie, how one is recognised, how it is read. One file an agent defines one `const Agent`;
// `agents.cpp` lists them. Nothing beyond this room knows an agent by name.
// All functions are pure but for reading files; they may be called from any thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "session/block.hpp"
#include "session/digest.hpp"
#include "session/outline.hpp"
#include "session/source.hpp"

namespace panko {

/// A session as a list shows it, from the head and the tail of its file alone: cheap at any size.
/// A title record in the middle of a very large file may be missed here; the outline's title is the exact one.
struct Summary {
  std::string id;
  std::string title;
  std::string cwd;
  std::optional<WallTime> started_at;
  std::optional<WallTime> ended_at;  // of the last record with a time
  bool is_child = false;             // see SessionFacts
};

/// Decoded bytes of one image.
struct ImageBytes {
  std::string media_type;  // by the magic bytes: image/png, image/jpeg, image/gif or image/webp
  std::string bytes;
};

/// What a snapshot of a session may show, where its bytes do not say: records of a later time are not there.
struct ReadLimits {
  std::optional<WallTime> records_until;       // of the session's own file
  std::optional<WallTime> side_records_until;  // of its side files
};

/// Session files lie in `directory` and in directories up to `levels` below it: what has to be watched.
struct SessionRoot {
  std::filesystem::path directory;  // need not exist
  unsigned levels = 0;
};

/// A side file, and the session that it says it belongs to: a file of the same directory, which need not be there.
struct StraySideFile {
  std::filesystem::path path;
  std::filesystem::path session;
};

/// Reads a session, and goes on where it has grown. What it holds follows the number of blocks. For one thread at a
/// time.
class SessionReader {
 public:
  SessionReader() = default;
  virtual ~SessionReader() = default;
  SessionReader(const SessionReader&) = delete;
  SessionReader& operator=(const SessionReader&) = delete;

  /// The outline of the whole session as `source` has it now: what Agent::read would give, for less. The bytes that an
  /// earlier call saw, up to the last complete line, must still be the same.
  [[nodiscard]] virtual Result<Outline> read_on(const Source& source) = 0;
};

/// A side file that is no JSONL and longer than this is not shown.
constexpr std::uint64_t kLargestSideText = 4 << 20;

struct Agent {
  std::string_view id;    // "claude": in JSON, in class names
  std::string_view name;  // "Claude Code": for people

  /// Session files of this agent for this user, unordered. Missing places are no error.
  std::vector<std::filesystem::path> (*find_sessions)();
  std::vector<SessionRoot> (*session_roots)();

  /// Files below a session's directory that hold text of it: JSONL of its sub-agents, and results that its records
  /// name. Some of them its outline may not have.
  std::vector<std::filesystem::path> (*side_files)(const std::filesystem::path& session) = nullptr;
  /// The same for files that lie among all sessions of a directory, unordered.
  std::vector<StraySideFile> (*stray_side_files)() = nullptr;

  /// Whether the first bytes of a file (up to 256 KiB) are this agent's session.
  bool (*recognises)(std::string_view head);

  /// Where the session is no JSONL, but one JSON document with a list of records in it (json_list.hpp): the names that
  /// the list may have. Empty: it is JSONL; nullptr: all are.
  std::span<const std::string_view> (*record_lists)(const Source& source) = nullptr;

  Summary (*summarise)(const Source& source, const std::filesystem::path& path);

  /// The digest of the whole file: what `progress` already holds, and what lies behind it. `progress` is brought up to
  /// the end of the last complete line; a state that is not understood means reading from the front. Going on in
  /// steps gives what one pass gives.
  Result<Digest> (*digest)(const Source& source, const std::filesystem::path& path, DigestProgress& progress);

  /// nullptr: panko knows such sessions, and cannot read them; nothing below is there then, and summary and digest say
  /// little. Else one pass over the source, side files of `path` included. Damage is counted, never an error; only a
  /// file that cannot be read at all is.
  Result<Outline> (*read)(const Source& source, const std::filesystem::path& path, const ReadLimits& limits);

  /// For a session that is being written. nullptr: it is read afresh whenever it changed.
  std::unique_ptr<SessionReader> (*follow)(const std::filesystem::path& path) = nullptr;

  /// The block's text, from its ranges. `source` is the one that the block's outline was read from; `path` is the
  /// session's: results may lie in side files.
  Result<Block> (*load)(const Source& source, const OutlineBlock& block, const std::filesystem::path& path);

  /// Image `index` of the block; an error when there is none, it is over 10 MiB or its bytes are no allowed image.
  Result<ImageBytes> (*load_image)(const Source& source, const OutlineBlock& block, std::size_t index);
};

/// Those without a reader come last.
[[nodiscard]] std::span<const Agent* const> all_agents();

/// Why a session of an agent without a reader is not shown.
[[nodiscard]] std::string unread_sentence(const Agent& agent);

}  // namespace panko
