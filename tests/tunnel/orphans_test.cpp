#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/random.hpp"
#include "base/spawn.hpp"
#include "fixture.hpp"
#include "tunnel/process.hpp"
#include "tunnel/run_record.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

class OrphansTest : public TunnelFixture {
 public:
  ~OrphansTest() override {
    for (const auto pid : children) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  }

 protected:
  OrphansTest() { std::filesystem::create_directory(tunnels()); }

  /// A process that an earlier daemon may have left, and the record of it.
  RunRecord leave_behind(const std::string& run_id = random_uuid()) {
    auto spawned = spawn_program({.arguments = {(home / "bin" / "cloudflared").string(), "tunnel"},
                                  .environment = std::vector<std::string>{run_variable(run_id)}});
    EXPECT_TRUE(spawned.has_value());
    children.push_back(spawned->pid);
    pidfds.push_back(std::move(spawned->pidfd));
    RunRecord record{.run_id = run_id,
                     .provider = "cloudflare",
                     .local_port = 18080,
                     .boot_id = boot_id(),
                     .pid = spawned->pid,
                     .start_time = start_time_of(spawned->pid).value_or(0),
                     .control = {}};
    return record;
  }
  void end(TunnelTimes times = {}) { wait_for(end_runs(load_runs(tunnels()), tunnels(), {}, all_providers(), times)); }
  /// Our child, so until it is reaped it is a zombie, not gone.
  static bool runs(pid_t pid) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
  }

  std::vector<pid_t> children;
  std::vector<Fd> pidfds;
};

TEST_F(OrphansTest, EndsWhatIsOurs) {
  const auto run = leave_behind();
  ASSERT_TRUE(save_run(tunnels(), run));
  std::ofstream(run_log(tunnels(), run.run_id)) << "log";
  end();
  EXPECT_FALSE(runs(run.pid));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(OrphansTest, KillsWhatIgnoresSigterm) {
  make_fifo("deaf");
  scenario("ignore-term\nwait deaf");
  const auto run = leave_behind();
  release("deaf");  // returns once it has opened the other end: it ignores SIGTERM by now
  ASSERT_TRUE(save_run(tunnels(), run));
  end({.stop = 20ms});
  EXPECT_FALSE(runs(run.pid));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(OrphansTest, FindsAProcessWhoseNumberWasNotWrittenDownYet) {
  auto run = leave_behind();
  const auto pid = std::exchange(run.pid, 0);
  ASSERT_TRUE(save_run(tunnels(), run));
  end();
  EXPECT_FALSE(runs(pid));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(OrphansTest, TouchesNothingThatIsNotProvenOurs) {
  const auto other_run = leave_behind();  // somebody else's, with a number that was ours once
  auto foreign = other_run;
  foreign.run_id = random_uuid();
  auto reused = foreign;
  reused.start_time -= 1;
  auto other_boot = leave_behind();
  other_boot.boot_id = "another";
  auto own = foreign;
  own.pid = ::getpid();
  own.start_time = start_time_of(::getpid()).value_or(0);

  for (const auto& run : {foreign, reused, other_boot, own}) {
    ASSERT_TRUE(save_run(tunnels(), run));
    end({.stop = 20ms});
    EXPECT_TRUE(runs(other_run.pid));
    EXPECT_TRUE(runs(other_boot.pid));
    EXPECT_THAT(files(), IsEmpty());
  }
}

TEST_F(OrphansTest, OneThatDoesNotEndKeepsItsOwnRecordAlone) {
  const auto stuck = leave_behind();
  const auto other = leave_behind();
  for (const auto& run : {stuck, other}) ASSERT_TRUE(save_run(tunnels(), run));
  // Who traces it says when it may be gone: nothing else outlives SIGKILL at will.
  if (::ptrace(PTRACE_SEIZE, stuck.pid, nullptr, PTRACE_O_TRACEEXIT) != 0) GTEST_SKIP() << "may not trace";
  end({.stop = 20ms});
  EXPECT_THAT(files(), testing::ElementsAre(stuck.run_id + ".json"));
  EXPECT_FALSE(runs(other.pid));
  ::ptrace(PTRACE_DETACH, stuck.pid, nullptr, nullptr);
}

TEST_F(OrphansTest, RemovesWhatBelongsToNothing) {
  const auto id = random_uuid();
  for (const auto& name : {id + ".log", id + ".sock", id + ".json.abc", std::string("known_hosts")})
    std::ofstream(tunnels() / name) << "{}";
  end();
  EXPECT_THAT(files(), testing::ElementsAre("known_hosts"));
}

}  // namespace
}  // namespace panko
