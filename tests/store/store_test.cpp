#include "store/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <array>
#include <csignal>
#include <fstream>

#include "sqlite/database.hpp"
#include "tests/store/scratch.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = *from_iso8601("2026-01-02T03:04:05.678Z");

Share example(const std::string& id) {
  Share share;
  share.id = id;
  share.session_path = "/home/u/s.jsonl";
  share.session_name = "Fix the parser";
  share.provider_name = "local";
  share.started_at = kNow;
  share.token = "token-of-" + id;
  share.expires_at = kNow + 7 * 24h;
  share.expires_after = 7 * 24h;
  share.own_tunnel = true;
  share.bind = "192.0.2.1";
  share.session_id = "session";
  share.snapshot_end = 1ULL << 40;
  share.snapshot_hash = "abc";
  return share;
}

void expect_equal(const Share& left, const Share& right) {
  EXPECT_EQ(left.id, right.id);
  EXPECT_EQ(left.session_path, right.session_path);
  EXPECT_EQ(left.session_name, right.session_name);
  EXPECT_EQ(left.public_url, right.public_url);
  EXPECT_EQ(left.provider_name, right.provider_name);
  EXPECT_EQ(left.local_port, right.local_port);
  EXPECT_EQ(left.started_at, right.started_at);
  EXPECT_EQ(left.status, right.status);
  EXPECT_EQ(left.token, right.token);
  EXPECT_EQ(left.expires_at, right.expires_at);
  EXPECT_EQ(left.expires_after, right.expires_after);
  EXPECT_EQ(left.own_tunnel, right.own_tunnel);
  EXPECT_EQ(left.bind, right.bind);
  EXPECT_EQ(left.live, right.live);
  EXPECT_EQ(left.session_id, right.session_id);
  EXPECT_EQ(left.snapshot_end, right.snapshot_end);
  EXPECT_EQ(left.snapshot_hash, right.snapshot_hash);
  EXPECT_EQ(left.frozen_at, right.frozen_at);
  EXPECT_EQ(left.error, right.error);
  EXPECT_EQ(left.stopped_at, right.stopped_at);
  EXPECT_EQ(left.previous_url, right.previous_url);
  EXPECT_EQ(left.url_changed_at, right.url_changed_at);
  EXPECT_EQ(left.views, right.views);
  EXPECT_EQ(left.loads, right.loads);
  EXPECT_EQ(left.directory, right.directory);
  EXPECT_EQ(left.unmasked, right.unmasked);
  EXPECT_EQ(left.personal_shown, right.personal_shown);
  EXPECT_EQ(left.hide, right.hide);
  EXPECT_EQ(left.downloads, right.downloads);
  EXPECT_EQ(left.password_hash, right.password_hash);
  EXPECT_EQ(left.max_views, right.max_views);
  EXPECT_EQ(left.gate_key, right.gate_key);
  EXPECT_EQ(left.last_viewed_at, right.last_viewed_at);
}

class StoreTest : public testing::Test {
 protected:
  static void update(Store& store, const Share& share, WallTime now = kNow) {
    const Share* const one = &share;
    store.update({&one, 1}, now);
  }
  test::ScratchDirectory scratch_;
  std::filesystem::path file_ = scratch_ / "state.db";
};

TEST_F(StoreTest, AShareComesBackWithEveryField) {
  Share share = example("a");
  Share bare;
  bare.id = "b";
  {
    Store store(file_);
    store.insert(share, kNow);
    store.insert(bare, kNow);
    share.status = ShareStatus::error;
    share.public_url = "http://127.0.0.1:20001/s/t/";
    share.local_port = 20001;
    share.error = "The session is gone.";
    update(store, share);
  }
  const auto shares = Store(file_).load_shares();
  ASSERT_EQ(shares.size(), 2U);
  expect_equal(shares[0].id == "a" ? shares[0] : shares[1], share);
  expect_equal(shares[0].id == "a" ? shares[1] : shares[0], bare);
}

TEST_F(StoreTest, ALiveShareStaysLiveUntilItIsFrozen) {
  Share share = example("a");
  share.live = true;
  {
    Store store(file_);
    store.insert(share, kNow);
    share.status = ShareStatus::active;
    update(store, share);
  }
  expect_equal(Store(file_).load_shares().at(0), share);
  share.live = false;
  share.snapshot_end += 1000;
  share.snapshot_hash = "def";
  share.frozen_at = kNow + 1h;
  {
    Store store(file_);
    update(store, share);
  }
  expect_equal(Store(file_).load_shares().at(0), share);
}

