#include "store/opening.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "base/file_system.hpp"
#include "base/files.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

// The first two tables are a promise to other tools and to older data: exactly these columns.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE IF NOT EXISTS shares (
    id TEXT PRIMARY KEY,
    session_path TEXT NOT NULL,
    session_name TEXT NOT NULL,
    public_url TEXT NOT NULL,
    provider_name TEXT NOT NULL,
    local_port INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'active'
);
CREATE TABLE IF NOT EXISTS daemon_state (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE share_details (
    share_id TEXT PRIMARY KEY REFERENCES shares(id) ON DELETE CASCADE,
    token TEXT NOT NULL,
    expires_at TEXT,
    expires_after INTEGER,
    own_tunnel INTEGER NOT NULL,
    bind TEXT NOT NULL,
    session_id TEXT NOT NULL,
    snapshot_end INTEGER NOT NULL,
    snapshot_hash TEXT NOT NULL,
    error TEXT NOT NULL,
    stopped_at TEXT
) WITHOUT ROWID;
CREATE TABLE ended_tokens (sha256 BLOB PRIMARY KEY) WITHOUT ROWID;
)sql";

constexpr const char* kVersion2 = R"sql(
CREATE TABLE share_views (
    share_id TEXT PRIMARY KEY REFERENCES shares(id) ON DELETE CASCADE,
    views INTEGER NOT NULL,
    last_viewed_at TEXT NOT NULL
) WITHOUT ROWID;
)sql";

constexpr const char* kVersion3 = R"sql(
CREATE TABLE share_urls (
    share_id TEXT PRIMARY KEY REFERENCES shares(id) ON DELETE CASCADE,
    previous_url TEXT NOT NULL,
    changed_at TEXT NOT NULL
) WITHOUT ROWID;
)sql";

constexpr const char* kVersion4 = R"sql(
ALTER TABLE share_details ADD COLUMN live INTEGER NOT NULL DEFAULT 0;
ALTER TABLE share_details ADD COLUMN frozen_at TEXT;
)sql";

// Whatever was shared before is masked from now on. Earlier views were loads of the page, by whomever.
constexpr const char* kVersion5 = R"sql(
ALTER TABLE share_details ADD COLUMN directory TEXT NOT NULL DEFAULT '';
ALTER TABLE share_details ADD COLUMN unmasked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE share_details ADD COLUMN personal_shown INTEGER NOT NULL DEFAULT 0;
ALTER TABLE share_details ADD COLUMN hide TEXT NOT NULL DEFAULT '';
ALTER TABLE share_details ADD COLUMN downloads INTEGER NOT NULL DEFAULT 0;
ALTER TABLE share_details ADD COLUMN password_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE share_details ADD COLUMN max_views INTEGER;
ALTER TABLE share_details ADD COLUMN gate_key BLOB NOT NULL DEFAULT x'';
ALTER TABLE share_views ADD COLUMN loads INTEGER NOT NULL DEFAULT 0;
UPDATE share_views SET loads = views;
CREATE TABLE allowed_values (hash BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    share_id TEXT NOT NULL,
    session_name TEXT NOT NULL,
    event TEXT NOT NULL,
    detail TEXT NOT NULL
);
)sql";

std::string compact_time() {
  std::string time = to_iso8601(std::chrono::floor<std::chrono::seconds>(wall_now()));
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return time;
}

/// `stem`, or with a number behind it where that name is taken: two in one second must not overwrite each other.
fs::path free_name(const fs::path& stem) {
  fs::path name = stem;
  for (int i = 2; fs::exists(fs::symlink_status(name)); ++i) name = fmt::format("{}-{}", stem.native(), i);
  return name;
}

void refuse_network(const fs::path& file) {
  struct statfs system{};
  if (::statfs(file.parent_path().c_str(), &system) == 0 &&
      is_network_filesystem(static_cast<std::uint64_t>(system.f_type))) {
    throw Failure(
        fmt::format("{} lies on a network file system, where a database is not safe; set PANKO_HOME to a directory "
                    "on a local disk.",
                    file.native()));
  }
}

/// SQLite would create it as the umask says; its -wal and -shm get the mode of the file.
void create_private(const fs::path& file, std::vector<std::string>& warnings) {
  const Fd fd{::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!fd) throw Failure(fmt::format("Cannot open {}: {}.", file.native(), describe_errno(errno)));
  struct stat status{};
  if (::fstat(fd.get(), &status) == 0 && (status.st_mode & 077) != 0 && ::fchmod(fd.get(), 0600) == 0)
    warnings.push_back(fmt::format("{} was open to other users; panko has closed it to them.", file.native()));
}

