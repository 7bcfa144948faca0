// What becomes of tunnels that outlived their daemon.
#include <signal.h>

#include "sqlite/database.hpp"
#include "tests/shares/fixture.hpp"

namespace panko::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class AdoptionTest : public TunnelsTest {
 protected:
  AdoptionTest() { seams_.tunnel_times.adoption = 2s; }
  /// As kill -9 does; the next one begins with the next call of service().
  pid_t crash() {
    const pid_t pid = service().children().at(0);
    drop_service();
    return pid;
  }
  void run_until_another_than(pid_t pid) {
    run_until([&] { return tunnel().status.state == TunnelState::ready && tunnel().status.pid != pid; });
  }
  std::size_t records() {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(places_.tunnels_dir))
      count += entry.path().extension() == ".json" ? 1 : 0;
    return count;
  }
};

TEST_F(AdoptionTest, ATunnelGoesOnAndNobodyNotices) {
  const Share started = share(fake());
  for (int i = 0; i < 3; ++i) {
    const pid_t pid = crash();
    const auto heard = listen_to(started.id);
    EXPECT_EQ(row(started.id).status, ShareStatus::active);
    EXPECT_EQ(get(started.local_port, "/s/" + started.token, fmt::format("t{}.example", pid)).status, 308U)
        << "visitors do not wait for the proof";
    run_until_tunnel(TunnelState::ready);
    EXPECT_EQ(tunnel().status.pid, pid);
    EXPECT_EQ(row(started.id).public_url, started.public_url);
    EXPECT_EQ(row(started.id).previous_url, "");
    EXPECT_THAT(heard->states, ElementsAre("active/ready"));
    EXPECT_EQ(records(), 1U);
  }
}

TEST_F(AdoptionTest, AShareOnItStartsAtOnce) {
  share(fake());
  const pid_t pid = crash();
  const Share second = share(fake_for_ever());
  EXPECT_EQ(second.status, ShareStatus::active);
  EXPECT_EQ(service().children(), std::vector{pid});
}

TEST_F(AdoptionTest, EachGatewayFindsItsOwn) {
  const Share shared = share(fake());
  auto options = fake();
  options.own_tunnel = true;
  const Share own = share(options);
  auto before = service().children();
  drop_service();
  run_until([&] {
    return std::ranges::all_of(service().tunnels(),
                               [](const auto& one) { return one.status.state == TunnelState::ready; });
  });
  auto after = service().children();
  std::ranges::sort(before);
  std::ranges::sort(after);
  EXPECT_EQ(after, before);
  EXPECT_EQ(row(shared.id).public_url, shared.public_url);
  EXPECT_EQ(row(own.id).public_url, own.public_url);
}

TEST_F(AdoptionTest, AProofThatTakesLongIsSeen) {
  const Share started = share(fake());
  const pid_t pid = crash();
  seams_.settling_time = 20ms;
  auto may_answer = std::make_shared<bool>(false);
  fake_probe = [may_answer](const RunContext&) -> asio::awaitable<Probe> {
    return [](std::shared_ptr<bool> allowed) -> asio::awaitable<Probe> {
      asio::steady_timer timer(co_await asio::this_coro::executor);
      while (!*allowed) {
        timer.expires_after(1ms);
        co_await timer.async_wait(asio::use_awaitable);
      }
      co_return Probe{.state = Probe::State::ready};
    }(may_answer);
  };
  EXPECT_EQ(row(started.id).status, ShareStatus::active);
  run_until_status(started.id, ShareStatus::error);
  EXPECT_EQ(row(started.id).error, "Its tunnel is not back yet.");
  EXPECT_EQ(row(started.id).tunnel, "starting");
  *may_answer = true;
  run_until_status(started.id, ShareStatus::active);
  EXPECT_EQ(tunnel().status.pid, pid);
  EXPECT_EQ(row(started.id).public_url, started.public_url);
}

TEST_F(AdoptionTest, AnErrorStaysOneUntilItIsKnownBetter) {
  const Share started = share(fake());
  probe_says(Probe::State::waiting, "The network is away.");
  run_until_status(started.id, ShareStatus::error);
  crash();
  EXPECT_EQ(row(started.id).error, "The network is away.");
  fake_probe = {};
  run_until_status(started.id, ShareStatus::active);
  EXPECT_EQ(row(started.id).public_url, started.public_url);
}

TEST_F(AdoptionTest, OneThatIsSickIsEndedAndAnotherOneStarted) {
  const Share started = share(fake());
  const pid_t pid = crash();
  seams_.tunnel_times.adoption = 20ms;
  fake_probe = [pid](const RunContext& context) -> asio::awaitable<Probe> {
    return [](Probe::State state) -> asio::awaitable<Probe> {
      co_return Probe{.state = state};
    }(context.pid == pid ? Probe::State::dead : Probe::State::ready);
  };
  run_until_another_than(pid);
  EXPECT_FALSE(is_running(pid));
  EXPECT_EQ(row(started.id).status, ShareStatus::active);
  EXPECT_EQ(row(started.id).previous_url, started.public_url);
  EXPECT_EQ(row(started.id).local_port, started.local_port);
}

