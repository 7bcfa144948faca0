#include "client/daemon_link.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/memory.hpp"
#include "client/start_daemon.hpp"
#include "tests/client/test_daemon.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// What the sink heard, for a thread that waits for it.
class Heard {
 public:
  std::function<void(LinkEvent)> sink() {
    return [this](LinkEvent event) {
      const std::scoped_lock guard(mutex_);
      events_.push_back(std::move(event));
      changed_.notify_all();
    };
  }
  /// A DaemonDown that says so when nothing comes.
  LinkEvent next(std::chrono::milliseconds time = 20s) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, time, [&] { return !events_.empty(); })) return DaemonDown{.reason = "(nothing came)"};
    LinkEvent event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  /// The test daemon tells two shares to each subscriber, after what it has been asked.
  DaemonUp next_up() {
    const LinkEvent up = next();
    EXPECT_TRUE(std::holds_alternative<DaemonUp>(up)) << reason_of(up);
    EXPECT_EQ(path_of(next()), "/first");
    EXPECT_EQ(path_of(next()), "/second");
    return std::holds_alternative<DaemonUp>(up) ? std::get<DaemonUp>(up) : DaemonUp{};
  }
  static std::string path_of(const LinkEvent& event) {
    const auto* changed = std::get_if<ShareChanged>(&event);
    return changed == nullptr ? "(no change: " + reason_of(event) + ")" : changed->share.session_path;
  }
  static std::string reason_of(const LinkEvent& event) {
    const auto* down = std::get_if<DaemonDown>(&event);
    return down == nullptr ? "(not down)" : down->reason;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<LinkEvent> events_;
};

class DaemonLinkTest : public test::Home {
 protected:
  std::string next_reason(std::chrono::milliseconds time = 20s) { return Heard::reason_of(heard_.next(time)); }
  [[nodiscard]] pid_t daemon() const { return listening().peer(); }

  Heard heard_;
};

TEST_F(DaemonLinkTest, StartsADaemonAndTellsEverything) {
  const DaemonLink link(places_, heard_.sink());
  const DaemonUp up = heard_.next_up();
  ASSERT_EQ(up.shares.size(), 2U);
  EXPECT_EQ(up.shares[0].session_path, "/a");
  EXPECT_EQ(up.providers.size(), 3U);
  EXPECT_THAT(up.warnings, ::testing::ElementsAre("It is a test."));
}

TEST_F(DaemonLinkTest, FollowsChanges) {
  const DaemonLink link(places_, heard_.sink());
  heard_.next_up();
  for (const char* path : {"/third", "/fourth"}) {
    running().start_share({.session_path = path, .provider = "", .expires = {}, .bind = {}});
    EXPECT_EQ(Heard::path_of(heard_.next()), path);
  }
}

TEST_F(DaemonLinkTest, SaysWhyNoDaemonStarts) {
  behave("refuses");
  DaemonLink link(places_, heard_.sink());
  EXPECT_EQ(next_reason(), "The disk is full.");
  behave("");
  link.reconnect();
  heard_.next_up();
}

TEST_F(DaemonLinkTest, TellsTheEndOfTheDaemonSoonAndStartsNoneByItself) {
  DaemonLink link(places_, heard_.sink());
  heard_.next_up();
  const auto begin = std::chrono::steady_clock::now();
  ::kill(daemon(), SIGKILL);
  EXPECT_EQ(next_reason(), "The daemon has ended.");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s * (kSanitized ? 10 : 1));
  EXPECT_EQ(next_reason(300ms), "(nothing came)");
  EXPECT_FALSE(DaemonClient::connect(places_));
  link.reconnect();
  heard_.next_up();
}

TEST_F(DaemonLinkTest, ADaemonThatIsReplacedAtOnceIsNotMissed) {
  const DaemonLink link(places_, heard_.sink());
  heard_.next_up();
  const auto begin = std::chrono::steady_clock::now();
  ::kill(daemon(), SIGKILL);
  start_daemon(places_, deadline_in(20s));
  if (std::chrono::steady_clock::now() - begin > 300ms) GTEST_SKIP() << "this machine is too slow for it";
  const DaemonUp up = heard_.next_up();  // and no DaemonDown before it
  EXPECT_EQ(up.shares.size(), 2U);
  running().start_share({.session_path = "/third", .provider = "", .expires = {}, .bind = {}});
  EXPECT_EQ(Heard::path_of(heard_.next()), "/third");
}

TEST_F(DaemonLinkTest, ADaemonThatEndsAgainAndAgainIsTold) {
  const DaemonLink link(places_, heard_.sink());
  heard_.next_up();
  int ends = 0;
  for (int i = 0; i < 2 && ends == 0; ++i) {
    ::kill(daemon(), SIGKILL);
    (void)DaemonClient::connect_or_start(places_);
    const LinkEvent next = heard_.next();
    if (std::holds_alternative<DaemonDown>(next)) ++ends;
    if (std::holds_alternative<DaemonUp>(next)) (void)(heard_.next(), heard_.next());
  }
  EXPECT_EQ(ends, 1);
}

