#include "store/opening.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "store/store.hpp"
#include "tests/store/scratch.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) names.push_back(entry.path().filename().native());
  return names;
}

class OpeningTest : public testing::Test {
 protected:
  std::string failure() {
    try {
      const Store store(file_);
    } catch (const Failure& failure) {
      return failure.error().message;
    }
    return "";
  }
  /// What an older program wrote: the two promised tables alone.
  void write_old_database(const char* rows) {
    std::ofstream(file_).flush();
    Database old(file_);
    old.execute(R"sql(
      CREATE TABLE shares (id TEXT PRIMARY KEY, session_path TEXT NOT NULL, session_name TEXT NOT NULL,
        public_url TEXT NOT NULL, provider_name TEXT NOT NULL, local_port INTEGER NOT NULL, started_at TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'active');
      CREATE TABLE daemon_state (key TEXT PRIMARY KEY, value TEXT NOT NULL);)sql");
    old.execute(rows);
  }

  test::ScratchDirectory scratch_;
  fs::path file_ = scratch_ / "state.db";
};

TEST_F(OpeningTest, AFreshFileIsPrivateVersionedAndInWalMode) {
  const mode_t old = ::umask(0);
  const Store store(file_);
  ::umask(old);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat status{};
    ASSERT_EQ(::stat((file_.native() + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600U) << suffix;
  }
  Database reader(file_);
  EXPECT_EQ(reader.query_integer("PRAGMA user_version"), Store::kVersion);
  EXPECT_EQ(reader.query_text("PRAGMA journal_mode"), "wal");
  EXPECT_TRUE(store.warnings().empty());
}

TEST_F(OpeningTest, ThePromisedTablesHaveExactlyTheirColumns) {
  const Store store(file_);
  Database reader(file_);
  const auto columns = [&](const char* table) {
    Statement rows(reader,
                   "SELECT name || ' ' || type || ' ' || \"notnull\" || ' ' || coalesce(dflt_value, '-') || "
                   "' ' || pk FROM pragma_table_info(?1)");
    rows.bind(1, table);
    std::vector<std::string> found;
    while (rows.step()) found.push_back(rows.text(0));
    return found;
  };
  EXPECT_THAT(columns("shares"),
              testing::ElementsAre("id TEXT 0 - 1", "session_path TEXT 1 - 0", "session_name TEXT 1 - 0",
                                   "public_url TEXT 1 - 0", "provider_name TEXT 1 - 0", "local_port INTEGER 1 - 0",
                                   "started_at TEXT 1 - 0", "status TEXT 1 'active' 0"));
  EXPECT_THAT(columns("daemon_state"), testing::ElementsAre("key TEXT 0 - 1", "value TEXT 1 - 0"));
}

TEST_F(OpeningTest, ANewerVersionIsRefusedAndLeftUntouched) {
  {
    const Store store(file_);
    Database(file_).execute("PRAGMA user_version = 7");
  }
  const std::string before = bytes_of(file_);
  EXPECT_EQ(failure(), file_.native() +
                           " has version 7, and this panko reads up to version 5; install the newer panko again, or "
                           "set PANKO_HOME to another directory.");
  EXPECT_EQ(bytes_of(file_), before);
}

TEST_F(OpeningTest, ANewerVersionInAnUnfinishedLogIsRefusedAndLeftUntouched) {
  const auto crashed = scratch_ / "crashed.db";
  {
    const Store store(crashed);
    Database(crashed).execute("PRAGMA user_version = 7");
    fs::copy_file(crashed, file_);
    fs::copy_file(crashed.native() + "-wal", file_.native() + "-wal");
  }
  const std::string before = bytes_of(file_);
  const std::string log_before = bytes_of(file_.native() + "-wal");
  EXPECT_THAT(failure(), testing::HasSubstr("has version 7"));
  EXPECT_EQ(bytes_of(file_), before);
  EXPECT_EQ(bytes_of(file_.native() + "-wal"), log_before);
}

TEST_F(OpeningTest, OlderDataBecomesHistory) {
  write_old_database(R"sql(
    INSERT INTO shares VALUES ('a', '/s.jsonl', 'S', 'https://x/s/t/', 'cloudflare', 8080, '2026-01-02T03:04:05Z', 'active');
    INSERT INTO shares VALUES ('b', '/s.jsonl', 'S', 'https://x/s/u/', 'ngrok', 8080, '2026-01-02T03:04:06Z', 'stopped');
    INSERT INTO daemon_state VALUES ('theirs', 'kept');)sql");
  Store store(file_);
  const auto shares = store.load_shares();
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_EQ(shares[0].id, "a");
  EXPECT_EQ(shares[0].public_url, "https://x/s/t/");
  EXPECT_EQ(shares[0].local_port, 8080);
  EXPECT_EQ(shares[0].status, ShareStatus::stopped) << "nothing can be served from such a row";
  EXPECT_EQ(shares[0].error, "An older panko had shared this; share the session again.");
  EXPECT_TRUE(shares[0].stopped_at);
  EXPECT_EQ(shares[1].status, ShareStatus::stopped);
  EXPECT_EQ(shares[1].error, "");
  EXPECT_EQ(Database(file_).query_text("SELECT value FROM daemon_state WHERE key = 'theirs'"), "kept");
}

class OlderVersionTest : public OpeningTest, public testing::WithParamInterface<int> {};

TEST_P(OlderVersionTest, GoesOnAsItWas) {
  const int version = GetParam();
  Share share;
  share.id = "a";
  share.token = "token";
  share.status = ShareStatus::active;
  share.views = 3;
  share.live = version == 4;
  share.unmasked = true;
  share.last_viewed_at = from_iso8601("2026-01-02T03:04:05Z");
  const Share* const one = &share;
  {
    Store store(file_);
    store.insert(share, {});
    store.update_views({&one, 1});
    Database old(file_);
    for (const char* column :
         {"directory", "unmasked", "personal_shown", "hide", "downloads", "password_hash", "max_views", "gate_key"})
      old.execute((std::string("ALTER TABLE share_details DROP COLUMN ") + column).c_str());
    old.execute("ALTER TABLE share_views DROP COLUMN loads; DROP TABLE allowed_values; DROP TABLE audit");
    if (version < 4)
      old.execute("ALTER TABLE share_details DROP COLUMN live; ALTER TABLE share_details DROP COLUMN frozen_at");
    if (version < 3) old.execute("DROP TABLE share_urls");
    if (version < 2) old.execute("DROP TABLE share_views");
    old.execute(("PRAGMA user_version = " + std::to_string(version)).c_str());
  }
  Store store(file_);
  ASSERT_EQ(store.load_shares().size(), 1U);
  EXPECT_EQ(store.load_shares()[0].status, ShareStatus::active);
  EXPECT_EQ(store.load_shares()[0].token, "token");
  EXPECT_EQ(store.load_shares()[0].views, version < 2 ? 0U : 3U);
  EXPECT_EQ(store.load_shares()[0].previous_url, "");
  EXPECT_FALSE(store.load_shares()[0].url_changed_at);
  EXPECT_EQ(store.load_shares()[0].live, version == 4) << "what was a snapshot stays one";
  EXPECT_FALSE(store.load_shares()[0].frozen_at);
  EXPECT_FALSE(store.load_shares()[0].unmasked) << "what was shared by an older panko is masked from now on";
  EXPECT_FALSE(store.load_shares()[0].personal_shown);
  EXPECT_EQ(store.load_shares()[0].loads, version < 2 ? 0U : 3U);
  EXPECT_FALSE(store.load_shares()[0].has_password());
  EXPECT_FALSE(store.load_shares()[0].max_views);
  EXPECT_EQ(Database(file_).query_integer("PRAGMA user_version"), Store::kVersion);
  const std::string copy = "state.db.version-" + std::to_string(version) + "-";
  EXPECT_THAT(names_in(scratch_.path()), testing::Contains(testing::StartsWith(copy)).Times(1));
  share.previous_url = "https://old.example/";
  share.url_changed_at = share.last_viewed_at;
  share.live = true;
  store.update({&one, 1}, {});
  EXPECT_EQ(store.load_shares()[0].previous_url, "https://old.example/");
  EXPECT_TRUE(store.load_shares()[0].live);
}

INSTANTIATE_TEST_SUITE_P(From1, OlderVersionTest, testing::Range(1, Store::kVersion));

TEST_F(OpeningTest, AMigrationLeavesACopyOfTheOldFile) {
  write_old_database("INSERT INTO shares VALUES ('a', '/s', 'S', '', 'local', 1, '2026-01-02T03:04:05Z', 'active')");
  {
    const Store store(file_);
  }
  fs::path copy;
  for (const auto& name : names_in(scratch_.path()))
    if (name.starts_with("state.db.version-0-")) copy = scratch_ / name;
  ASSERT_FALSE(copy.empty());
  struct stat status{};
  ASSERT_EQ(::stat(copy.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  Database old(copy);
  EXPECT_EQ(old.query_integer("PRAGMA user_version"), 0);
  EXPECT_EQ(old.query_text("SELECT status FROM shares"), "active");
  // The second opening has nothing to migrate.
  const auto count = names_in(scratch_.path()).size();
  {
    const Store store(file_);
  }
  EXPECT_EQ(names_in(scratch_.path()).size(), count);
}

TEST_F(OpeningTest, AMigrationThatFailsChangesNothing) {
  write_old_database("CREATE TABLE share_details (somebody_elses INTEGER)");
  EXPECT_NE(failure(), "");
  Database old(file_);
  EXPECT_EQ(old.query_integer("PRAGMA user_version"), 0);
  EXPECT_EQ(old.query_integer("SELECT count(*) FROM sqlite_master WHERE name = 'ended_tokens'"), 0);
}

TEST_F(OpeningTest, GarbageIsSetAsideAndSaidUntilItIsRemoved) {
  const std::string garbage(5000, 'x');
  std::ofstream(file_) << garbage;
  ::chmod(file_.c_str(), 0600);
  {
    Store store(file_);
    EXPECT_TRUE(store.load_shares().empty());
    ASSERT_EQ(store.warnings().size(), 1U);
  }
  const auto aside = databases_set_aside(file_);
  ASSERT_EQ(aside.size(), 1U);
  EXPECT_THAT(aside[0].filename().native(), testing::MatchesRegex("state.db.corrupt-[0-9]+T[0-9]+Z"));
  EXPECT_EQ(bytes_of(aside[0]), garbage);
  const Store store(file_);
  EXPECT_THAT(store.warnings(), testing::ElementsAre(testing::HasSubstr(aside[0].native())));
  fs::remove(aside[0]);
  EXPECT_TRUE(store.warnings().empty());
}

TEST_F(OpeningTest, DamageInTheMiddleIsFound) {
  {
    Store store(file_);
    Share share;
    for (int i = 0; i < 200; ++i) {
      share.id = "share-" + std::to_string(i);
      share.session_path = std::string(300, 'p');
      store.insert(share, {});
    }
  }
  std::string bytes = bytes_of(file_);
  ASSERT_GT(bytes.size(), 40960U);
  std::fill(bytes.begin() + 20480, bytes.begin() + 28672, '\xa5');
  std::ofstream(file_, std::ios::binary) << bytes;
  Store store(file_);
  EXPECT_TRUE(store.load_shares().empty());
  EXPECT_EQ(databases_set_aside(file_).size(), 1U);
}

TEST_F(OpeningTest, TwoDamagedFilesAreBothKept) {
  for (int i = 0; i < 2; ++i) {
    std::ofstream(file_) << std::string(5000, 'x');
    const Store store(file_);
  }
  EXPECT_EQ(databases_set_aside(file_).size(), 2U);
}

TEST_F(OpeningTest, ACutFileIsSetAside) {
  {
    const Store store(file_);
  }
  fs::resize_file(file_, 5000);
  const Store store(file_);
  EXPECT_EQ(databases_set_aside(file_).size(), 1U);
}

TEST_F(OpeningTest, AWideModeIsNarrowedAndReported) {
  {
    const Store store(file_);
  }
  ::chmod(file_.c_str(), 0644);
  const Store store(file_);
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_THAT(store.warnings(), testing::ElementsAre(testing::HasSubstr("was open to other users")));
}

TEST_F(OpeningTest, ALinkIsRefused) {
  std::ofstream(scratch_ / "elsewhere").flush();
  fs::create_symlink(scratch_ / "elsewhere", file_);
  EXPECT_THAT(failure(), testing::HasSubstr("Cannot open " + file_.native()));
  EXPECT_EQ(fs::file_size(scratch_ / "elsewhere"), 0U);
}

TEST_F(OpeningTest, ADirectoryInItsPlaceIsRefused) {
  fs::create_directory(file_);
  EXPECT_THAT(failure(), testing::HasSubstr("Cannot open " + file_.native()));
}

}  // namespace
}  // namespace panko
