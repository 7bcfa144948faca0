#include "cli/run_program.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace panko::cli {
namespace {

using namespace std::chrono_literals;
using test::TempDir;

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

TEST(FindOnPath, TakesTheFirstFileThatMayBeRun) {
  const TempDir dir;
  const auto put = [&](const std::string& name, std::filesystem::perms mode) {
    std::filesystem::create_directories((dir.path() / name).parent_path());
    std::ofstream(dir.path() / name) << "#!/bin/sh\n";
    std::filesystem::permissions(dir.path() / name, mode);
  };
  using std::filesystem::perms;
  put("a/tool", perms::owner_read);
  put("b/tool", perms::owner_all);
  put("c/tool", perms::owner_all);
  std::filesystem::create_directories(dir.path() / "d/tool");
  const std::string base = dir.path().native();
  EXPECT_EQ(find_on_path(base + "/d:" + base + "/a::relative:" + base + "/b:" + base + "/c", "tool"),
            dir.path() / "b/tool");
  EXPECT_EQ(find_on_path(base + "/a", "tool"), std::nullopt);
  EXPECT_EQ(find_on_path("", "tool"), std::nullopt);
}

TEST(ShellWord, IsOneWordForTheShell) {
  EXPECT_EQ(shell_word("/home/mira/state.db"), "/home/mira/state.db");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace panko::cli