TEST_F(DaemonLinkTest, ANewerProgramIsAWarning) {
  behave("replaced");
  const DaemonLink link(places_, heard_.sink());
  EXPECT_THAT(heard_.next_up().warnings, ::testing::ElementsAre("It is a test.", HasSubstr("`panko serve --restart`")));
}

TEST_F(DaemonLinkTest, ADaemonOfSomebodyElseBringsTheSharesBack) {
  const DaemonLink link(places_, heard_.sink());
  heard_.next_up();
  for (int i = 0; i < 3; ++i) {
    if (i % 2 == 0)
      ::kill(daemon(), SIGKILL);  // leaves its socket behind
    else
      running().shutdown();
    EXPECT_EQ(next_reason(), "The daemon has ended.");
    (void)DaemonClient::connect_or_start(places_);
    heard_.next_up();
  }
}

TEST_F(DaemonLinkTest, ADaemonOfSomebodyElseAfterAFailureIsFoundToo) {
  behave("refuses");
  std::filesystem::remove_all(directory_);  // not even the directory is there
  const DaemonLink link(places_, heard_.sink());
  EXPECT_EQ(next_reason(), "The disk is full.");
  behave("");
  start_daemon(places_, deadline_in(20s));
  heard_.next_up();
}

TEST_F(DaemonLinkTest, AFrozenDaemonIsNoticedWhenSomebodyAsks) {
  DaemonLink link(places_, heard_.sink());
  heard_.next_up();
  const pid_t frozen = daemon();
  ::kill(frozen, SIGSTOP);
  EXPECT_EQ(next_reason(100ms), "(nothing came)");
  link.reconnect();
  EXPECT_THAT(next_reason(), HasSubstr("does not answer"));
  EXPECT_EQ(next_reason(100ms), "(nothing came)") << "it is not said again and again";
  ::kill(frozen, SIGKILL);
}

TEST_F(DaemonLinkTest, ReconnectingWhileItIsUpTellsEverythingAgain) {
  DaemonLink link(places_, heard_.sink());
  heard_.next_up();
  link.reconnect();
  heard_.next_up();
}

TEST_F(DaemonLinkTest, AnotherProtocolIsSaidOnce) {
  behave("protocol 2");
  start_daemon(places_, deadline_in(20s));
  const DaemonLink link(places_, heard_.sink());
  EXPECT_THAT(next_reason(), HasSubstr("protocol 2"));
  EXPECT_EQ(next_reason(300ms), "(nothing came)");
}

TEST_F(DaemonLinkTest, ADaemonThatCannotBeUnderstoodIsNotAskedAgainAndAgain) {
  behave("no list");
  DaemonLink link(places_, heard_.sink());
  const std::string reason = next_reason();
  EXPECT_THAT(reason, HasSubstr("cannot be understood"));
  std::string again = next_reason(300ms);  // its socket has appeared meanwhile
  if (again == reason) again = next_reason(300ms);
  EXPECT_EQ(again, "(nothing came)");
  running().shutdown();
  behave("");
  (void)DaemonClient::connect_or_start(places_);
  heard_.next_up();
}

class DaemonLinkEnds : public DaemonLinkTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(DaemonLinkEnds, AtOnceWhateverTheDaemonDoes) {
  behave(GetParam());
  for (const auto time : {0ms, 1ms, 20ms, 200ms}) {
    std::optional<DaemonLink> link;
    link.emplace(places_, heard_.sink());
    std::this_thread::sleep_for(time);  // wherever it has come to
    link->reconnect();
    const auto begin = std::chrono::steady_clock::now();
    link.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 100ms * (kSanitized ? 10 : 1)) << time.count();
  }
  if (const auto socket = LineSocket::connect(places_.socket)) ::kill(socket->peer(), SIGKILL);
}

INSTANTIATE_TEST_SUITE_P(Daemons, DaemonLinkEnds, ::testing::Values("", "silent", "deaf", "refuses", "garbled"));

TEST_F(DaemonLinkTest, MayBeAskedByManyAtOnce) {
  DaemonLink link(places_, heard_.sink());
  heard_.next_up();
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 5; ++n) link.reconnect();
      });
  }
  // While it connects anew it follows nothing.
  std::string path;
  while (path != "/last") {
    running().start_share({.session_path = "/last", .provider = "", .expires = {}, .bind = {}});
    for (LinkEvent event = heard_.next(50ms); path != "/last"; event = heard_.next(50ms)) {
      path = Heard::path_of(event);
      if (Heard::reason_of(event) == "(nothing came)") break;
    }
  }
}

}  // namespace
}  // namespace panko
