// A stop that is undone.
#include "sqlite/database.hpp"
#include "tests/shares/fixture.hpp"
#include "tests/shares/full_disk.hpp"

namespace panko::test {
namespace {

using testing::HasSubstr;

class RestoringTest : public SharesTest {
 protected:
  RestoringTest() { fake_script = scratch_ / "tunnel.sh"; }

  std::string refused(const std::string& id) {
    try {
      service().restore(id);
    } catch (const Failure& failure) {
      return failure.error().message;
    }
    return "";
  }
  Share stopped(const StartShareOptions& options) {
    const Share started = share(options);
    run(service().stop(started.id));
    return started;
  }
  std::string status_on_disk() const {
    return Database(places_.database).query_text("SELECT status FROM shares ORDER BY started_at");
  }
  void use_tunnel(const std::string& script) {
    seams_.providers = kProvidersWithFake;
    write_file(fake_script, script);
  }
};

constexpr const char* kTooLate =
    "Only a share that was up, and was stopped less than a minute ago, can be restored; share the session again.";

TEST_F(RestoringTest, EverythingIsAsItWas) {
  auto options = local();
  options.expires = std::optional(std::chrono::seconds(3600));
  const Share before = stopped(options);
  EXPECT_EQ(get(before).status, 410U);

  std::vector<std::string> heard;
  const auto listener = service().subscribe(
      [&](const Share& share) { heard.push_back(fmt::format("{} {}", name_of(share.status), status_on_disk())); });
  const Share after = service().restore(before.id);
  EXPECT_THAT(heard, testing::ElementsAre("active active")) << "the row comes first";
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.token, before.token);
  EXPECT_EQ(after.public_url, before.public_url);
  EXPECT_EQ(after.local_port, before.local_port);
  EXPECT_EQ(after.snapshot_end, before.snapshot_end);
  EXPECT_EQ(after.expires_at, before.expires_at);
  EXPECT_EQ(after.status, ShareStatus::active);
  EXPECT_FALSE(after.stopped_at);
  EXPECT_THAT(get(before).text, HasSubstr("First prompt"));

  run(service().stop(before.id));
  EXPECT_EQ(get(before).status, 410U);
  EXPECT_EQ(service().restore(before.id).status, ShareStatus::active) << "as often as one likes";
  drop_service();
  EXPECT_EQ(row(before.id).status, ShareStatus::active) << "for the next daemon too";
  EXPECT_EQ(get(before).status, 200U);
}

TEST_F(RestoringTest, OfAShareThatIsUpItIsNothing) {
  const Share started = share(local());
  EXPECT_EQ(service().restore(started.id).public_url, started.public_url);
  EXPECT_EQ(get(started).status, 200U);
  EXPECT_EQ(refused("nobody"), "There is no share nobody; see: panko shares --all.");
}

TEST_F(RestoringTest, ItIsWatchedAndExpiresAgain) {
  auto options = local();
  options.expires = std::optional(std::chrono::seconds(2));
  const Share before = stopped(options);
  service().restore(before.id);
  std::filesystem::rename(session_, scratch_ / "away");
  run_until_status(before.id, ShareStatus::error);
  std::filesystem::rename(scratch_ / "away", session_);
  run_until_status(before.id, ShareStatus::active);
  run_until_status(before.id, ShareStatus::stopped);
  EXPECT_EQ(get(before).status, 410U);
  EXPECT_EQ(refused(before.id), kTooLate) << "nobody had asked for that stop";
}

TEST_F(RestoringTest, NotByTheNextDaemon) {
  const Share before = stopped(local());
  drop_service();
  EXPECT_EQ(refused(before.id), kTooLate);
  EXPECT_EQ(row(before.id).status, ShareStatus::stopped);
}

TEST_F(RestoringTest, NotAfterTheTimeForIt) {
  seams_.restore_time = 50ms;
  const Share before = stopped(local());
  run_for(60ms);
  EXPECT_EQ(refused(before.id), kTooLate);
  EXPECT_EQ(get(before).status, 410U);
}

TEST_F(RestoringTest, AnExpiryThatHasPassedMeanwhile) {
  auto options = local();
  options.expires = std::optional(std::chrono::seconds(1));
  const Share before = stopped(options);
  run_for(1100ms);
  EXPECT_EQ(refused(before.id), "The share has expired meanwhile; share the session again.");
  EXPECT_EQ(row(before.id).status, ShareStatus::stopped);
}

TEST_F(RestoringTest, NotWhenTheDaemonEnds) {
  const Share before = stopped(local());
  run(service().stop_all());
  EXPECT_EQ(refused(before.id), "The daemon is ending; try again.");
}

TEST_F(RestoringTest, NoMoreThanMaxShares) {
  config_.max_shares = 1;
  const Share before = stopped(local());
  auto others = local();
  others.own_tunnel = true;
  (void)share(others);
  EXPECT_THAT(refused(before.id), HasSubstr("max_shares"));
  EXPECT_EQ(row(before.id).status, ShareStatus::stopped);
}

TEST_F(RestoringTest, AnotherSessionIsNotShown) {
  const Share before = stopped(local());
  write_file(session_, session_text("22222222-2222-4222-8222-222222222222", "Secret of another"));
  service().restore(before.id);
  run_until_status(before.id, ShareStatus::error);
  EXPECT_EQ(get(before).status, 503U);
}

TEST_F(RestoringTest, OnADiskThatTakesNoWritesItStaysStopped) {
  const Share before = stopped(local());
  {
    const FullDisk full;
    EXPECT_THAT(refused(before.id), testing::StartsWith("The share stays stopped: "));
    EXPECT_EQ(get(before).status, 410U);
    EXPECT_EQ(row(before.id).status, ShareStatus::stopped);
  }
  EXPECT_EQ(status_on_disk(), "stopped");
  EXPECT_EQ(service().restore(before.id).status, ShareStatus::active) << "once there is room";
}

TEST_F(RestoringTest, ThroughATunnelItIsTheSameUrl) {
  use_tunnel("echo url https://t$$.example\necho ready\nexec sleep 1000\n");
  for (const bool own : {false, true}) {
    auto options = local();
    options.provider = "fake";
    options.own_tunnel = own;
    const Share before = stopped(options);
    const Share after = service().restore(before.id);
    EXPECT_EQ(after.public_url, before.public_url);
    EXPECT_EQ(after.status, ShareStatus::active);
    EXPECT_EQ(get(before.local_port, "/s/" + before.token + "/", "tunnel.example").status, 200U);
  }
  EXPECT_EQ(service().children().size(), 2U);
}

TEST_F(RestoringTest, WhatNeverCameUpIsNotRestored) {
  use_tunnel("exec sleep 1000\n");
  auto options = local();
  options.provider = "fake";
  bool done = false;
  asio::co_spawn(loop_, service().start(options), [&](const std::exception_ptr&, const StartedShare&) { done = true; });
  run_until([&] { return !service().children().empty(); });
  const std::string id = service().list()[0].id;
  run(service().stop(id));
  run_until([&] { return done; });
  EXPECT_EQ(refused(id), kTooLate);
}

}  // namespace
}  // namespace panko::test
