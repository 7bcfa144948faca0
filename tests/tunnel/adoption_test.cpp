// What a daemon does with the run of one that is gone: takes it over with its URL, or ends it, or keeps its hands off.
#include <fcntl.h>
#include <fmt/format.h>

#include <thread>

#include "base/random.hpp"
#include "base/spawn.hpp"
#include "scripted.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using State = Probe::State;

class AdoptionTest : public ScriptedTest {
 protected:
  AdoptionTest() { answer(State::ready); }

  /// A run as a killed daemon leaves it: the process goes on, and a record leads to it.
  RunRecord leave_behind() {
    auto tunnel = make_tunnel();
    wait_for(tunnel->start());
    pid = tunnel->status().pid;
    tunnel.reset();
    heard.clear();
    script.program = "echo url https://new.example; echo ready; exec sleep 1000";
    return record();
  }
  /// The next daemon's tunnel, once it has said something.
  std::unique_ptr<Tunnel> adopt(const RunRecord& run) {
    auto tunnel = make_tunnel();
    tunnel->start_in_background(run);
    EXPECT_TRUE(run_until([&] { return !heard.empty(); }));
    return tunnel;
  }
  void end(std::vector<RunRecord> runs) {
    const std::array<const Provider*, 1> providers{&provider};
    wait_for(end_runs(std::move(runs), tunnels(), {{"scripted", setup().settings}}, providers, times));
  }
  /// Our child, so until it is reaped it is a zombie, not gone.
  static bool runs(pid_t child) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
  }

  pid_t pid = 0;
};