TEST_F(AdoptionTest, OneWhosePortIsSomebodyElsesNowIsEnded) {
  const Share started = share(fake());
  const pid_t pid = crash();
  asio::ip::tcp::acceptor thief(loop_, {asio::ip::address_v4::loopback(), started.local_port});
  EXPECT_EQ(row(started.id).status, ShareStatus::error) << "that link is dead, and nobody says it lives";
  run_until_another_than(pid);
  EXPECT_FALSE(is_running(pid));
  EXPECT_EQ(row(started.id).status, ShareStatus::active);
  EXPECT_NE(row(started.id).local_port, started.local_port);
  EXPECT_EQ(row(started.id).previous_url, started.public_url);
  EXPECT_EQ(visit(row(started.id)).status, 200U);
}

TEST_F(AdoptionTest, OneThatPointsAtASocketNeedsNoPort) {
  auto options = fake();
  options.provider = "fake-socket";
  const Share started = share(options);
  const pid_t pid = crash();
  asio::ip::tcp::acceptor thief(loop_, {asio::ip::address_v4::loopback(), started.local_port});
  run_until([&] { return tunnel().status.state == TunnelState::ready; });
  EXPECT_EQ(tunnel().status.pid, pid);
  EXPECT_EQ(row(started.id).public_url, started.public_url);
  const auto socket = places_.tunnels_dir / "fake-socket.origin";
  EXPECT_EQ(get(socket, "/s/" + started.token + "/", "tunnel.example").status, 200U);
}

TEST_F(AdoptionTest, OneWithOtherSettingsIsEnded) {
  const Share started = share(fake());
  const pid_t pid = crash();
  config_.providers["fake"]["word"] = std::string("another");
  run_until_another_than(pid);
  EXPECT_FALSE(is_running(pid));
  EXPECT_EQ(row(started.id).status, ShareStatus::active);
  EXPECT_EQ(records(), 1U);
}

TEST_F(AdoptionTest, OneOfAProviderThatIsKnownNoMoreIsEnded) {
  const Share started = share(fake());
  const pid_t pid = crash();
  seams_.providers = std::span(kProvidersWithFake).first(1);
  EXPECT_EQ(row(started.id).status, ShareStatus::error);
  EXPECT_THAT(row(started.id).error, HasSubstr("knows no provider \"fake\""));
  run_until([&] { return records() == 0; });
  EXPECT_FALSE(is_running(pid));
}

TEST_F(AdoptionTest, OneThatNoShareNeedsIsEnded) {
  const Share started = share(fake());
  const pid_t pid = crash();
  Database(places_.database).execute("UPDATE shares SET status = 'stopped'");
  EXPECT_EQ(row(started.id).status, ShareStatus::stopped);
  run_until([&] { return records() == 0; });
  EXPECT_FALSE(is_running(pid));
}

TEST_F(AdoptionTest, TheOneThatIsEndedIsGoneBeforeAnotherOneStarts) {
  script(
      "trap 'sleep 0.1; echo gone > $0.gone; exit 0' TERM\necho url https://t$$.example\necho ready\n"
      "while :; do sleep 0.01; done\n");
  share(fake());
  const pid_t pid = crash();
  config_.providers["fake"]["word"] = std::string("another");
  script("[ -e $0.gone ] || echo refuse Too early.\necho url https://t$$.example\necho ready\nexec sleep 1000\n");
  run_until_another_than(pid);
}

TEST_F(AdoptionTest, ItIsNotKeptWaitingByThoseThatEnd) {
  const Share kept = share(fake());
  const pid_t pid = service().children().at(0);
  script("trap '' TERM\necho url https://t$$.example\necho ready\nwhile :; do sleep 0.05; done\n");
  auto options = fake();
  options.own_tunnel = true;
  run(service().stop(share(options).id));
  auto children = service().children();
  std::erase(children, pid);
  ASSERT_EQ(children.size(), 1U);
  drop_service();
  seams_.tunnel_times.stop = 2s;
  run_until_tunnel(TunnelState::ready);
  EXPECT_TRUE(is_running(children[0])) << "it is ending yet";
  EXPECT_EQ(tunnel().status.pid, pid);
  EXPECT_EQ(row(kept.id).public_url, kept.public_url);
}

TEST_F(AdoptionTest, AnotherGatewayDoesNotWaitForTheEndOfIt) {
  script("trap '' TERM\necho url https://t$$.example\necho ready\nwhile :; do sleep 0.05; done\n");
  run(service().stop(share(fake()).id));
  const pid_t pid = crash();
  seams_.tunnel_times.stop = 10s;
  script(kUp);
  auto options = fake();
  options.own_tunnel = true;
  EXPECT_EQ(share(options).status, ShareStatus::active);
  EXPECT_TRUE(is_running(pid)) << "it is ending yet";
  ::kill(pid, SIGKILL);
  share(fake());
  EXPECT_FALSE(is_running(pid)) << "its own gateway does wait";
}

TEST_F(AdoptionTest, ItEndsWithTheNextDaemonAsAnyOther) {
  share(fake());
  const pid_t pid = crash();
  run_until_tunnel(TunnelState::ready);
  run(service().stop_all());
  EXPECT_FALSE(is_running(pid));
  EXPECT_EQ(records(), 0U);
}

TEST_F(AdoptionTest, ADaemonThatEndsAtOnceLeavesNoneBehind) {
  share(fake());
  const pid_t pid = crash();
  run(service().suspend());
  EXPECT_FALSE(is_running(pid));
  config_.providers["fake"]["word"] = std::string("another");
  drop_service();
  share(fake_for_ever());
  const pid_t next = crash();
  config_.providers.clear();
  run(service().suspend());
  EXPECT_FALSE(is_running(next)) << "one that is not adopted neither";
}

}  // namespace
}  // namespace panko::test