/// A copy of the file as it was, its log included, for whoever wants to go back.
void copy_aside(Database& database, std::int64_t version) {
  const fs::path copy = free_name(fmt::format("{}.version-{}-{}", database.file().native(), version, compact_time()));
  const Fd created{::open(copy.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!created) throw Failure(fmt::format("Cannot create {}: {}.", copy.native(), describe_errno(errno)));
  Statement statement(database, "VACUUM INTO ?1");
  statement.bind(1, copy.native());
  statement.run();
}

/// Version 0 is an empty file, or one with the two promised tables alone. Nothing can be served from such rows: what
/// was shown is not known, and neither is whether the file is still that session. They stay as history.
void make_version_1(Database& database) {
  database.execute(kVersion1);
  Statement details(database, R"sql(
    INSERT INTO share_details
    SELECT id, '', NULL, NULL, 0, '', '', 0, '',
           CASE status WHEN 'stopped' THEN '' ELSE 'An older panko had shared this; share the session again.' END, ?1
    FROM shares)sql");
  details.bind(1, to_iso8601(wall_now()));
  details.run();
  database.execute("UPDATE shares SET status = 'stopped'");
}

void migrate(Database& database, int version) {
  const std::int64_t found = database.query_integer("PRAGMA user_version");
  if (found == version) return;
  if (database.query_integer("SELECT count(*) FROM sqlite_master") != 0) copy_aside(database, found);
  Transaction transaction(database);
  if (found < 1) make_version_1(database);
  if (found < 2) database.execute(kVersion2);
  if (found < 3) database.execute(kVersion3);
  if (found < 4) database.execute(kVersion4);
  if (found < 5) database.execute(kVersion5);
  database.execute(fmt::format("PRAGMA user_version = {}", version).c_str());
  transaction.commit();
}

void refuse_newer(Database& database, int version) {
  const auto found = database.query_integer("PRAGMA user_version");
  if (found <= version) return;
  database.leave_untouched();
  throw Failure(
      fmt::format("{} has version {}, and this panko reads up to version {}; install the newer panko again, or set "
                  "PANKO_HOME to another directory.",
                  database.file().native(), found, version));
}

std::unique_ptr<Database> open_checked(const fs::path& file, int version) {
  auto database = std::make_unique<Database>(file);
  refuse_newer(*database, version);
  if (database->query_text("PRAGMA journal_mode = WAL") != "wal")
    throw Failure(
        fmt::format("{} lies on a file system that cannot hold a write-ahead log; set PANKO_HOME to a "
                    "directory on a local disk.",
                    file.native()));
  database->execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  // Always, not only after an unclean end: it takes 1 ms for 1,000 shares, and needs no mark that may lie.
  if (database->query_text("PRAGMA quick_check(1)") != "ok") throw DatabaseFailure::damaged(file);
  migrate(*database, version);
  return database;
}

void set_aside(const fs::path& file) {
  const fs::path aside = free_name(fmt::format("{}.corrupt-{}", file.native(), compact_time()));
  for (const char* suffix : {"-wal", "-shm", ""}) {
    std::error_code error;
    fs::rename(file.native() + suffix, aside.native() + suffix, error);
    if (error && error != std::errc::no_such_file_or_directory)
      throw Failure(fmt::format("{} is damaged and cannot be set aside: {}.", file.native(), error.message()));
  }
}

}  // namespace

std::unique_ptr<Database> open_database(const fs::path& file, int version, std::vector<std::string>& warnings) {
  refuse_network(file);
  create_private(file, warnings);
  try {
    return open_checked(file, version);
  } catch (const DatabaseFailure& failure) {
    if (!failure.corrupt()) throw;
  }
  set_aside(file);
  create_private(file, warnings);
  return open_checked(file, version);
}

void check_version(const fs::path& file, int version) {
  std::error_code error;
  if (!fs::exists(file, error)) return;
  Database database(file);
  refuse_newer(database, version);
  database.leave_untouched();
}

std::vector<fs::path> databases_set_aside(const fs::path& file) {
  const std::string prefix = file.filename().native() + ".corrupt-";
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(file.parent_path(), error)) {
    const std::string name = entry.path().filename().native();
    if (name.starts_with(prefix) && !name.ends_with("-wal") && !name.ends_with("-shm")) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace panko
