// What the next daemon makes of what the last one left.
#include "sqlite/database.hpp"
#include "store/store.hpp"
#include "tests/shares/fixture.hpp"

namespace panko::test {
namespace {

using testing::HasSubstr;

class ResumeTest : public SharesTest {
 protected:
  /// As after kill -9, or after SIGTERM.
  void next_daemon(bool clean = false) {
    if (clean)
      end_service();
    else
      drop_service();
    (void)service();
  }
  void execute(const std::string& sql) { Database(places_.database).execute(sql.c_str()); }
};

TEST_F(ResumeTest, EveryShareIsThereAgain) {
  const Share first = share(local());
  auto options = local();
  options.own_tunnel = true;
  const Share own = share(options);
  for (const bool clean : {false, true, false}) {
    next_daemon(clean);
    for (const Share& before : {first, own}) {
      const Share after = row(before.id);
      EXPECT_EQ(after.status, ShareStatus::active);
      EXPECT_EQ(after.token, before.token);
      EXPECT_EQ(after.local_port, before.local_port);
      EXPECT_EQ(after.public_url, before.public_url);
      EXPECT_EQ(get(before).status, 200U);
    }
  }
}

TEST_F(ResumeTest, AStoppedShareStaysStopped) {
  const Share kept = share(local());
  auto options = local();
  options.expires = std::optional<std::chrono::seconds>();
  const Share stopped = share(options);
  run(service().stop(stopped.id));
  next_daemon();
  EXPECT_EQ(row(stopped.id).status, ShareStatus::stopped);
  EXPECT_EQ(get(stopped).status, 410U);
  EXPECT_EQ(get(kept).status, 200U);
}

TEST_F(ResumeTest, WithoutSharesThePortIsTheSameWhenOneComes) {
  const Share stopped = share(local());
  run(service().stop(stopped.id));
  next_daemon();
  EXPECT_EQ(share(local()).local_port, stopped.local_port);
  EXPECT_EQ(get(stopped).status, 410U);
}

TEST_F(ResumeTest, AfterStopAllNothingComesBack) {
  const Share started = share(local());
  run(service().stop_all());
  next_daemon();
  EXPECT_EQ(row(started.id).status, ShareStatus::stopped);
  EXPECT_EQ(get(started).status, 0U);
}

TEST_F(ResumeTest, WhatWasOnlyStartingIsStopped) {
  const Share started = share(local());
  drop_service();
  execute("UPDATE shares SET status = 'starting', public_url = '', local_port = 0");
  EXPECT_EQ(row(started.id).status, ShareStatus::stopped);
  EXPECT_EQ(row(started.id).error, "The daemon ended while the share was starting.");
  EXPECT_EQ(Database(places_.database).query_text("SELECT status FROM shares"), "stopped");
}

TEST_F(ResumeTest, WhatExpiredMeanwhileIsStopped) {
  const Share started = share(local());
  drop_service();
  seams_.wall_clock = [] { return wall_now() + 8 * 24h; };
  EXPECT_EQ(row(started.id).status, ShareStatus::stopped);
  EXPECT_EQ(get(started).status, 0U);
}

TEST_F(ResumeTest, AClockThatWasSetBackReopensNothing) {
  const Share started = share(local());
  drop_service();
  // The last daemon saw the end of the share, but could not write that.
  execute("UPDATE daemon_state SET value = '" + to_iso8601(started.expires_at.value_or(WallTime{}) + 2s) +
          "' WHERE key = 'latest_time'");
  seams_.wall_clock = [] { return wall_now() - 24h; };
  EXPECT_EQ(row(started.id).status, ShareStatus::stopped);
}

TEST_F(ResumeTest, AnotherPortWhereTheOldOneIsTaken) {
  const Share started = share(local());
  drop_service();
  asio::ip::tcp::acceptor thief(loop_, {asio::ip::address_v4::loopback(), started.local_port});
  const Share moved = row(started.id);
  EXPECT_EQ(moved.status, ShareStatus::active);
  EXPECT_NE(moved.local_port, started.local_port);
  EXPECT_EQ(moved.public_url, fmt::format("http://127.0.0.1:{}/s/{}/", moved.local_port, started.token));
  EXPECT_EQ(get(moved).status, 200U);
  EXPECT_EQ(Database(places_.database).query_integer("SELECT local_port FROM shares"), moved.local_port);
}

TEST_F(ResumeTest, ASessionThatIsGoneMeanwhileIsAnError) {
  const Share started = share(local());
  drop_service();
  std::filesystem::rename(session_, scratch_ / "away");
  (void)service();
  run_until_status(started.id, ShareStatus::error);
  next_daemon();
  run_until_status(started.id, ShareStatus::error);
  std::filesystem::rename(scratch_ / "away", session_);
  run_until_status(started.id, ShareStatus::active);
}

TEST_F(ResumeTest, AnAddressThatTheMachineLostIsAnErrorOfItsSharesAlone) {
  const Share kept = share(local());
  auto options = local();
  options.bind = "127.0.0.2";
  const Share lost = share(options);
  drop_service();
  execute("UPDATE share_details SET bind = '192.0.2.77' WHERE bind != ''");
  EXPECT_EQ(row(lost.id).status, ShareStatus::error);
  EXPECT_THAT(row(lost.id).error, HasSubstr("192.0.2.77"));
  EXPECT_EQ(get(kept).status, 200U);
  run(service().stop(lost.id));
  EXPECT_EQ(row(lost.id).status, ShareStatus::stopped);
}

TEST_F(ResumeTest, AProviderThatIsKnownNoMoreIsAnError) {
  const Share started = share(local());
  drop_service();
  execute("UPDATE shares SET provider_name = 'carrier-pigeon'");
  EXPECT_EQ(row(started.id).status, ShareStatus::error);
  EXPECT_THAT(row(started.id).error, HasSubstr("carrier-pigeon"));
}

TEST_F(ResumeTest, ARowWithoutOurDetailsIsStopped) {
  (void)service();
  end_service();
  execute("INSERT INTO shares VALUES ('x', '/s', 'S', 'u', 'local', 8080, '2026-01-02T03:04:05Z', 'active')");
  EXPECT_EQ(row("x").status, ShareStatus::stopped);
  EXPECT_THAT(row("x").error, HasSubstr("share the session again"));
}

TEST_F(ResumeTest, LongStoppedSharesAreForgottenButNotTheirLinks) {
  const Share old = share(local());
  run(service().stop(old.id));
  drop_service();
  seams_.wall_clock = [] { return wall_now() + 31 * 24h; };
  EXPECT_TRUE(service().list().empty());
  const Share fresh = share(local());
  EXPECT_EQ(get(fresh.local_port, "/s/" + old.token + "/").status, 410U);
}

TEST_F(ResumeTest, ADamagedDatabaseIsSaidUntilItIsRemoved) {
  write_file(places_.database, std::string(5000, 'x'));
  EXPECT_TRUE(service().list().empty());
  EXPECT_THAT(service().warnings(), testing::Contains(HasSubstr("state.db.corrupt-")));
  EXPECT_EQ(share(local()).status, ShareStatus::active);
}

TEST_F(ResumeTest, AThousandSharesComeBackQuickly) {
  const std::string id = "11111111-1111-4111-8111-111111111111";
  const std::string text = session_text(id, "First prompt");
  {
    const Store store(places_.database);
  }
  execute(fmt::format(R"sql(
    BEGIN;
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
    INSERT INTO shares SELECT 'share-' || i, '{}', 'First prompt', '', 'local', 0, '{}', 'active' FROM n;
    INSERT INTO share_details
    SELECT id, 'token-of-' || id, NULL, NULL, 0, '', '{}', {}, '{}', '', NULL, 0, NULL, '/work/demo', 0, 0, '',
           0, '', NULL, x'' FROM shares;
    COMMIT)sql",
                      session_.native(), to_iso8601(wall_now()), id, text.size(), to_hex(sha256(text))));
  const auto begin = std::chrono::steady_clock::now();
  (void)service();
  const auto taken = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(taken, 1s);
  RecordProperty("milliseconds", static_cast<int>(taken / 1ms));
  run_for(100ms);
  for (const Share& share : service().list()) EXPECT_EQ(share.status, ShareStatus::active);
  EXPECT_EQ(get(row("share-999")).status, 200U);
}

}  // namespace
}  // namespace panko::test