TEST_F(StoreTest, WhatVisitorsSeeAndNeedIsKeptAndCanBeChanged) {
  Share share = example("a");
  share.directory = "/work/demo";
  share.unmasked = true;
  share.personal_shown = true;
  share.hide = {"tools", "thinking"};
  share.downloads = true;
  share.password_hash = "$argon2id$made-up";
  share.max_views = 10;
  share.gate_key = std::string("\0binary\xff", 8);
  {
    Store store(file_);
    store.insert(share, kNow);
  }
  expect_equal(Store(file_).load_shares().at(0), share);
  share.hide.clear();
  share.downloads = false;
  share.password_hash.clear();
  share.max_views.reset();
  share.gate_key = "another";
  share.expires_at = kNow + 1h;
  share.expires_after = 1h;
  {
    Store store(file_);
    update(store, share);
  }
  expect_equal(Store(file_).load_shares().at(0), share);
  share.expires_at.reset();
  share.expires_after.reset();
  Store store(file_);
  update(store, share);
  expect_equal(store.load_shares().at(0), share);
}

TEST_F(StoreTest, LoadsOfAPageThatNobodyLookedAtAreKept) {
  Share share = example("a");
  Store store(file_);
  store.insert(share, kNow);
  share.loads = 3;
  const Share* const one = &share;
  store.update_views({&one, 1});
  expect_equal(store.load_shares().at(0), share);
  EXPECT_EQ(store.load_shares()[0].previews(), 3U);
  share.views = 5;  // a page that was open while the count of its loads was lost
  EXPECT_EQ(share.previews(), 0U);
}

TEST_F(StoreTest, TheAuditHasTheLastEntriesInOrderAndOutlivesItsShares) {
  const auto entry = [](const std::string& id, const std::string& event, const std::string& detail) {
    return AuditEntry{.at = kNow, .share_id = id, .session_name = "Fix the parser", .event = event, .detail = detail};
  };
  const auto details = [](Store& store) {
    std::vector<std::string> found;
    for (const AuditEntry& one : store.audit()) found.push_back(one.share_id + one.event + one.detail);
    return found;
  };
  Store store(file_);
  store.insert(example("a"), kNow);
  store.add_audit(entry("a", "started", ""));
  store.add_audit_once(entry("a", "masked", "1 secret"));
  store.add_audit_once(entry("a", "masked", "1 secret"));
  store.add_audit_once(entry("b", "masked", "1 secret"));
  store.add_audit_once(entry("a", "masked", "2 secrets"));
  store.add_audit_once(entry("a", "masked", "1 secret"));
  const std::vector<std::string> ids{"a"};
  store.remove(ids);
  EXPECT_THAT(details(store), testing::ElementsAre("astarted", "amasked1 secret", "bmasked1 secret", "amasked2 secrets",
                                                   "amasked1 secret"));
  EXPECT_EQ(store.audit()[0].at, kNow);
  EXPECT_EQ(store.audit()[0].session_name, "Fix the parser");

  Database(file_).execute("UPDATE audit SET id = id + 9995 WHERE id > 1; UPDATE sqlite_sequence SET seq = 10000");
  store.add_audit(entry("c", "stopped", ""));
  EXPECT_EQ(store.audit().size(), 5U) << "the oldest one made room";
  EXPECT_EQ(details(store).front(), "amasked1 secret");
  EXPECT_EQ(details(store).back(), "cstopped");
}

TEST_F(StoreTest, WhatIsFineIsKnownByItsHash) {
  Store store(file_);
  EXPECT_TRUE(store.allowed_values().empty());
  const auto one = sha256("one");
  const auto two = sha256("two");
  store.allow_value(one, true);
  store.allow_value(two, true);
  store.allow_value(one, true);
  auto both = std::vector{one, two};
  std::ranges::sort(both);
  EXPECT_EQ(store.allowed_values(), both);
  store.allow_value(one, false);
  store.allow_value(one, false);
  EXPECT_EQ(store.allowed_values(), std::vector{two});
  const std::string salt = store.value_salt();
  EXPECT_GE(salt.size(), 22U);
  EXPECT_EQ(Store(file_).value_salt(), salt);
  EXPECT_NE(Store(scratch_ / "other.db").value_salt(), salt);
}

