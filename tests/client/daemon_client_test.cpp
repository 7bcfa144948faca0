#include "client/daemon_client.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <set>
#include <thread>

#include "client/start_daemon.hpp"
#include "protocol/address.hpp"
#include "tests/client/test_daemon.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using test::failure_of;
using ::testing::HasSubstr;
using ::testing::Not;

class DaemonClientTest : public test::Home {
 protected:
  [[nodiscard]] std::size_t starts() const {
    std::ifstream file(places_.state_dir / "starts");
    std::size_t count = 0;
    for (std::string line; std::getline(file, line);) ++count;
    return count;
  }
};

TEST_F(DaemonClientTest, FindsNoDaemon) {
  EXPECT_FALSE(DaemonClient::connect(places_));
}

TEST_F(DaemonClientTest, StartsADaemonOnceAndFindsItAgain) {
  auto first = DaemonClient::connect_or_start(places_);
  auto second = DaemonClient::connect_or_start(places_);
  EXPECT_EQ(first.status().pid, second.status().pid);
  EXPECT_EQ(first.status().pid, first.daemon_pid());
  EXPECT_EQ(starts(), 1);
  EXPECT_TRUE(DaemonClient::connect(places_));
}

TEST_F(DaemonClientTest, StartsADaemonBesideAStaleSocket) {
  {
    const auto address = *protocol::socket_address(places_.socket);
    const Fd dead{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    ASSERT_EQ(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  DaemonClient::connect_or_start(places_).ping();
}

TEST_F(DaemonClientTest, FiftyAtOnceGetOneDaemon) {
  for (int round = 1; round <= 3; ++round) {
    constexpr int kClients = 50;
    std::latch go(kClients);
    std::atomic<int> served = 0;
    std::set<std::int64_t> pids;
    std::mutex mutex;
    std::vector<std::jthread> threads;
    threads.reserve(kClients);
    for (int i = 0; i < kClients; ++i)
      threads.emplace_back([&] {
        go.arrive_and_wait();
        const std::string failure = failure_of([&] {
          auto client = DaemonClient::connect_or_start(places_);
          const auto pid = client.status().pid;
          ++served;
          const std::scoped_lock guard(mutex);
          pids.insert(pid);
        });
        EXPECT_EQ(failure, "");
      });
    threads.clear();
    EXPECT_EQ(served, kClients);
    EXPECT_EQ(pids.size(), 1);
    EXPECT_EQ(starts(), round);
    running().shutdown();
  }
}

TEST_F(DaemonClientTest, GoesOnWhenTheOneThatHeldTheStartLockIsKilled) {
  int ready[2];
  ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const StartLock lock(places_);
    const bool taken = const_cast<StartLock&>(lock).try_take();
    (void)!::write(ready[1], taken ? "y" : "n", 1);
    ::pause();
    ::_exit(0);
  }
  char taken = 0;
  ASSERT_EQ(::read(ready[0], &taken, 1), 1);
  ASSERT_EQ(taken, 'y');
  std::jthread killer([&] {
    ::kill(holder, SIGKILL);
    ::waitpid(holder, nullptr, 0);
  });
  DaemonClient::connect_or_start(places_).ping();
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(DaemonClientTest, ADaemonThatIsDyingIsNone) {
  // Its socket still takes clients, and nobody will ever answer them.
  const auto address = *protocol::socket_address(places_.socket);
  Fd dying{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  ASSERT_EQ(::bind(dying.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(dying.get(), 5), 0);
  std::jthread death([&] {
    pollfd poll_fd{.fd = dying.get(), .events = POLLIN, .revents = 0};
    ::poll(&poll_fd, 1, -1);
    dying.reset();
  });
  EXPECT_FALSE(DaemonClient::connect(places_));
}

TEST_F(DaemonClientTest, DoesNotNeedTheStartLockOfAStuckClient) {
  StartLock stuck(places_);
  ASSERT_TRUE(stuck.try_take());
  std::jthread elsewhere([&] { start_daemon(places_, deadline_in(20s)); });
  DaemonClient::connect_or_start(places_).ping();
}

TEST_F(DaemonClientTest, RefusesADirectoryThatIsOpenToOthers) {
  ASSERT_EQ(::chmod(directory_.c_str(), 0755), 0);
  EXPECT_THAT(failure_of([&] { (void)DaemonClient::connect_or_start(places_); }), HasSubstr("chmod 700"));
  ASSERT_EQ(::chmod(directory_.c_str(), 0700), 0);
}

TEST_F(DaemonClientTest, SaysWhyTheDaemonDidNotStart) {
  behave("refuses");
  EXPECT_EQ(failure_of([&] { (void)DaemonClient::connect_or_start(places_); }), "The disk is full.");
}

TEST_F(DaemonClientTest, NamesBothBuildsOfDifferentProtocols) {
  behave("protocol 2");
  start_daemon(places_, deadline_in(20s));
  auto old = running();
  const std::string kill = "kill " + std::to_string(old.daemon_pid());
  EXPECT_THAT(failure_of([&] { (void)DaemonClient::connect_or_start(places_); }),
              AllOf(HasSubstr("panko 9.9 with protocol 2"), HasSubstr("this is panko 0."), HasSubstr("protocol 1;"),
                    HasSubstr(kill)));
  old.ping();  // the promise holds across protocols
}

TEST_F(DaemonClientTest, AnOlderDaemonIsMendedByARestartWhereItKnowsHow) {
  behave("protocol 0");
  start_daemon(places_, deadline_in(20s));
  EXPECT_THAT(failure_of([&] { (void)DaemonClient::connect_or_start(places_); }),
              AllOf(HasSubstr("panko 9.9 with protocol"), HasSubstr("panko serve --restart"), Not(HasSubstr("kill"))));
  EXPECT_EQ(running().restart("/bin").build, "/bin") << "across protocols";
}

TEST_F(DaemonClientTest, OneThatCannotRestartSaysWhatElse) {
  behave("protocol 0 without Restart");
  start_daemon(places_, deadline_in(20s));
  auto old = running();
  const std::string kill = "kill " + std::to_string(old.daemon_pid());
  EXPECT_THAT(failure_of([&] { (void)DaemonClient::connect_or_start(places_); }), HasSubstr(kill));
  EXPECT_THAT(failure_of([&] { (void)old.restart(""); }),
              AllOf(HasSubstr("panko 9.9, which cannot restart in place"), HasSubstr(kill)));
}

TEST_F(DaemonClientTest, RefusesADaemonThatKnowsNoHello) {
  behave("old");
  start_daemon(places_, deadline_in(20s));
  EXPECT_THAT(failure_of([&] { (void)DaemonClient::connect_or_start(places_); }), HasSubstr("protocol unknown"));
}

TEST_F(DaemonClientTest, CallsEveryMethod) {
  auto client = DaemonClient::connect_or_start(places_);
  EXPECT_EQ(client.hello().build, "9.9");
  client.ping();
  protocol::StartShare start;
  start.session_path = "/s/";
  start.provider = "local";
  EXPECT_EQ(client.start_share(start).session_path, "/s/local");
  EXPECT_EQ(client.stop_share("an-id").share_id, "an-id");
  EXPECT_EQ(client.restore_share("an-id").status, "active");
  EXPECT_EQ(client.update_share({.share_id = "an-id", .freeze = true}).session_path, "an-id");
  const auto found = client.scan({.session_path = "/s", .personal_shown = true});
  ASSERT_EQ(found.findings.size(), 1);
  EXPECT_EQ(found.findings.front().marker, "/s");
  EXPECT_EQ(found.secrets, 1);
  EXPECT_EQ(found.personal, 0);
  client.allow_value({.hash = "00"});
  EXPECT_EQ(failure_of([&] { client.allow_value({.hash = "11"}); }), "There is no such value.");
  EXPECT_EQ(client.redact_words({.add = {"Acme"}}), std::vector<std::string>{"Acme"});
  EXPECT_EQ(client.audit({}).at(0).share_id, "all");
  EXPECT_EQ(client.audit({.share_id = "an-id"}).at(0).share_id, "an-id");
  EXPECT_EQ(client.list_shares().size(), 2);
  EXPECT_EQ(client.get_share("an-id").local_port, 4000);
  EXPECT_EQ(client.list_providers().size(), 3);
  EXPECT_EQ(client.open_view("/s", 4711).url, "/s:4711");
  EXPECT_EQ(failure_of([&] { (void)client.stop_share("other"); }), "There is no share of that id.");
  client.ping();
}

TEST_F(DaemonClientTest, ADaemonThatDiesInTheMiddleOfARequest) {
  behave("dies in a call");
  auto client = DaemonClient::connect_or_start(places_);
  EXPECT_EQ(failure_of([&] { (void)client.start_share({}); }),
            "The daemon ended before it answered; the next command starts it again.");
  EXPECT_EQ(failure_of([&] { client.ping(); }),
            "The daemon ended before it answered; the next command starts it again.");
  behave("");
  DaemonClient::connect_or_start(places_).ping();
  EXPECT_EQ(starts(), 2);
}

TEST_F(DaemonClientTest, ADaemonThatTalksNonsense) {
  behave("odd");
  auto client = DaemonClient::connect_or_start(places_);
  EXPECT_EQ(failure_of([&] { client.ping(); }), "The daemon answered Peng to Ping.");
  client.shutdown();
  behave("garbled");
  EXPECT_EQ(failure_of([&] { (void)DaemonClient::connect_or_start(places_); }),
            "The daemon's answer cannot be understood: The reply is not a JSON object.");
  ::kill(listening().peer(), SIGKILL);
}

TEST_F(DaemonClientTest, ADaemonThatHangs) {
  behave("deaf");
  start_daemon(places_, deadline_in(20s));
  EXPECT_THAT(failure_of([&] { (void)DaemonClient::connect_or_start(places_); }), HasSubstr("does not answer"));
  ::kill(listening().peer(), SIGKILL);
}

TEST_F(DaemonClientTest, ShutdownWaitsForTheProcess) {
  auto client = DaemonClient::connect_or_start(places_);
  const pid_t pid = client.daemon_pid();
  client.shutdown();
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string number;
  std::string name;
  std::string state = "gone";
  stat >> number >> name >> state;
  EXPECT_TRUE(state == "gone" || state == "Z") << state;
  EXPECT_FALSE(DaemonClient::connect(places_));
}

TEST_F(DaemonClientTest, FollowsChanges) {
  auto client = DaemonClient::connect_or_start(places_);
  client.subscribe();
  EXPECT_EQ(client.next_change().session_path, "/first");
  EXPECT_EQ(client.next_change().session_path, "/second");
}

TEST_F(DaemonClientTest, AnInterruptLosesNoChange) {
  auto client = DaemonClient::connect_or_start(places_);
  client.subscribe();
  EXPECT_EQ(client.next_change().session_path, "/first");
  EXPECT_EQ(client.next_change().session_path, "/second");
  const Fd interrupt{::eventfd(1, EFD_CLOEXEC)};
  EXPECT_THROW((void)client.next_change(interrupt.get()), Interrupted);
  running().start_share({.session_path = "/third", .provider = "", .expires = {}, .bind = {}});
  EXPECT_EQ(client.next_change().session_path, "/third");
}

TEST_F(DaemonClientTest, SaysWhenTheDaemonThatItFollowsEnds) {
  auto client = DaemonClient::connect_or_start(places_);
  client.subscribe();
  running().shutdown();
  EXPECT_EQ(client.next_change().session_path, "/first");
  EXPECT_EQ(client.next_change().session_path, "/second");
  EXPECT_EQ(failure_of([&] { (void)client.next_change(); }), "The daemon has ended.");
}

TEST_F(DaemonClientTest, ARequestInFlightEndsAtOnceWhenTheDaemonIsKilled) {
  behave("silent in a call");
  auto client = DaemonClient::connect_or_start(places_);
  auto other = running();
  other.subscribe();
  std::jthread killer([&] {
    while (other.next_change().session_path != "/slow") {
    }
    ::kill(client.daemon_pid(), SIGKILL);
  });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(failure_of([&] {
              (void)client.start_share({.session_path = "/slow", .provider = "", .expires = {}, .bind = {}});
            }),
            "The daemon ended before it answered; the next command starts it again.");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s) << "not the 90 s that a tunnel gets";
}

TEST_F(DaemonClientTest, WhatWaitsForADaemonCanBeInterrupted) {
  const Fd interrupt{::eventfd(1, EFD_CLOEXEC)};
  behave("silent");  // it never says that it is ready
  EXPECT_THROW((void)DaemonClient::connect_or_start(places_, interrupt.get()), Interrupted);
  behave("deaf");
  start_daemon(places_, deadline_in(20s));
  EXPECT_THROW((void)DaemonClient::greet(places_, interrupt.get()), Interrupted);
  ::kill(listening().peer(), SIGKILL);
  StartLock stuck(places_);
  ASSERT_TRUE(stuck.try_take());
  EXPECT_THROW((void)DaemonClient::connect_or_start(places_, interrupt.get()), Interrupted);
}

}  // namespace
}  // namespace panko
