// Gateways with a tunnel, through the service that has them.
#include "shares/gateway.hpp"

#include <signal.h>

#include "tests/shares/fixture.hpp"

namespace panko::test {
namespace {

class GatewayTest : public SharesTest {
 protected:
  GatewayTest() {
    fake_script = scratch_ / "tunnel.sh";
    seams_.providers = kProvidersWithFake;
    seams_.tunnel_times.first_retry = 10ms;
    seams_.tunnel_times.last_retry = 50ms;
    seams_.tunnel_times.start = 10s;
    script(kUp);
  }
  static void script(const std::string& text) { write_file(fake_script, text); }
  StartShareOptions fake() { return {.session_path = session_, .provider = "fake", .expires = {}, .bind = {}}; }
  StartShareOptions fake_for_ever() {
    auto options = fake();
    options.expires = std::optional<std::chrono::seconds>();
    return options;
  }
  Answer visit(const Share& share) { return get(share.local_port, "/s/" + share.token + "/", "tunnel.example"); }

  /// A new URL each time: the shell's own pid is in it.
  static constexpr const char* kUp = "echo url https://t$$.example\necho ready\nexec sleep 1000\n";
};

TEST_F(GatewayTest, TheUrlIsGivenOutOnceTheTunnelIsUp) {
  const Share started = share(fake());
  EXPECT_EQ(started.status, ShareStatus::active);
  ASSERT_EQ(service().children().size(), 1U);
  EXPECT_EQ(started.public_url, fmt::format("https://t{}.example/s/{}/", service().children()[0], started.token));
  EXPECT_EQ(visit(started).status, 200U);
  EXPECT_EQ(get(started.local_port, "/s/" + started.token + "/", "evil.example").status, 421U);
}

TEST_F(GatewayTest, ManySharesNeedOneTunnel) {
  const Share first = share(fake());
  const Share second = share(fake_for_ever());
  EXPECT_EQ(first.local_port, second.local_port);
  EXPECT_EQ(service().children().size(), 1U);
  auto options = fake();
  options.own_tunnel = true;
  const Share own = share(options);
  EXPECT_NE(own.local_port, first.local_port);
  EXPECT_EQ(service().children().size(), 2U);
}

TEST_F(GatewayTest, SharesThatStartTogetherWaitForOneTunnel) {
  int done = 0;
  for (const auto& options : {fake(), fake_for_ever()}) {
    asio::co_spawn(loop_, service().start(options), [&](const std::exception_ptr& error, const StartedShare&) {
      EXPECT_FALSE(error);
      ++done;
    });
  }
  run_until([&] { return done == 2; });
  EXPECT_EQ(service().list().size(), 2U);
  EXPECT_EQ(service().children().size(), 1U);
}

TEST_F(GatewayTest, AStartThatFailsLeavesItsReason) {
  script("echo fail The moon is full.\nexit 1\n");
  EXPECT_EQ(failure_of(service().start(fake())), "The moon is full.");
  ASSERT_EQ(service().list().size(), 1U);
  const Share failed = service().list()[0];
  EXPECT_EQ(failed.status, ShareStatus::stopped);
  EXPECT_EQ(failed.error, "The moon is full.");
  EXPECT_EQ(failed.public_url, "");
  EXPECT_EQ(failed.local_port, 0);
  EXPECT_TRUE(service().children().empty());
  script(kUp);
  EXPECT_EQ(share(fake()).status, ShareStatus::active) << "the next one starts afresh";
}

TEST_F(GatewayTest, AShareCanBeStoppedWhileItStarts) {
  script("exec sleep 1000\n");
  std::exception_ptr failure;
  bool done = false;
  asio::co_spawn(loop_, service().start(fake()), [&](const std::exception_ptr& error, const StartedShare&) {
    failure = error;
    done = true;
  });
  run_until([&] { return !service().children().empty(); });
  run(service().stop(service().list()[0].id));
  run_until([&] { return done; });
  EXPECT_TRUE(failure);
  EXPECT_EQ(service().list()[0].status, ShareStatus::stopped);
  run_until([&] { return service().children().empty(); });
}

TEST_F(GatewayTest, AStartThatIsSlowDelaysNobody) {
  script("exec sleep 1000\n");
  bool done = false;
  asio::co_spawn(loop_, service().start(fake()), [&](const std::exception_ptr&, const StartedShare&) { done = true; });
  run_until([&] { return !service().children().empty(); });
  EXPECT_EQ(share(local()).status, ShareStatus::active);
  EXPECT_FALSE(done);
  run(service().suspend());
  run_until([&] { return done; });
  drop_service();
  for (const Share& share : Store(places_.database).load_shares()) {
    EXPECT_EQ(share.status, share.provider_name == "fake" ? ShareStatus::stopped : ShareStatus::active);
  }
}

TEST_F(GatewayTest, ADeadTunnelIsAnErrorAtOnceAndHeals) {
  const Share started = share(fake());
  std::vector<std::string> heard;
  const auto listener = service().subscribe([&](const Share& share) { heard.emplace_back(name_of(share.status)); });
  ASSERT_EQ(service().children().size(), 1U);
  ::kill(service().children()[0], SIGKILL);
  run_until([&] { return heard.size() >= 2; });
  EXPECT_THAT(heard, testing::ElementsAre("error", "active"));
  const Share healed = row(started.id);
  EXPECT_NE(healed.public_url, started.public_url) << "this provider gives another address each time";
  EXPECT_EQ(healed.error, "");
  EXPECT_EQ(healed.token, started.token);
  EXPECT_EQ(visit(healed).status, 200U);
}

TEST_F(GatewayTest, ATunnelThatIsRefusedForGoodIsTriedAgainForTheNextShare) {
  const Share started = share(fake());
  script("echo refuse Pay first.\nexit 1\n");
  ::kill(service().children().at(0), SIGKILL);
  run_until([&] { return row(started.id).error == "Pay first."; });
  EXPECT_EQ(row(started.id).status, ShareStatus::error);
  EXPECT_TRUE(run(service().start(fake())).existing);
  EXPECT_EQ(failure_of(service().start(fake_for_ever())), "Pay first.");
  script(kUp);
  const Share second = share(fake_for_ever());
  EXPECT_EQ(second.status, ShareStatus::active);
  EXPECT_EQ(row(started.id).status, ShareStatus::active) << "they have one tunnel";
}

TEST_F(GatewayTest, AnUnusedTunnelEndsAfterAWhileAnsweringUntilThen) {
  seams_.gateway_linger = 200ms;
  const Share started = share(fake());
  run(service().stop(started.id));
  EXPECT_EQ(visit(started).status, 410U);
  EXPECT_EQ(service().children().size(), 1U);
  run_until([&] { return service().children().empty(); });
  EXPECT_EQ(visit(started).status, 0U);
  EXPECT_EQ(share(fake()).status, ShareStatus::active);
}

TEST_F(GatewayTest, AnUnusedTunnelIsTakenUpAgain) {
  seams_.gateway_linger = 100ms;
  const Share first = share(fake());
  run(service().stop(first.id));
  const Share second = share(fake());
  EXPECT_EQ(second.local_port, first.local_port);
  run_for(200ms);
  EXPECT_EQ(visit(second).status, 200U);
}

TEST_F(GatewayTest, SuspendEndsTheTunnelAndTheNextDaemonHasANewOne) {
  const Share started = share(fake());
  const pid_t first = service().children().at(0);
  end_service();
  EXPECT_EQ(::kill(first, 0), -1) << "the process is gone";
  EXPECT_EQ(row(started.id).status, ShareStatus::error) << "not reachable yet";
  EXPECT_EQ(row(started.id).error, "Its tunnel is being started.");
  run_until_status(started.id, ShareStatus::active);
  EXPECT_NE(row(started.id).public_url, started.public_url);
  EXPECT_EQ(row(started.id).local_port, started.local_port);
  EXPECT_EQ(visit(row(started.id)).status, 200U);
}

TEST_F(GatewayTest, WhatACrashedDaemonLeftIsEndedBeforeANewTunnelStarts) {
  const Share started = share(fake());
  const pid_t orphan = service().children().at(0);
  drop_service();
  run_until_status(started.id, ShareStatus::active);
  ASSERT_EQ(service().children().size(), 1U);
  EXPECT_NE(service().children()[0], orphan);
  // Not reaped by anybody here, as its parent is this process; but it must not run any more.
  std::ifstream status(fmt::format("/proc/{}/stat", orphan));
  std::string stat;
  std::getline(status, stat);
  EXPECT_TRUE(stat.empty() || stat.contains(") Z ")) << stat;
}

}  // namespace
}  // namespace panko::test
