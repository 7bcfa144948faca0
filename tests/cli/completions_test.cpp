#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "cli/command.hpp"

namespace panko::cli {
namespace {

using testing::HasSubstr;

std::string script_for(const std::string& shell) {
  const Command command = completions_command();
  *std::get<std::string*>(command.arguments.at(0).target) = shell;
  testing::internal::CaptureStdout();
  EXPECT_EQ(command.run(), 0);
  std::fflush(stdout);
  return testing::internal::GetCapturedStdout();
}

/// What bash offers behind these words.
std::string offered(const std::string& words) {
  std::string file = testing::TempDir() + "panko-completions-XXXXXX";
  const int fd = ::mkstemp(file.data());
  std::ofstream(file) << script_for("bash") << "COMP_WORDS=(panko " << words
                      << ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_panko\necho \"${COMPREPLY[*]}\"\n";
  const std::string line = "cd / && bash --norc " + file;
  std::FILE* pipe = ::popen(line.c_str(), "r");  // NOLINT(bugprone-command-processor): a script of our own
  std::string out;
  char chunk[512];
  while (std::fgets(chunk, sizeof chunk, pipe) != nullptr) out += chunk;
  EXPECT_EQ(::pclose(pipe), 0);
  ::close(fd);
  std::remove(file.c_str());
  return out;
}

TEST(Completions, KnowEveryCommandAndOption) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    SCOPED_TRACE(shell);
    const std::string script = script_for(shell);
    for (const Command& command : all_commands({})) {
      EXPECT_THAT(script, HasSubstr(command.name));
      for (const Argument& argument : command.arguments) {
        if (argument.is_positional()) continue;
        std::string name(argument.spellings().back());
        if (std::string_view(shell) == "fish") name = name.substr(name.find_first_not_of('-'));
        EXPECT_EQ(script.find(name) != std::string::npos, !argument.hidden) << name;
      }
    }
  }
}

TEST(Completions, WorkInBash) {
  EXPECT_EQ(offered("sha"), "share shares\n");
  EXPECT_EQ(offered("share --pro"), "--provider\n");
  EXPECT_EQ(offered("share lat"), "latest\n");
  EXPECT_EQ(offered("show --format ''"), "text md json\n");
  EXPECT_EQ(offered("config se"), "set\n");
  EXPECT_EQ(offered("service in"), "install\n");
  EXPECT_EQ(offered("service install --take"), "--take-over\n");
  EXPECT_EQ(offered("completions f"), "fish\n");
  EXPECT_EQ(offered("check /et"), "/etc\n");
}

}  // namespace
}  // namespace panko::cli
