#include "cli/run_program.hpp"

#include <gtest/gtest.h>

namespace panko::cli {
namespace {

using namespace std::chrono_literals;

TEST(RunProgram, TellsStatusAndOutput) {
  const auto run = run_program({"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}, 30s);
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->status, 3);
  EXPECT_EQ(run->output, "out\nerr\n");
}

TEST(RunProgram, GetsNoInput) {
  const auto run = run_program({"/bin/sh", "-c", "read line; echo \"$?$line\""}, 30s);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->output, "1\n");
}

TEST(RunProgram, ASignalIsNoStatus) {
  const auto run = run_program({"/bin/sh", "-c", "kill -9 $$"}, 30s);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->status, -1);
}

TEST(RunProgram, EndsWhatDoesNotEnd) {
  const auto run = run_program({"/bin/sleep", "1000"}, 50ms);
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().message, "/bin/sleep did not end within 0.05 s.");
}

TEST(RunProgram, KeepsABoundedPartOfItsOutput) {
  const auto run = run_program({"/bin/sh", "-c", "head -c 1000000 /dev/zero"}, 30s);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->status, 0);
  EXPECT_EQ(run->output.size(), 65536U);
}

TEST(RunProgram, SaysWhatIsMissing) {
  EXPECT_FALSE(run_program({"/nowhere/at-all"}, 30s));
}

TEST(ShellWord, IsOneWordForTheShell) {
  EXPECT_EQ(shell_word("/home/mira/state.db"), "/home/mira/state.db");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace panko::cli