TEST_F(StoreTest, WhatWasCommittedSurvivesACrash) {
  Store store(file_);
  store.insert(example("a"), kNow);
  // What a killed daemon leaves: the file and its log, neither closed.
  const auto copy = scratch_ / "copy.db";
  std::filesystem::copy_file(file_, copy);
  std::filesystem::copy_file(file_.native() + "-wal", copy.native() + "-wal");
  const auto shares = Store(copy).load_shares();
  ASSERT_EQ(shares.size(), 1U);
  expect_equal(shares[0], example("a"));
  EXPECT_EQ(Database(copy).query_text("PRAGMA integrity_check"), "ok");
}

TEST_F(StoreTest, ATornLogLosesOnlyWhatWasNotCommitted) {
  Store store(file_);
  store.insert(example("a"), kNow);
  const auto copy = scratch_ / "copy.db";
  std::filesystem::copy_file(file_, copy);
  std::filesystem::copy_file(file_.native() + "-wal", copy.native() + "-wal");
  std::ofstream(copy.native() + "-wal", std::ios::app) << std::string(1000, 'x');
  EXPECT_EQ(Store(copy).load_shares().size(), 1U);
}

TEST_F(StoreTest, AnEndedTokenIsKnownForEver) {
  Store store(file_);
  Share share = example("a");
  store.insert(share, kNow);
  EXPECT_TRUE(store.ended_tokens().empty());
  share.status = ShareStatus::stopped;
  share.stopped_at = kNow;
  update(store, share);
  EXPECT_THAT(store.ended_tokens(), testing::ElementsAre(sha256(share.token)));
  store.remove({&share.id, 1});
  EXPECT_TRUE(store.load_shares().empty());
  EXPECT_EQ(Database(file_).query_integer("SELECT count(*) FROM share_details"), 0);
  EXPECT_THAT(store.ended_tokens(), testing::ElementsAre(sha256(share.token)));
}

TEST_F(StoreTest, ATokenThatIsBackHasNotEnded) {
  Store store(file_);
  Share share = example("a");
  store.insert(share, kNow);
  share.status = ShareStatus::stopped;
  share.stopped_at = kNow;
  update(store, share);
  share.status = ShareStatus::active;
  share.stopped_at.reset();
  update(store, share);
  EXPECT_TRUE(store.ended_tokens().empty());
  expect_equal(store.load_shares().at(0), share);
}

TEST_F(StoreTest, ViewsAreKeptUntilTheShareIsForgotten) {
  Share share = example("a");
  const Share unseen = example("b");
  const Share deleted = example("c");
  {
    Store store(file_);
    store.insert(share, kNow);
    store.insert(unseen, kNow);
    for (const std::uint64_t views : {1U, 70000U}) {
      share.views = views;
      share.last_viewed_at = kNow + std::chrono::hours(views);
      const std::array all{static_cast<const Share*>(&share), &unseen, &deleted};
      store.update_views(all);
    }
    update(store, share);
  }
  Store store(file_);
  const auto shares = store.load_shares();
  ASSERT_EQ(shares.size(), 2U);
  expect_equal(shares[0], share);
  expect_equal(shares[1], unseen);
  store.remove({&share.id, 1});
  EXPECT_EQ(Database(file_).query_integer("SELECT count(*) FROM share_views"), 0);
}

TEST_F(StoreTest, TheUrlBeforeThisOneIsKeptUntilTheShareIsForgotten) {
  Share share = example("a");
  {
    Store store(file_);
    store.insert(share, kNow);
    for (const char* url : {"https://old.example/s/t/", "https://older.example/s/t/"}) {
      share.previous_url = url;
      share.url_changed_at = kNow + 1ms * static_cast<int>(share.previous_url.size());
      update(store, share);
    }
    share.error = "down";
    update(store, share);
  }
  Store store(file_);
  ASSERT_EQ(store.load_shares().size(), 1U);
  expect_equal(store.load_shares()[0], share);
  store.remove(std::array<std::string, 1>{"a"});
  EXPECT_EQ(Database(file_).query_integer("SELECT count(*) FROM share_urls"), 0);
}

