#include "catalog/index.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "agents/packed_state.hpp"
#include "base/fd.hpp"
#include "base/file_time.hpp"
#include "base/files.hpp"
#include "sqlite/database.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

// The index of another panko may say other things of the same bytes. Raised with every change of the table, of the
// packing below or of what any agent's digest says: then everything is read once more.
constexpr std::int64_t kVersion = 2;
constexpr std::int64_t kApplication = 0x706e6b69;  // "pnki"

/// A row with its texts has some 1.5 KB.
constexpr unsigned kPageSize = 16384;

// The state comes last: it may be large, and is read only for what grew.
constexpr const char* kSchema = R"sql(
  CREATE TABLE files (
      path TEXT PRIMARY KEY,
      size INTEGER NOT NULL,
      modified_ns INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      agent TEXT NOT NULL,   -- empty: no list shows it
      digest BLOB NOT NULL,
      read_to INTEGER NOT NULL,
      tail_hash BLOB NOT NULL,
      state BLOB NOT NULL    -- empty: read from its front again when it has grown
  );
)sql";

constexpr std::int64_t kNoTime = INT64_MIN;

/// The members of a digest in the order of the packing.
struct PackedDigest {
  Digest digest;

  template <class Packer>
  void keep(Packer& packer) {
    SessionFacts& facts = digest.facts;
    std::int64_t started = ticks(facts.started_at);
    std::int64_t ended = ticks(facts.ended_at);
    packer(facts.id, facts.title, facts.cwd, facts.git_branch, started, ended, facts.models, facts.usage,
           facts.unreadable_lines, digest.messages, digest.tools, digest.first_prompt, digest.last_answer);
    facts.started_at = time(started);
    facts.ended_at = time(ended);
  }
  static std::int64_t ticks(const std::optional<WallTime>& time) {
    return time ? time->time_since_epoch().count() : kNoTime;
  }
  static std::optional<WallTime> time(std::int64_t ticks) {
    return ticks == kNoTime ? std::nullopt : std::optional(WallTime(std::chrono::milliseconds(ticks)));
  }
};

std::string pack(const Digest& digest) {
  PackedDigest packed{digest};
  StateWriter writer;
  writer(packed);
  return writer.take();
}

std::optional<Digest> unpack(std::string_view bytes) {
  PackedDigest packed;
  StateReader reader(bytes);
  reader(packed);
  if (!reader.is_whole()) return std::nullopt;
  return std::move(packed.digest);
}

const Agent* agent_of(std::string_view id) {
  for (const Agent* agent : all_agents())
    if (agent->id == id) return agent;
  return nullptr;
}

constexpr const char* kStampColumns = "path, size, modified_ns, inode, agent";

FileStamp stamp_in(const Statement& row) {
  return {.size = static_cast<std::uint64_t>(row.integer(1)),
          .modified_ns = row.integer(2),
          .inode = static_cast<std::uint64_t>(row.integer(3))};
}

/// The columns above, then the digest.
std::optional<SessionEntry> session_in(const Statement& row) {
  const Agent* agent = agent_of(row.bytes(4));
  if (agent == nullptr) return std::nullopt;
  auto digest = unpack(row.bytes(5));
  if (!digest) return std::nullopt;
  const FileStamp stamp = stamp_in(row);
  SessionEntry entry{.path = row.text(0),
                     .agent = agent,
                     .size = stamp.size,
                     .modified_at = stamp.modified_at(),
                     .digest = std::move(*digest),
                     .project = {},
                     .unreadable = agent->read == nullptr ? unread_sentence(*agent) : std::string()};
  entry.project = project_of(entry.digest.facts.cwd);
  return entry;
}

bool is_ours(Database& database) {
  return database.query_integer("PRAGMA application_id") == kApplication &&
         database.query_integer("PRAGMA user_version") == kVersion;
}

void begin_anew(Database& database) {
  database.reset(kPageSize);
  Transaction transaction(database);
  if (is_ours(database)) return;  // another process was faster
  database.execute(kSchema);
  database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplication, kVersion).c_str());
  transaction.commit();
}

bool is_damage(const DatabaseFailure& failure) {
  return failure.corrupt() || failure.has_other_schema();
}

void configure(Database& database) {
  // Lost with the power, it is made anew; a process that ends in the middle is undone by the journal all the same.
  database.execute("PRAGMA synchronous = OFF");
}

std::unique_ptr<Database> open_or_create(const fs::path& file) {
  const Fd fd{::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!fd && errno != EACCES && errno != EROFS)  // what cannot be written may still be read
    throw Failure(fmt::format("{} cannot be written: {}.", file.native(), describe_errno(errno)));
  auto database = std::make_unique<Database>(file);
  bool usable = false;
  try {
    configure(*database);
    usable = is_ours(*database);
  } catch (const DatabaseFailure& failure) {
    if (!is_damage(failure)) throw;
    usable = false;
  }
  if (!usable) {
    begin_anew(*database);
    configure(*database);
  }
  return database;
}

}  // namespace

