#include "tunnel/process.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "base/spawn.hpp"

namespace panko {
namespace {

TEST(Process, IsDescribedByTheKernel) {
  EXPECT_EQ(boot_id().size(), 36);
  EXPECT_GT(start_time_of(::getpid()).value_or(0), 0);
  EXPECT_THAT(all_processes(), testing::Contains(::getpid()));
}

TEST(Process, RemembersTheEnvironmentItWasStartedWith) {
  const auto child = spawn_program({.arguments = {"sleep", "60"}, .environment = {{"A=b", "LONG=er"}}});
  ASSERT_TRUE(child.has_value());
  // Whoever spawns is let go in the middle of exec; the new environment shows a moment later.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!was_started_with(child->pid, "A=b") && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_TRUE(was_started_with(child->pid, "A=b"));
  EXPECT_TRUE(was_started_with(child->pid, "LONG=er"));
  for (const char* other : {"A=", "A=bc", "a=b", "LONG=", ""})
    EXPECT_FALSE(was_started_with(child->pid, other)) << other;
  ::kill(child->pid, SIGKILL);
  ::waitpid(child->pid, nullptr, 0);
}

TEST(Process, IsProvenByAllThatIsKnownOfIt) {
  const auto child = spawn_program({.arguments = {"sleep", "60"}, .environment = {{"A=b"}}});
  ASSERT_TRUE(child.has_value());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!was_started_with(child->pid, "A=b") && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  const auto start = start_time_of(child->pid).value_or(0);
  EXPECT_TRUE(prove_process(child->pid, start, "A=b").has_value());
  EXPECT_TRUE(prove_process(child->pid, std::nullopt, "A=b").has_value());
  EXPECT_FALSE(prove_process(child->pid, start + 1, "A=b").has_value());
  EXPECT_FALSE(prove_process(child->pid, start, "A=c").has_value());
  for (const pid_t other : {0, 1, -1, ::getpid()}) EXPECT_FALSE(prove_process(other, std::nullopt, "A=b").has_value());

  reap_ended_child(child->pid, start);  // it has not ended
  EXPECT_EQ(::kill(child->pid, 0), 0);
  ::kill(child->pid, SIGKILL);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child->pid), &info, WEXITED | WNOWAIT);
  EXPECT_FALSE(prove_process(child->pid, start, "A=b").has_value());
  reap_ended_child(child->pid, start + 1);
  EXPECT_EQ(::kill(child->pid, 0), 0);  // another one, by that
  reap_ended_child(child->pid, start);
  EXPECT_NE(::kill(child->pid, 0), 0);
}

TEST(Process, IsDescribedWhateverItsName) {
  // The name is the second field of /proc/PID/stat: spaces and parentheses in it must not shift the others.
  std::ofstream("/proc/self/comm") << "a) R 1 (";
  const auto start = start_time_of(::getpid());
  std::ofstream("/proc/self/comm") << "plain";
  EXPECT_EQ(start, start_time_of(::getpid()));
}

TEST(Process, ThatIsGoneHasNothing) {
  constexpr pid_t kNone = 0x7fff'fff0;
  EXPECT_EQ(start_time_of(kNone), std::nullopt);
  EXPECT_FALSE(was_started_with(kNone, "A=b"));
}

}  // namespace
}  // namespace panko