TEST_F(StoreTest, TimeNeverRunsBack) {
  Store store(file_);
  EXPECT_EQ(store.high_water(), WallTime{});
  store.insert(example("a"), kNow);
  EXPECT_EQ(store.high_water(), std::chrono::floor<std::chrono::seconds>(kNow));
  update(store, example("a"), kNow - 24h);
  EXPECT_EQ(store.high_water(), std::chrono::floor<std::chrono::seconds>(kNow));
  update(store, example("a"), kNow + 24h);
  EXPECT_EQ(store.high_water(), std::chrono::floor<std::chrono::seconds>(kNow + 24h));
}

TEST_F(StoreTest, RowsOfOtherToolsAreReadable) {
  Store store(file_);
  Database(file_).execute("INSERT INTO shares VALUES ('x', '/s', 'S', 'u', 'p', 99999999, 'yesterday', 'flying')");
  auto shares = store.load_shares();
  ASSERT_EQ(shares.size(), 1U);
  EXPECT_EQ(shares[0].status, ShareStatus::stopped);
  EXPECT_EQ(shares[0].token, "");
  EXPECT_EQ(shares[0].local_port, 65535);
  shares[0].error = "why";
  update(store, shares[0]);
  EXPECT_EQ(store.load_shares()[0].error, "why");
}

TEST_F(StoreTest, ARowThatSomebodyDeletedDoesNotStopTheOthers) {
  Store store(file_);
  Share kept = example("kept");
  const Share gone = example("gone");
  store.insert(kept, kNow);
  kept.status = ShareStatus::stopped;
  const std::array both{&gone, static_cast<const Share*>(&kept)};
  store.update(both, kNow);
  EXPECT_EQ(store.load_shares()[0].status, ShareStatus::stopped);
}

TEST_F(StoreTest, AnExpiryThatCannotBeReadHasPassed) {
  Store store(file_);
  store.insert(example("a"), kNow);
  Database(file_).execute("UPDATE share_details SET expires_at = 'in a while'");
  EXPECT_EQ(store.load_shares()[0].expires_at, WallTime{});
}

TEST_F(StoreTest, AFailedWriteChangesNothingAndSaysWhy) {
  Store store(file_);
  store.insert(example("a"), kNow);
  struct sigaction ignore{};
  struct sigaction before{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGXFSZ, &ignore, &before);
  struct rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  struct rlimit none = limit;
  none.rlim_cur = 0;
  ::setrlimit(RLIMIT_FSIZE, &none);
  std::string message;
  try {
    store.insert(example("b"), kNow);
  } catch (const Failure& failure) {
    message = failure.error().message;
  }
  ::setrlimit(RLIMIT_FSIZE, &limit);
  ::sigaction(SIGXFSZ, &before, nullptr);
  EXPECT_THAT(message, testing::HasSubstr(file_.native() + " cannot be"));
  EXPECT_EQ(store.load_shares().size(), 1U);
  store.insert(example("b"), kNow);
  EXPECT_EQ(store.load_shares().size(), 2U) << "writable again once there is room";
}

TEST_F(StoreTest, AShareCanBeStoppedOnAFullDisk) {
  const auto disk = scratch_ / "disk";
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=512k") != 0) GTEST_SKIP() << "mounting a small disk needs root";
  struct Unmount {
    std::filesystem::path disk;
    ~Unmount() { ::umount2(disk.c_str(), MNT_DETACH); }
  } const unmount{disk};
  Share share = example("a");
  {
    Store store(disk / "state.db");
    store.insert(share, kNow);
    Store::settle(disk / "state.db");
    {
      std::ofstream filler(disk / "filler");
      while (filler << std::string(4096, 'x') && filler.flush()) {
      }
    }
    std::string message;
    Share large = example("b");
    large.session_name = std::string(100'000, 'x');
    try {
      store.insert(large, kNow);
    } catch (const Failure& failure) {
      message = failure.error().message;
    }
    EXPECT_THAT(message, testing::HasSubstr("the disk is full"));
    share.previous_url = std::string(100'000, 'x');  // got on the full disk, and never written
    share.url_changed_at = kNow;
    share.status = ShareStatus::stopped;
    update(store, share);
  }
  Store store(disk / "state.db");
  ASSERT_EQ(store.load_shares().size(), 1U);
  EXPECT_EQ(store.load_shares()[0].status, ShareStatus::stopped);
}

}  // namespace
}  // namespace panko