FileStamp stamp_of(const struct stat& status) {
  return {
      .size = static_cast<std::uint64_t>(status.st_size), .modified_ns = modified_ns(status), .inode = status.st_ino};
}

std::vector<SessionEntry> Index::load(const fs::path& cache_dir) {
  std::vector<SessionEntry> sessions;
  try {
    Database database(cache_dir / "index.db");
    if (!is_ours(database)) return {};
    Statement rows(database, fmt::format("SELECT {}, digest FROM files WHERE agent <> ''", kStampColumns));
    while (rows.step())
      if (auto session = session_in(rows)) sessions.push_back(std::move(*session));
  } catch (const Failure&) {
    return {};  // the scan that follows says what is wrong, if it is still wrong
  }
  return sessions;
}

Index::Index(const fs::path& cache_dir) : file_(cache_dir / "index.db") {
  if (auto made = ensure_private_directory(cache_dir); !made) {
    problem_ = fmt::format("The list of sessions is not kept for the next start: {}", made.error().message);
    return;
  }
  attempt([&] { database_ = open_or_create(file_); });
}

Index::~Index() = default;

/// What is damaged is begun anew, now: the scan that follows fills it again. After any other failure nothing more is
/// written.
template <class Action>
void Index::attempt(Action&& action) {
  try {
    try {
      action();
      return;
    } catch (const DatabaseFailure& failure) {
      if (failure.busy() && database_) return;  // this time only
      if (!is_damage(failure) || !database_) throw;
    }
    begin_anew(*database_);
  } catch (const Failure& failure) {
    problem_ = fmt::format("The list of sessions is not kept for the next start: {}", failure.error().message);
  }
}

std::vector<IndexedFile> Index::files() {
  std::vector<IndexedFile> files;
  if (!database_) return files;
  attempt([&] {
    Statement rows(*database_, fmt::format("SELECT {} FROM files", kStampColumns));
    while (rows.step()) {
      const std::string_view agent = rows.bytes(4);
      files.push_back({.path = rows.text(0), .stamp = stamp_in(rows), .agent = agent_of(agent)});
      if (!agent.empty() && files.back().agent == nullptr) files.pop_back();
    }
  });
  return files;
}

std::optional<SessionEntry> Index::session(const fs::path& path) {
  std::optional<SessionEntry> session;
  if (!database_) return session;
  attempt([&] {
    Statement row(*database_, fmt::format("SELECT {}, digest FROM files WHERE path = ?1", kStampColumns));
    row.bind(1, path.native());
    if (row.step()) session = session_in(row);
  });
  return session;
}

std::optional<ReadingState> Index::reading_state(const fs::path& path) {
  std::optional<ReadingState> state;
  if (!database_) return state;
  attempt([&] {
    Statement row(*database_, "SELECT read_to, tail_hash, state FROM files WHERE path = ?1 AND state <> x''");
    row.bind(1, path.native());
    if (row.step())
      state = ReadingState{.progress = {.read_to = static_cast<std::uint64_t>(row.integer(0)), .state = row.text(2)},
                           .tail_hash = row.text(1)};
  });
  return state;
}

void Index::write(std::span<const Record> records, std::span<const fs::path> gone) {
  if (!database_ || !problem_.empty() || (records.empty() && gone.empty())) return;
  attempt([&] {
    Transaction transaction(*database_);
    // What this one says would be misread in the index of another.
    if (!is_ours(*database_)) throw Failure("another version of panko has replaced it; restart this one.");
    Statement file(*database_, "INSERT OR REPLACE INTO files VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    for (const Record& record : records) {
      file.bind(1, record.path.native());
      file.bind(2, static_cast<std::int64_t>(record.stamp.size));
      file.bind(3, record.stamp.modified_ns);
      file.bind(4, static_cast<std::int64_t>(record.stamp.inode));
      file.bind(5, record.session == nullptr ? std::string_view() : record.session->agent->id);
      file.bind_blob(6, record.session == nullptr ? std::string() : pack(record.session->digest));
      file.bind(7, static_cast<std::int64_t>(record.state.progress.read_to));
      file.bind_blob(8, record.state.tail_hash);
      file.bind_blob(9, record.state.progress.state);
      file.run();
    }
    Statement remove(*database_, "DELETE FROM files WHERE path = ?1");
    for (const fs::path& path : gone) {
      remove.bind(1, path.native());
      remove.run();
    }
    transaction.commit();
  });
}

}  // namespace panko
