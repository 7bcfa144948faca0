// Gateways with a tunnel, through the service that has them.
#include "shares/gateway.hpp"

#include <signal.h>

#include "tests/shares/fixture.hpp"

namespace panko::test {
namespace {

class GatewayTest : public TunnelsTest {};

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
  EXPECT_EQ(started.tunnel, "ready");
  const auto heard = listen_to(started.id);
  ASSERT_EQ(service().children().size(), 1U);
  ::kill(service().children()[0], SIGKILL);
  run_until([&] { return heard->states.size() >= 3; });
  EXPECT_THAT(heard->states, testing::ElementsAre("error/backoff", "error/starting", "active/ready"));
  const Share healed = row(started.id);
  EXPECT_NE(healed.public_url, started.public_url) << "this provider gives another address each time";
  EXPECT_EQ(healed.previous_url, started.public_url);
  EXPECT_TRUE(healed.url_changed_at);
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

TEST_F(GatewayTest, WhoeverSharesTheSameAgainHasPerhapsMendedIt) {
  const Share started = share(fake());
  script("echo refuse Pay first.\nexit 1\n");
  ::kill(service().children().at(0), SIGKILL);
  run_until([&] { return row(started.id).tunnel == "failed"; });
  EXPECT_EQ(share(fake()).status, ShareStatus::error);
  script(kUp);
  const auto again = run(service().start(fake()));
  EXPECT_TRUE(again.existing);
  EXPECT_EQ(again.share.id, started.id);
  EXPECT_EQ(again.share.status, ShareStatus::active);
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

TEST_F(GatewayTest, ATunnelThatDoesNotServeIsAnErrorUntilItDoes) {
  const Share started = share(fake());
  const auto heard = listen_to(started.id);
  probe_says(Probe::State::waiting, "The network is away.");
  run_until_status(started.id, ShareStatus::error);
  EXPECT_EQ(row(started.id).error, "The network is away.");
  EXPECT_EQ(row(started.id).public_url, started.public_url) << "it may come back";
  EXPECT_EQ(failure_of(service().start(fake_for_ever())), "The network is away. Share once it is back.");
  fake_probe = {};
  run_until_status(started.id, ShareStatus::active);
  EXPECT_THAT(heard->states, testing::ElementsAre("error/degraded", "active/ready"));
  EXPECT_EQ(row(started.id).public_url, started.public_url);
  EXPECT_FALSE(row(started.id).url_changed_at);
}

TEST_F(GatewayTest, AUrlThatChangesIsANewOneAndSaidToBe) {
  script(
      "echo url https://first.example/\necho ready\nwhile [ ! -e $0.go ]; do sleep 0.01; done\n"
      "echo url https://second.example/\nexec sleep 1000\n");
  const Share started = share(fake());
  EXPECT_EQ(started.public_url, fmt::format("https://first.example/s/{}/", started.token));
  EXPECT_EQ(get(started.local_port, "/s/" + started.token + "/", "first.example").status, 200U);
  std::vector<std::string> urls;
  const auto listener = service().subscribe([&](const Share& share) { urls.push_back(share.public_url); });
  write_file(fake_script.native() + ".go", "");
  run_until([&] { return !urls.empty(); });
  const Share changed = row(started.id);
  EXPECT_EQ(changed.status, ShareStatus::active);
  EXPECT_EQ(changed.public_url, fmt::format("https://second.example/s/{}/", started.token));
  EXPECT_THAT(urls, testing::ElementsAre(changed.public_url));
  EXPECT_EQ(changed.previous_url, started.public_url);
  EXPECT_TRUE(changed.url_changed_at);
  EXPECT_EQ(get(started.local_port, "/s/" + started.token + "/", "second.example").status, 200U);
  EXPECT_EQ(get(started.local_port, "/s/" + started.token + "/", "first.example").status, 421U) << "that one is dead";
  end_service();
  const auto saved = Store(places_.database).load_shares();
  ASSERT_EQ(saved.size(), 1U);
  EXPECT_EQ(saved[0].previous_url, started.public_url);
  EXPECT_EQ(saved[0].url_changed_at, changed.url_changed_at);
}

TEST_F(GatewayTest, WhoeverSharesWhileItWaitsForTheNextTryHearsWhenThatIs) {
  seams_.tunnel_times.first_retry = 60s;
  seams_.tunnel_times.last_retry = 60s;
  const Share started = share(fake());
  script("echo fail The moon is full.\nexit 1\n");
  ::kill(service().children().at(0), SIGKILL);
  run_until([&] { return row(started.id).error == "The moon is full."; });
  run_until_tunnel(TunnelState::backoff);
  EXPECT_THAT(failure_of(service().start(fake_for_ever())),
              testing::MatchesRegex("The moon is full. It is tried again in [0-9]+ .*; share once it is back."));
  EXPECT_TRUE(tunnel().status.next_try);
  EXPECT_EQ(row(started.id).tunnel, "backoff");
}

TEST_F(GatewayTest, AfterASleepEveryTunnelIsTriedAtOnce) {
  auto asleep = std::make_shared<std::chrono::nanoseconds>(0);
  seams_.time_asleep = [asleep] { return *asleep; };
  seams_.tunnel_times.first_retry = std::chrono::hours(1);
  seams_.tunnel_times.last_retry = std::chrono::hours(1);
  const Share started = share(fake());
  script("exit 1\n");
  ::kill(service().children().at(0), SIGKILL);
  run_until([&] { return tunnel().status.next_try.value_or(WallTime{}) > wall_now() + 30min; });
  script(kUp);
  // The kernel wakes the timer of whatever expires next; here that is its own time.
  auto soon = local();
  soon.expires = 1s;
  share(soon);
  run_until([&] { return row(service().list().back().id).status == ShareStatus::stopped; });
  EXPECT_EQ(row(started.id).status, ShareStatus::error) << "it did not sleep";
  *asleep = 10min;
  share(soon);
  run_until_status(started.id, ShareStatus::active);
}

TEST_F(GatewayTest, TheStatusOfTunnels) {
  const Share first = share(fake());
  share(fake_for_ever());
  auto options = fake();
  options.own_tunnel = true;
  const Share own = share(options);
  share(local());
  const auto tunnels = service().tunnels();
  ASSERT_EQ(tunnels.size(), 2U);
  const auto& shared = tunnels[0].share_id.empty() ? tunnels[0] : tunnels[1];
  const auto& single = tunnels[0].share_id.empty() ? tunnels[1] : tunnels[0];
  EXPECT_EQ(shared.provider, "fake");
  EXPECT_EQ(shared.status.state, TunnelState::ready);
  EXPECT_EQ(shared.shares, 2U);
  EXPECT_EQ(shared.share_id, "");
  EXPECT_THAT(first.public_url, testing::StartsWith(shared.status.url + "/s/"));
  EXPECT_TRUE(is_running(shared.status.pid));
  EXPECT_EQ(single.share_id, own.id);
  EXPECT_EQ(single.shares, 1U);
  EXPECT_TRUE(std::filesystem::exists(scratch_ / "tunnel-fake.log"));
  EXPECT_TRUE(std::filesystem::exists(scratch_ / ("tunnel-" + own.id + ".log")));
}

TEST_F(GatewayTest, WhatAnOwnTunnelSaidIsForgottenWithItsShare) {
  auto options = fake();
  options.own_tunnel = true;
  const Share gone = share(options);
  run(service().stop(gone.id));
  const Share kept = share(options);
  share(fake());
  const auto journal_of = [this](const std::string& name) { return scratch_ / ("tunnel-" + name + ".log"); };
  write_file(journal_of(gone.id).native() + ".1", "older");
  end_service();
  seams_.wall_clock = [] { return wall_now() + 29 * 24h; };
  (void)service();
  EXPECT_TRUE(std::filesystem::exists(journal_of(gone.id)));
  end_service();
  seams_.wall_clock = [] { return wall_now() + 31 * 24h; };
  (void)service();
  EXPECT_EQ(row(gone.id).id, "");
  EXPECT_FALSE(std::filesystem::exists(journal_of(gone.id)));
  EXPECT_FALSE(std::filesystem::exists(journal_of(gone.id).native() + ".1"));
  EXPECT_TRUE(std::filesystem::exists(journal_of(kept.id))) << "it was stopped later";
  EXPECT_TRUE(std::filesystem::exists(journal_of("fake")));
}

TEST_F(GatewayTest, APortThatTheSettingsNameIsTheOneOrNone) {
  asio::ip::tcp::acceptor holder(loop_, {asio::ip::address_v4::loopback(), 0});
  const auto port = holder.local_endpoint().port();
  config_.providers["fake"]["port"] = std::int64_t{port};
  EXPECT_THAT(failure_of(service().start(fake())),
              testing::StartsWith(fmt::format("Port {}, which [providers.fake] names, is taken; ", port)));
  holder.close();
  const Share started = share(fake());
  EXPECT_EQ(started.local_port, port);
  EXPECT_EQ(visit(started).status, 200U);
}

TEST_F(GatewayTest, WithOnePortThereIsOneTunnel) {
  asio::ip::tcp::acceptor holder(loop_, {asio::ip::address_v4::loopback(), 0});
  config_.providers["fake"]["port"] = std::int64_t{holder.local_endpoint().port()};
  holder.close();
  auto options = fake();
  options.own_tunnel = true;
  const std::string reason = "[providers.fake] names one port, so there can be one tunnel of it";

  const Share shared = share(fake());
  EXPECT_EQ(share(fake_for_ever()).status, ShareStatus::active) << "through the same tunnel";
  EXPECT_EQ(failure_of(service().start(options)), reason + ": share without --own-tunnel.");
  EXPECT_EQ(service().list().size(), 2U) << "it is refused before there is a row";
  for (const Share& one : service().list()) run(service().stop(one.id));

  const Share own = share(options);
  EXPECT_EQ(visit(own).status, 200U) << "a tunnel that nobody uses makes room";
  const std::string has_it = fmt::format("{}, and share {} has it: stop that one first.", reason, own.id);
  EXPECT_EQ(failure_of(service().start(fake())), has_it);
  auto another = options;
  another.expires = 1h;
  EXPECT_EQ(failure_of(service().start(another)), has_it);
  EXPECT_THROW((void)service().restore(shared.id), Failure);
  EXPECT_EQ(row(shared.id).status, ShareStatus::stopped);
  EXPECT_EQ(share(options).id, own.id) << "the same share";

  run(service().stop(own.id));
  EXPECT_EQ(visit(share(fake())).status, 200U);
}

TEST_F(GatewayTest, AProviderMayAllowOneTunnelAlone) {
  config_.providers["fake"]["single"] = true;
  auto options = fake();
  options.own_tunnel = true;
  share(fake());
  EXPECT_EQ(failure_of(service().start(options)),
            "With these settings there can be one tunnel of fake: share without --own-tunnel.");
  options.provider = "fake-socket";
  EXPECT_EQ(share(options).status, ShareStatus::active);
}

TEST_F(GatewayTest, WhoWaitsForRoomCanBeStopped) {
  config_.providers["fake"]["single"] = true;
  script("trap 'sleep 0.2; exit 0' TERM\necho url https://t$$.example\necho ready\nwhile :; do sleep 0.01; done\n");
  run(service().stop(share(fake()).id));
  auto options = fake();
  options.own_tunnel = true;
  std::string said;
  asio::co_spawn(loop_, service().start(options), [&](const std::exception_ptr& error, const StartedShare&) {
    try {
      std::rethrow_exception(error);
    } catch (const Failure& failure) {
      said = failure.error().message;
    }
  });
  run_until([&] { return service().list().size() == 2; });
  const std::string id = service().list().back().id;
  run(service().stop(id));
  run_until([&] { return !said.empty(); });
  EXPECT_EQ(said, "The share was stopped while it was starting.");
  EXPECT_EQ(row(id).status, ShareStatus::stopped);
  EXPECT_TRUE(service().children().empty());
}

/// A share whose daemon has ended, and whose port somebody else has.
class LostPortTest : public TunnelsTest {
 protected:
  LostPortTest() {
    config_.providers["fake"]["port"] = std::int64_t{holder_.local_endpoint().port()};
    holder_.close();
    started_ = share(fake());
    end_service();
    holder_ = asio::ip::tcp::acceptor(loop_, {asio::ip::address_v4::loopback(), started_.local_port});
  }
  void expect_lost() {
    EXPECT_EQ(row(started_.id).status, ShareStatus::error);
    EXPECT_THAT(row(started_.id).error, testing::HasSubstr("is taken"));
  }
  void expect_found() {
    EXPECT_EQ(row(started_.id).error, "");
    EXPECT_EQ(row(started_.id).status, ShareStatus::active);
    EXPECT_EQ(row(started_.id).tunnel, "ready");
    EXPECT_NE(row(started_.id).public_url, started_.public_url) << "as of any new tunnel";
    EXPECT_EQ(visit(row(started_.id)).status, 200U);
  }

  asio::ip::tcp::acceptor holder_{loop_, {asio::ip::address_v4::loopback(), 0}};
  Share started_;
};

TEST_F(LostPortTest, ItIsTriedAgainUntilThePortIsFree) {
  seams_.take_up_rest = 5ms;
  expect_lost();
  run_for(50ms);
  expect_lost();
  holder_.close();
  run_until_status(started_.id, ShareStatus::active);
  expect_found();
}

TEST_F(LostPortTest, AtOnceForWhoeverSharesTheSameAgain) {
  seams_.take_up_rest = std::chrono::hours(1);
  expect_lost();
  EXPECT_EQ(run(service().start(fake())).share.status, ShareStatus::error) << "it was in vain";
  holder_.close();
  const auto again = run(service().start(fake()));
  EXPECT_TRUE(again.existing);
  EXPECT_EQ(again.share.id, started_.id);
  EXPECT_EQ(again.share.status, ShareStatus::active);
  expect_found();
}

TEST_F(LostPortTest, AtOnceAfterASleep) {
  seams_.take_up_rest = std::chrono::hours(1);
  auto asleep = std::make_shared<std::chrono::nanoseconds>(0);
  seams_.time_asleep = [asleep] { return *asleep; };
  expect_lost();
  holder_.close();
  *asleep = 10min;
  // The kernel wakes the timer of whatever expires next; here that is its own time.
  auto soon = local();
  soon.expires = 1s;
  share(soon);
  run_until_status(started_.id, ShareStatus::active);
  expect_found();
}

TEST_F(LostPortTest, StoppedItIsTriedNoMore) {
  seams_.take_up_rest = 5ms;
  expect_lost();
  run(service().stop(started_.id));
  holder_.close();
  run_for(50ms);
  EXPECT_EQ(row(started_.id).status, ShareStatus::stopped);
  EXPECT_EQ(visit(started_).status, 0U);
}

TEST_F(GatewayTest, ATunnelMayPointAtASocket) {
  auto options = fake();
  options.provider = "fake-socket";
  script("echo url https://t$$.example/$2\necho ready\nexec sleep 1000\n");
  const Share started = share(options);
  const auto path = places_.tunnels_dir / "fake-socket.origin";
  EXPECT_THAT(started.public_url, testing::HasSubstr(path.native())) << "the program knows it";
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  const auto target = "/s/" + started.token + "/";
  EXPECT_EQ(get(path, target, "tunnel.example").status, 200U);
  EXPECT_EQ(get(path, target, "evil.example").status, 421U);
  EXPECT_EQ(get(started.local_port, target, "tunnel.example").status, 200U);
  options.own_tunnel = true;
  const Share own = share(options);
  EXPECT_EQ(get(places_.tunnels_dir / (own.id.substr(0, 13) + ".origin"), "/s/" + own.token, "tunnel.example").status,
            308U);
  run(service().suspend());
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(GatewayTest, ASocketWhosePathIsTooLongIsRefused) {
  places_.tunnels_dir = scratch_ / std::string(100, 'x');
  auto options = fake();
  options.provider = "fake-socket";
  EXPECT_THAT(failure_of(service().start(options)), testing::HasSubstr("107 is the limit for a socket"));
}

TEST_F(GatewayTest, ANameIsKnownBeforeItsUrlWorks) {
  if (!find_program("curl")) GTEST_SKIP() << "there is no curl";
  config_.providers["fake"]["public_check"] = true;
  script("echo url http://panko.localhost:$1\nexec sleep 1000\n");
  const Share started = share(fake());
  EXPECT_EQ(started.public_url, fmt::format("http://panko.localhost:{}/s/{}/", started.local_port, started.token));
}

}  // namespace
}  // namespace panko::test