TEST_F(AdoptionTest, AHealthyRunKeepsItsUrl) {
  const auto run = leave_behind();
  EXPECT_EQ(run.gateway, "gateway");
  EXPECT_TRUE(is_adoptable(run, setup()));
  const auto begin = std::chrono::steady_clock::now();
  auto tunnel = adopt(run);
  RecordProperty("milliseconds", static_cast<int>((std::chrono::steady_clock::now() - begin) / 1ms));
  EXPECT_THAT(heard, ElementsAre("ready https://first.example"));
  EXPECT_EQ(tunnel->status().pid, pid);
  EXPECT_EQ(record().run_id, run.run_id);
  EXPECT_THAT(journal(), HasSubstr(" adopted: https://first.example\n"));

  // Its end is seen; and since it is our child all the same, with its status.
  ::kill(pid, SIGTERM);
  EXPECT_TRUE(until_heard("ready https://new.example"));
  EXPECT_THAT(heard.at(1), StartsWith("backoff | sh was killed by signal 15"));
  EXPECT_FALSE(is_alive(pid));
  wait_for(tunnel->stop());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(AdoptionTest, ItsLogIsFollowedOn) {
  make_fifo("go");
  script.program = "echo url https://first.example; echo ready; read x <" + (home / "bin" / "go").string() +
                   "; echo url https://second.example; exec sleep 1000";
  auto tunnel = adopt(leave_behind());
  EXPECT_THAT(heard, ElementsAre("ready https://first.example"));
  release("go");
  EXPECT_TRUE(until_heard("ready https://second.example"));
  EXPECT_EQ(tunnel->status().pid, pid);
  wait_for(tunnel->stop());
  EXPECT_FALSE(is_alive(pid));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(AdoptionTest, AnAddressThatChangedWhileNobodyReadIsANewAddress) {
  make_fifo("go");
  script.program =
      "echo url https://first.example; echo ready; read x <" + (home / "bin" / "go").string() +
      "; echo url https://second.example; sleep 1000; exit";  // in the middle of an exec it could not be proven
  const auto run = leave_behind();
  release("go");
  while (!read_file(file_with(".log")).value_or("").contains("second")) std::this_thread::yield();
  auto tunnel = adopt(run);
  EXPECT_THAT(heard, ElementsAre("ready https://second.example"));
  EXPECT_EQ(record().url, "https://second.example");
  wait_for(tunnel->stop());
}

TEST_F(AdoptionTest, OneThatWaitsForItsConnectionIsKept) {
  const auto run = leave_behind();
  answer(State::waiting, "Connecting.");
  auto tunnel = adopt(run);
  EXPECT_THAT(heard, ElementsAre("degraded | Connecting."));
  EXPECT_EQ(tunnel->status().url, "https://first.example");
  answer(State::ready);
  EXPECT_TRUE(until_heard("ready https://first.example"));
  EXPECT_EQ(tunnel->status().pid, pid);
  wait_for(tunnel->stop());
}

TEST_F(AdoptionTest, OneThatWasStillStartingIsEnded) {
  script.program = "echo url https://first.example; exec sleep 1000";
  {
    auto tunnel = make_tunnel();
    tunnel->start_in_background();
    EXPECT_TRUE(run_until([&] { return tunnel->status().pid != 0; }));
    pid = tunnel->status().pid;
  }
  script.program = "echo url https://new.example; echo ready; exec sleep 1000";
  const auto run = record();
  EXPECT_FALSE(is_adoptable(run, setup()));
  auto tunnel = adopt(run);
  EXPECT_THAT(heard, ElementsAre("ready https://new.example"));
  EXPECT_FALSE(is_alive(pid));
  wait_for(tunnel->stop());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(AdoptionTest, ASickOneIsEndedAndReplaced) {
  for (const bool frozen : {false, true}) {
    SCOPED_TRACE(frozen);
    heard.clear();
    answer(State::ready);
    script.program = "echo url https://first.example; echo ready; exec sleep 1000";
    const auto run = leave_behind();
    if (frozen) ::kill(pid, SIGSTOP);
    times.stop = 50ms;
    answer_with(
        [this](const RunContext& context) { return Probe{.state = context.pid == pid ? State::dead : State::ready}; });
    auto tunnel = adopt(run);
    EXPECT_THAT(heard, ElementsAre("ready https://new.example"));
    EXPECT_FALSE(is_alive(pid));
    EXPECT_THAT(load_runs(tunnels()), SizeIs(1));
    EXPECT_THAT(journal(), HasSubstr(" is not adopted: "));
    wait_for(tunnel->stop());
    EXPECT_THAT(files(), IsEmpty());
  }
}

TEST_F(AdoptionTest, OneWhoseEndpointHangsIsGivenItsTimeOnly) {
  const auto run = leave_behind();
  hang();
  auto tunnel = make_tunnel();
  tunnel->start_in_background(run);
  EXPECT_TRUE(run_until([&] { return script.probes > 1 && !is_alive(pid); }));
  wait_for(tunnel->stop());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(AdoptionTest, StopInTheMiddleEndsIt) {
  const auto run = leave_behind();
  times.adoption = 1h;
  hang();
  const auto probes = script.probes;
  auto tunnel = make_tunnel();
  tunnel->start_in_background(run);
  EXPECT_TRUE(run_until([&] { return script.probes > probes; }));
  wait_for(tunnel->stop());
  EXPECT_FALSE(is_alive(pid));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(AdoptionTest, OneThatEndedMeanwhileIsReplaced) {
  const auto run = leave_behind();
  ::kill(pid, SIGKILL);
  while (runs(pid)) std::this_thread::yield();
  auto tunnel = adopt(run);
  EXPECT_THAT(heard, ElementsAre("ready https://new.example"));
  EXPECT_FALSE(is_alive(pid));  // reaped, too
  EXPECT_THAT(load_runs(tunnels()), SizeIs(1));
  wait_for(tunnel->stop());
}

TEST_F(AdoptionTest, AStrangerIsNeverTouched) {
  const auto run = leave_behind();
  const auto stranger = spawn_program({.arguments = {"sleep", "1000"}, .environment = {}});
  ASSERT_TRUE(stranger.has_value());
  const auto start_time = start_time_of(stranger->pid).value_or(0);
  times.stop = 20ms;

  // Its number, with the old start time; its number and start time, so that only the environment is another's; a number
  // that is ours; nobody's.
  const auto lie = [&](pid_t number, std::uint64_t time) {
    auto result = run;
    result.run_id = random_uuid();
    result.pid = number;
    result.start_time = time;
    EXPECT_TRUE(save_run(tunnels(), result));
    return result;
  };
  for (const auto& [number, time] :
       std::vector<std::pair<pid_t, std::uint64_t>>{{stranger->pid, start_time - 1},
                                                    {stranger->pid, start_time},
                                                    {::getpid(), start_time_of(::getpid()).value_or(0)},
                                                    {1, start_time_of(1).value_or(0)},
                                                    {0x7fff'fff0, 1}}) {
    heard.clear();
    const auto false_run = lie(number, time);
    EXPECT_TRUE(is_adoptable(false_run, setup()));
    auto tunnel = adopt(false_run);
    EXPECT_THAT(heard, ElementsAre("ready https://new.example"));
    EXPECT_NE(tunnel->status().pid, number);
    wait_for(tunnel->stop());
    end({lie(number, time)});
    EXPECT_TRUE(runs(stranger->pid));
  }
  EXPECT_TRUE(runs(pid));  // the one that is ours has another run's id
  ::kill(stranger->pid, SIGKILL);
  ::waitpid(stranger->pid, nullptr, 0);
  end({run});
  EXPECT_FALSE(is_alive(pid));
}

TEST_F(AdoptionTest, OnlyTheSameGatewaySettingsAndOriginOfThisBoot) {
  const auto run = leave_behind();
  const auto with = [&](auto change) {
    auto other = run;
    change(other);
    return is_adoptable(other, setup());
  };
  EXPECT_TRUE(with([](RunRecord&) {}));
  EXPECT_FALSE(with([](RunRecord& is) { is.boot_id = "another"; }));
  EXPECT_FALSE(with([](RunRecord& is) { is.local_port += 1; }));
  EXPECT_FALSE(with([](RunRecord& is) { is.gateway = "another"; }));
  EXPECT_FALSE(with([](RunRecord& is) { is.provider = "another"; }));
  EXPECT_FALSE(with([](RunRecord& is) { is.settings_hash = "another"; }));
  EXPECT_FALSE(with([](RunRecord& is) { is.url.clear(); }));
  EXPECT_TRUE(with([](RunRecord& is) { is.origin_socket = "/another"; }));
  provider.uses_socket = true;
  EXPECT_TRUE(with([](RunRecord& is) { is.local_port += 1; }));
  EXPECT_FALSE(with([](RunRecord& is) { is.origin_socket = "/another"; }));
  provider.uses_socket = false;
  script.plan.url = {};
  auto settings = setup();
  settings.settings["name"] = std::string("other");
  EXPECT_FALSE(is_adoptable(run, settings));
  end({run});
}

TEST_F(AdoptionTest, ARunWithoutAProcessIsAskedAlone) {
  script.has_process = false;
  script.plan.ready_by = Plan::ReadyBy::probe;
  answer(State::ready, "https://kept.example");
  const auto run = leave_behind();
  EXPECT_EQ(run.pid, 0);
  auto tunnel = adopt(run);
  EXPECT_THAT(heard, ElementsAre("ready https://kept.example"));
  EXPECT_EQ(record().run_id, run.run_id);
  EXPECT_THAT(script.cleaned, IsEmpty());
  wait_for(tunnel->stop());
  EXPECT_THAT(script.cleaned, SizeIs(1));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(AdoptionTest, AProcessThatIsNotOurChild) {
  // As after a crash: its parent is gone, and another one reaps it.
  const auto run_id = random_uuid();
  const auto number = home / "number";
  std::filesystem::create_directory(tunnels());
  ::chmod(tunnels().c_str(), 0700);
  std::ofstream(run_log(tunnels(), run_id)) << "url https://first.example\nready\n";
  const auto parent =
      spawn_program({.arguments = {"/bin/sh", "-c",
                                   "sh -c 'sleep 1000 & exec sleep 1000' >>" + run_log(tunnels(), run_id).string() +
                                       " 2>&1 </dev/null & echo $! >" + number.string() + ".new; mv " +
                                       number.string() + ".new " + number.string()},
                     .environment = {{run_variable(run_id), "PATH=/usr/bin:/bin"}}});
  ASSERT_TRUE(parent.has_value());
  ::waitpid(parent->pid, nullptr, 0);
  pid = std::stoi(read_file(number).value_or("0"));
  RunRecord run;
  run.run_id = run_id;
  run.provider = "scripted";
  run.local_port = 18080;
  run.boot_id = boot_id();
  run.pid = pid;
  run.start_time = start_time_of(pid).value_or(0);
  run.gateway = "gateway";
  run.settings_hash = hash_of(setup().settings);
  run.url = "https://first.example";
  ASSERT_TRUE(save_run(tunnels(), run));
  // In the middle of an exec a process shows no environment.
  const auto is_itself = [&] { return read_file(fmt::format("/proc/{}/comm", pid)).value_or("").starts_with("sleep"); };
  while (!is_itself() || count_processes(run_variable(run_id)) < 2) std::this_thread::yield();

  auto tunnel = adopt(run);
  EXPECT_THAT(heard, ElementsAre("ready https://first.example"));
  EXPECT_EQ(tunnel->status().pid, pid);
  script.program = "echo url https://new.example; echo ready; exec sleep 1000";
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(until_heard("ready https://new.example"));
  EXPECT_THAT(heard.at(1), StartsWith("backoff | sh ended"));
  while (count_processes(run_variable(run_id)) > 0) std::this_thread::yield();  // what it started, too
  wait_for(tunnel->stop());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(AdoptionTest, ADaemonMayDieBetweenProcessAndRecord) {
  auto run = leave_behind();
  run.pid = 0;
  run.start_time = 0;
  ASSERT_TRUE(save_run(tunnels(), run));
  auto tunnel = adopt(run);
  EXPECT_THAT(heard, ElementsAre("ready https://new.example"));
  EXPECT_FALSE(is_alive(pid));
  wait_for(tunnel->stop());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(AdoptionTest, ADamagedRecordHidesNoProcess) {
  for (const std::string damage : {"", "{", "[]", R"({"run_id":"../x","pid":1})", R"({"pid":-1})"}) {
    const auto run = leave_behind();
    std::ofstream(file_with(".json")) << damage;
    const auto found = load_runs(tunnels());
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found.front().run_id, run.run_id);
    EXPECT_FALSE(is_adoptable(found.front(), setup()));
    end(found);
    EXPECT_FALSE(is_alive(pid)) << damage;
    EXPECT_THAT(files(), IsEmpty());
  }
}

TEST_F(AdoptionTest, EndingManyTakesAsLongAsEndingOne) {
  script.program = "trap '' TERM; echo url https://first.example; echo ready; while :; do sleep 1000; done";
  std::vector<pid_t> pids;
  for (int i = 0; i < 5; ++i) {
    auto tunnel = make_tunnel();
    wait_for(tunnel->start());
    pids.push_back(tunnel->status().pid);
  }
  times.stop = 200ms;
  const auto begin = std::chrono::steady_clock::now();
  end(load_runs(tunnels()));
  RecordProperty("milliseconds", static_cast<int>((std::chrono::steady_clock::now() - begin) / 1ms));
  for (const auto each : pids) EXPECT_FALSE(is_alive(each));
  EXPECT_THAT(script.cleaned, SizeIs(5));
  EXPECT_THAT(files(), IsEmpty());
}

}  // namespace
}  // namespace panko
