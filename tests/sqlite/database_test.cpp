#include "sqlite/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>

#include "tests/store/scratch.hpp"

namespace panko {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  static std::filesystem::path create(const std::filesystem::path& file, std::string_view content = "") {
    std::ofstream(file) << content;
    return file;
  }
  test::ScratchDirectory scratch_;
};

TEST_F(DatabaseTest, WhateverAFileHoldsItCanBeEmptied) {
  const auto good = create(scratch_ / "good.db");
  Database(good).execute("CREATE TABLE t (a TEXT); PRAGMA user_version = 7");
  for (const auto& file : {good, create(scratch_ / "bad.db", std::string(9000, 'x'))}) {
    Database database(file);
    database.reset(8192);
    EXPECT_EQ(database.query_integer("PRAGMA user_version"), 0);
    EXPECT_EQ(database.query_integer("PRAGMA page_size"), 8192);
    EXPECT_EQ(database.query_integer("SELECT count(*) FROM sqlite_master"), 0);
    database.execute("CREATE TABLE t (a TEXT)");
  }
}

TEST_F(DatabaseTest, ParametersComeBackAsTheyWere) {
  Database database(create(scratch_ / "a.db"));
  database.execute("CREATE TABLE t (a TEXT, b INTEGER, c TEXT, d BLOB, e TEXT)");
  const std::string text("with a NUL \0 inside, ünïcode, and bad \xff UTF-8", 44);
  const std::array<std::uint8_t, 3> blob{0, 255, 7};
  Statement insert(database, "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5)");
  insert.bind(1, text);
  insert.bind(2, std::int64_t{-5'000'000'000});
  insert.bind_null(3);
  insert.bind_blob(4, blob);
  insert.bind(5, std::string_view());
  insert.run();
  Statement select(database, "SELECT a, b, c, d, e FROM t");
  ASSERT_TRUE(select.step());
  EXPECT_EQ(select.text(0), text);
  EXPECT_EQ(select.integer(1), -5'000'000'000);
  EXPECT_TRUE(select.is_null(2));
  EXPECT_EQ(select.text(3), std::string("\0\xff\x07", 3));
  EXPECT_FALSE(select.is_null(4)) << "an empty text is no NULL";
  EXPECT_FALSE(select.step());
}

TEST_F(DatabaseTest, ATransactionThatIsNotCommittedLeavesNothing) {
  Database database(create(scratch_ / "a.db"));
  database.execute("CREATE TABLE t (a)");
  {
    const Transaction transaction(database);
    database.execute("INSERT INTO t VALUES (1)");
  }
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM t"), 0);
  Transaction transaction(database);
  database.execute("INSERT INTO t VALUES (1)");
  transaction.commit();
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM t"), 1);
}

TEST_F(DatabaseTest, AFullDiskIsSaid) {
  Database database(create(scratch_ / "a.db"));
  database.execute("CREATE TABLE t (a); PRAGMA max_page_count = 3");
  try {
    database.execute("INSERT INTO t VALUES (zeroblob(100000))");
    FAIL() << "more than the database may hold was stored";
  } catch (const DatabaseFailure& failure) {
    EXPECT_TRUE(failure.cannot_write());
    EXPECT_FALSE(failure.corrupt());
    EXPECT_EQ(failure.error().message,
              (scratch_ / "a.db").native() + " cannot be written: the disk is full; free some space.");
  }
}

TEST_F(DatabaseTest, GarbageIsNoDatabase) {
  Database database(create(scratch_ / "a.db", "this is no database, and long enough to be looked at as one"));
  try {
    (void)database.query_integer("PRAGMA user_version");
    FAIL() << "garbage was read";
  } catch (const DatabaseFailure& failure) {
    EXPECT_TRUE(failure.corrupt());
  }
}

TEST_F(DatabaseTest, AMissingFileIsNotCreated) {
  EXPECT_THROW(Database(scratch_ / "none.db"), DatabaseFailure);
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "none.db"));
}

TEST_F(DatabaseTest, AnotherWriterIsNamedAsTheReason) {
  const auto file = create(scratch_ / "a.db");
  Database one(file);
  Database two(file);
  one.execute("CREATE TABLE t (a)");
  const Transaction held(one);
  try {
    const Transaction waits(two);
    FAIL() << "two writers at once";
  } catch (const DatabaseFailure& failure) {
    EXPECT_THAT(failure.error().message, testing::HasSubstr("is locked by another program"));
  }
}

}  // namespace
}  // namespace panko
