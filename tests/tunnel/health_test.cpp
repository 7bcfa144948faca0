// How a tunnel becomes ready, how it does, and what becomes of it: by a provider of the test's own.
#include <thread>

#include "scripted.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using State = Probe::State;

class HealthTest : public ScriptedTest {};

TEST_F(HealthTest, AskedUntilItIsReady) {
  script.program = "exec sleep 1000";
  script.plan.ready_by = Plan::ReadyBy::probe;
  answer_with([](const RunContext& context) {
    EXPECT_GT(context.pid, 0);
    return script.probes < 5 ? Probe{.state = State::dead}
                             : Probe{.state = State::ready, .url = "https://asked.example/"};
  });
  auto tunnel = make_tunnel();
  EXPECT_EQ(wait_for(tunnel->start()), "https://asked.example");
  EXPECT_EQ(tunnel->status().state, TunnelState::ready);
  EXPECT_EQ(record().url, "https://asked.example");
  wait_for(tunnel->stop());
  EXPECT_THAT(files(), IsEmpty());
  EXPECT_EQ(script.cleaned.size(), 1);
}

TEST_F(HealthTest, WhatCannotBeHadFailsTheStart) {
  script.plan.ready_by = Plan::ReadyBy::probe;
  answer(State::failed, "Not allowed: run this.");
  auto tunnel = make_tunnel();
  EXPECT_EQ(failure_of(tunnel->start()), "Not allowed: run this.");
  EXPECT_EQ(tunnel->status().state, TunnelState::failed);
  EXPECT_EQ(tunnel->status().pid, 0);
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(HealthTest, TheDeadlineHoldsWhateverItsEndpointDoes) {
  script.plan.ready_by = Plan::ReadyBy::probe;
  script.program = "exec sleep 1000";
  answer(State::waiting, "It waits for your consent.");
  std::string failure;
  for (times.start = 100ms; !failure.contains("consent") && times.start < 20s; times.start *= 4) {  // a busy machine
    auto tunnel = make_tunnel();
    failure = failure_of(tunnel->start());
  }
  EXPECT_THAT(failure, testing::MatchesRegex("sh was not ready within .* s: It waits for your consent\\."));
  times.start = 100ms;
  hang();
  auto tunnel = make_tunnel();
  EXPECT_THAT(failure_of(tunnel->start()), StartsWith("sh was not ready within 0.1 s"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(HealthTest, AProbeThatFailsIsNoAnswer) {
  script.plan.ready_by = Plan::ReadyBy::probe;
  times.start = 1s;
  answer_with([](const RunContext&) -> Probe { throw Failure("Its socket is gone."); });
  auto tunnel = make_tunnel();
  EXPECT_THAT(failure_of(tunnel->start()), HasSubstr("Its socket is gone."));
}

TEST_F(HealthTest, DegradedWhileItWaitsAndReadyAgain) {
  answer(State::ready);
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  answer(State::waiting, "Connecting.");
  EXPECT_TRUE(until_heard("degraded"));
  EXPECT_EQ(tunnel->status().state, TunnelState::degraded);
  EXPECT_EQ(tunnel->status().url, "https://first.example");
  answer(State::ready);
  EXPECT_TRUE(until_heard("ready"));
  answer(State::waiting);
  EXPECT_TRUE(until_heard("degraded | sh lost its connection"));
  answer(State::ready, "https://second.example");
  EXPECT_TRUE(until_heard("ready https://second.example"));
  EXPECT_EQ(record().url, "https://second.example");
  wait_for(tunnel->stop());
}

TEST_F(HealthTest, ANewAddressIsToldAtOnce) {
  make_fifo("go");
  script.program = "echo url https://first.example; echo ready; read x <" + (home / "bin" / "go").string() +
                   "; echo url https://second.example; exec sleep 1000";
  times.probe = 1h;
  answer(State::ready);
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  release("go");
  EXPECT_TRUE(run_until([&] { return !heard.empty(); }));
  EXPECT_THAT(heard, ElementsAre("ready https://second.example"));
  EXPECT_EQ(record().url, "https://second.example");
  wait_for(tunnel->stop());
}

TEST_F(HealthTest, AddressesWithoutEndHoldUpNobody) {
  make_fifo("gate");
  script.program = "echo url https://first.example; echo ready; cat '" + (home / "bin" / "gate").string() +
                   "'; i=0; while [ $i -lt 60000 ]; do i=$((i+1)); echo url https://n$i.example; echo control "
                   "127.0.0.1:$i; done; exec sleep 1000";
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  const auto began = std::chrono::steady_clock::now();
  release("gate");
  EXPECT_TRUE(until_heard("ready https://n60000.example"));
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - began).count();
  EXPECT_LE(std::ssize(heard), seconds + 1) << "the first at once, then one a second";
  EXPECT_EQ(record().url, "https://n60000.example");
  EXPECT_EQ(record().control, "127.0.0.1:60000");
  wait_for(tunnel->stop());
}

TEST_F(HealthTest, AfterItsPatienceItIsStartedAnew) {
  provider.patience = 30ms;
  answer(State::ready);
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  const auto pid = tunnel->status().pid;
  script.program = "echo url https://second.example; echo ready; exec sleep 1000";
  answer_with([pid](const RunContext& context) {
    return context.pid == pid ? Probe{.state = State::waiting, .failure = {.sentence = "Connecting."}}
                              : Probe{.state = State::ready};
  });
  EXPECT_TRUE(until_heard("ready https://second.example"));
  EXPECT_THAT(heard, ElementsAre("degraded | Connecting.", "backoff | Connecting.", "starting | Connecting.",
                                 "ready https://second.example"));
  EXPECT_FALSE(is_alive(pid));
  wait_for(tunnel->stop());
}

TEST_F(HealthTest, AShortLossDoesNotEndIt) {
  answer(State::ready);
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  const auto pid = tunnel->status().pid;
  answer(State::waiting);
  EXPECT_TRUE(until_heard("degraded"));
  const auto probes = script.probes;
  EXPECT_TRUE(run_until([&] { return script.probes > probes + 20; }));  // far longer than a dead one is given
  EXPECT_EQ(tunnel->status().pid, pid);
  EXPECT_EQ(heard.size(), 1);
  wait_for(tunnel->stop());
}

TEST_F(HealthTest, AHungProgramIsEndedAndReplaced) {
  answer(State::ready);
  times.stop = 50ms;
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  const auto pid = tunnel->status().pid;
  ::kill(pid, SIGSTOP);
  answer_with(
      [pid](const RunContext& context) { return Probe{.state = context.pid == pid ? State::dead : State::ready}; });
  EXPECT_TRUE(until_heard("ready"));
  EXPECT_THAT(heard, ElementsAre("degraded | sh does not answer.", "backoff | sh does not answer.",
                                 StartsWith("starting"), "ready https://first.example"));
  EXPECT_FALSE(is_alive(pid));
  wait_for(tunnel->stop());
}

TEST_F(HealthTest, WhatItsEndpointCallsAFailureEndsIt) {
  answer(State::ready);
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  answer_with([](const RunContext&) {
    return Probe{.state = State::failed, .failure = {FailureClass::permanent, "Your quota is used up."}};
  });
  EXPECT_TRUE(until_heard("failed"));
  EXPECT_THAT(heard, ElementsAre("failed | Your quota is used up."));
  wait_for(tunnel->stop());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(HealthTest, APermanentFailureInItsLogEndsWhatRunsOn) {
  script.program = "echo url https://first.example; echo ready; echo permanent Log in.; exec sleep 1000";
  auto tunnel = make_tunnel();
  tunnel->start_in_background();
  EXPECT_TRUE(until_heard("failed"));
  EXPECT_EQ(heard.back(), "failed | Log in.");
  EXPECT_TRUE(run_until([&] { return tunnel->status().pid == 0; }));
  EXPECT_EQ(tunnel->status().next_try, std::nullopt);
  wait_for(tunnel->stop());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(HealthTest, EachClassHasItsOwnPause) {
  times.offline_retry = times.busy_retry = times.rate_limited_retry = 1h;
  for (const std::string word : {"offline", "busy", "limited"}) {
    heard.clear();
    script.program = "echo " + word + " That is why.; exit 1";
    auto tunnel = make_tunnel();
    tunnel->start_in_background();
    EXPECT_TRUE(until_heard("backoff"));
    EXPECT_THAT(heard, ElementsAre("backoff | That is why."));
    EXPECT_GT(tunnel->status().next_try.value_or(WallTime()), wall_now() + 47min);
    wait_for(tunnel->stop());
  }
}

TEST_F(HealthTest, CheckNowEndsAPauseAndAsksAtOnce) {
  times.offline_retry = 1h;
  times.probe = 1h;
  answer(State::ready);
  script.program = "echo offline No net.; exit 1";
  auto tunnel = make_tunnel();
  tunnel->start_in_background();
  EXPECT_TRUE(until_heard("backoff"));
  script.program = "echo url https://first.example; echo ready; exec sleep 1000";
  tunnel->check_now();
  EXPECT_TRUE(until_heard("ready"));
  answer(State::waiting);
  tunnel->check_now();
  EXPECT_TRUE(until_heard("degraded"));
  wait_for(tunnel->stop());
}

TEST_F(HealthTest, AnEndThatItsServiceAnnouncedFrightensNobody) {
  provider.lifetime = 1s;
  make_fifo("end");
  script.program = "echo url https://first.example; echo ready; read x <" + (home / "bin" / "end").string();
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  boost::asio::steady_timer hour(loop, 1s);
  bool over = false;
  hour.async_wait([&](boost::system::error_code) { over = true; });
  EXPECT_TRUE(run_until([&] { return over; }));
  script.program = "echo url https://second.example; echo ready; exec sleep 1000";
  release("end");
  EXPECT_TRUE(until_heard("ready https://second.example"));
  EXPECT_THAT(heard.front(), HasSubstr("The service ends every tunnel after 1 s; the next one is on its way."));
  wait_for(tunnel->stop());
}

TEST_F(HealthTest, AnEndpointThatHangsIsNoEndpoint) {
  answer(State::ready);
  times.answer = 20ms;
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  hang();
  EXPECT_TRUE(until_heard("degraded | sh does not answer."));
  EXPECT_TRUE(until_heard("backoff | sh does not answer."));
  wait_for(tunnel->stop());
}

TEST_F(HealthTest, StopDoesNotWaitForAnEndpointThatHangs) {
  hang();
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  EXPECT_TRUE(run_until([&] { return script.probes == 1; }));
  wait_for(tunnel->stop());  // within the 20 s of the fixture
  EXPECT_THAT(files(), IsEmpty());
  script.plan.ready_by = Plan::ReadyBy::probe;
  tunnel = make_tunnel();
  tunnel->start_in_background();
  EXPECT_TRUE(run_until([&] { return script.probes == 2; }));
  wait_for(tunnel->stop());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(HealthTest, ARunWithoutAProcess) {
  script.has_process = false;
  script.plan.ready_by = Plan::ReadyBy::probe;
  script.plan.files = {{".conf", "content"}};
  answer(State::ready, "https://kept.example");
  auto tunnel = make_tunnel();
  EXPECT_EQ(wait_for(tunnel->start()), "https://kept.example");
  EXPECT_EQ(tunnel->status().pid, 0);
  EXPECT_EQ(record().pid, 0);
  EXPECT_EQ(files().size(), 2);
  answer(State::waiting);
  EXPECT_TRUE(until_heard("degraded"));
  answer(State::ready);
  EXPECT_TRUE(until_heard("ready"));
  wait_for(tunnel->stop());
  ASSERT_EQ(script.cleaned.size(), 1);
  EXPECT_EQ(script.cleaned.front().url, "https://kept.example");
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(HealthTest, WhatCouldNotBeTakenBackIsLeftToTheNextDaemon) {
  script.cleans = false;
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  wait_for(tunnel->stop());
  const auto run = record();
  EXPECT_EQ(run.provider, "scripted");
  EXPECT_FALSE(is_adoptable(run, setup()));
  script.cleans = true;
  const std::array<const Provider*, 1> providers{&provider};
  wait_for(end_runs(load_runs(tunnels()), tunnels(), {{"scripted", setup().settings}}, providers, times));
  ASSERT_EQ(script.cleaned.size(), 2);
  EXPECT_EQ(script.cleaned.back().settings, setup().settings);
  EXPECT_EQ(script.cleaned.back().local_port, 18080);
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(HealthTest, FilesAndAnEndlessInput) {
  // `cat` ends at the end of its input; with an endless one it stays.
  script.program = "echo url https://first.example; echo ready; cat; echo over; exit 7";
  script.plan.files = {{".yml", "secret: 1\n"}};
  script.plan.endless_input = true;
  script.plan.environment = {"NAME=value"};
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  const auto file = file_with(".yml");
  EXPECT_EQ(read_file(file).value_or(""), "secret: 1\n");
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600);
  EXPECT_EQ(files().size(), 3);  // the FIFO has no name any more
  const auto proc = std::filesystem::path("/proc") / std::to_string(tunnel->status().pid);
  EXPECT_TRUE(was_started_with(tunnel->status().pid, "NAME=value"));
  EXPECT_THAT(std::filesystem::read_symlink(proc / "fd" / "0").string(), HasSubstr(".in"));
  wait_for(tunnel->stop());
  EXPECT_THAT(journal(), Not(HasSubstr("over")));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(HealthTest, WhatItStartedEndsWithIt) {
  script.program = "sleep 1000 & setsid sleep 1000 & echo url https://first.example; echo ready; wait";
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  const auto variable = run_variable(record().run_id);
  while (count_processes(variable) < 3) std::this_thread::yield();
  wait_for(tunnel->stop());
  while (count_processes(variable) > 0) std::this_thread::yield();  // killed, and a moment later gone
}

TEST_F(HealthTest, TheJournalTellsWhatHappened) {
  answer(State::ready);
  script.program = "echo url https://first.example; echo ready; echo GET /s/SECRET/; exec sleep 1000";
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  answer(State::waiting, "Connecting.");
  EXPECT_TRUE(until_heard("degraded"));
  answer(State::ready);
  EXPECT_TRUE(until_heard("ready"));
  ::kill(tunnel->status().pid, SIGKILL);
  EXPECT_TRUE(until_heard("backoff"));
  wait_for(tunnel->stop());
  for (const auto* words :
       {" started, pid ", " ready: https://first.example\n", " GET /s/.../\n", " degraded: Connecting.\n",
        " ready again\n", " was killed by signal 9: sh was killed", " next try in 0.0 s\n"})
    EXPECT_THAT(journal(), HasSubstr(words));
}

}  // namespace
}  // namespace panko
