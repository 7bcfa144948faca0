#include "cli/cli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "base/result.hpp"
#include "cli/command.hpp"
#include "tests/catalog/home.hpp"
#include "tests/support/project_files.hpp"

namespace panko {
namespace {

using testing::HasSubstr;

struct Ran {
  int status;
  std::string out;
  std::string err;
};

Ran run(std::vector<std::string> words, const CliHooks& hooks = {}) {
  std::vector<char*> argv;
  words.insert(words.begin(), "panko");
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = run_cli(static_cast<int>(words.size()), argv.data(), hooks);
  std::string out = testing::internal::GetCapturedStdout();
  return {.status = status, .out = std::move(out), .err = testing::internal::GetCapturedStderr()};
}

class CliTest : public testing::Test {
 protected:
  CliTest() { ::setenv("PANKO_HOME", (home_.directory() / "panko").c_str(), 1); }

  testing_support::Home home_;
};

TEST_F(CliTest, TellsVersionAndHelp) {
  EXPECT_THAT(run({"--version"}).out, testing::MatchesRegex("panko [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  EXPECT_THAT(run({"--help"}).out, HasSubstr("Usage: panko [COMMAND]"));
  EXPECT_THAT(run({"share", "--help"}).out, HasSubstr("Usage: panko share [OPTIONS] SESSION"));
  EXPECT_EQ(run({"help", "share"}).out, run({"share", "-h"}).out);
  EXPECT_THAT(run({"config", "--help"}).out, HasSubstr("Usage: panko config COMMAND"));
  EXPECT_THAT(run({"config", "set", "--help"}).out, HasSubstr("Usage: panko config set KEY VALUE"));
}

TEST_F(CliTest, RefusesWhatIsMistypedWithStatus2) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"shrae"}, "There is no command \"shrae\"; did you mean \"share\"? See: panko --help"},
      {{"xyzzyxyzzy"}, "There is no command \"xyzzyxyzzy\". See: panko --help"},
      {{"--nonsense"}, "There is no option \"--nonsense\". See: panko --help"},
      {{"share"}, "share needs SESSION. See: panko share --help"},
      {{"config"}, "config needs a command. See: panko config --help"},
      {{"config", "gte"}, "There is no command \"gte\"; did you mean \"get\"? See: panko config --help"},
      {{"config", "get"}, "config get needs KEY. See: panko config get --help"},
      {{"providers", "extra"}, "providers takes no further argument \"extra\". See: panko providers --help"},
      {{"list", "--sort", "newst"},
       "--sort cannot be \"newst\"; it is one of newest, oldest, messages, size, project; did you mean newest? "
       "See: panko list --help"},
      {{"stop"}, "stop needs the ID of a share, or --all. See: panko stop --help"},
      {{"edit"}, "edit needs ID. See: panko edit --help"},
      {{"edit", "3f2a"}, "edit needs something to change. See: panko edit --help"},
      {{"edit", "3f2a", "--password", "--no-password"},
       "Only one of --password, --password-stdin and --no-password can be given. See: panko edit --help"},
      {{"edit", "3f2a", "--max-views", "0"},
       "--max-views takes a whole number from 1 on, not \"0\". See: panko edit --help"},
      {{"edit", "3f2a", "--download", "yes"},
       "--download cannot be \"yes\"; it is one of on, off. See: panko edit --help"},
      {{"share", "x", "--hide", "tool"},
       "--hide takes tools, thinking and steps with commas between, or none, not \"tool\"; did you mean tools? "
       "See: panko share --help"},
      {{"share", "x", "--no-redact", "--show-personal"},
       "--no-redact masks nothing, so --show-personal says nothing. See: panko share --help"},
      {{"share", "x", "--review", "--yes"},
       "--review asks, and --yes and --no-input never do. See: panko share --help"},
      {{"scan", "x", "--allow", "jwt #1", "--json"},
       "--allow and --mask change what is masked; scan again for --json or --fail. See: panko scan --help"},
      {{"redact", "add", "Ventomare"},
       "redact add takes no word on the command line, where every user of this machine could read it: it asks, or "
       "reads "
       "standard input, one a line. See: panko redact add --help"},
      {{"stop", "--all", "3f2a"}, "stop needs the ID of a share, or --all. See: panko stop --help"},
      {{"completions", "tcsh"},
       "SHELL cannot be \"tcsh\"; it is one of bash, zsh, fish; did you mean bash? See: panko completions --help"}};
  for (const auto& [words, sentence] : cases) {
    const Ran ran = run(words);
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "panko: " + sentence + '\n');
  }
}

TEST_F(CliTest, TurnsAFailureIntoASentenceAndStatus1) {
  const Ran ran = run({"serve", "--foreground"},
                      {.run_daemon = [](const DaemonStart&) -> int { throw Failure("Something \x1b[31m is wrong."); }});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "panko: Something ␛[31m is wrong.\n");
}

TEST_F(CliTest, RunsTheDaemonInThisProcessWhenAsked) {
  std::vector<std::tuple<bool, int, int>> calls;
  const CliHooks hooks{.run_daemon = [&](const DaemonStart& start) {
    calls.emplace_back(start.foreground, start.ready_fd, start.handover_fd);
    return 7;
  }};
  EXPECT_EQ(run({"serve", "--foreground"}, hooks).status, 7);
  EXPECT_EQ(run({"serve", "--ready-fd", "5"}, hooks).status, 7);
  EXPECT_EQ(run({"serve", "--handover", "6", "--foreground"}, hooks).status, 7);
  EXPECT_EQ(calls, (std::vector<std::tuple<bool, int, int>>{{true, -1, -1}, {false, 5, -1}, {true, -1, 6}}));
}

TEST_F(CliTest, PrintsWhatARunningDaemonAsksOfItsSuccessor) {
  const Ran ran = run({"serve", "--self-check"}, {.self_check = [] { return std::string("{}"); }});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.out, "{}\n");
}

TEST_F(CliTest, WhatNeedsAPersonIsRefusedWhereNobodyIs) {
  const auto session = home_.add_session("11111111-1111-4111-8111-111111111111", "/src/a", "Hello", 0).native();
  const Ran review = run({"share", session, "--review"});
  EXPECT_EQ(review.status, 1);
  EXPECT_EQ(review.err, "panko: --review asks, and nobody can be asked here; `panko scan` shows what is masked.\n");
  EXPECT_FALSE(std::filesystem::exists(home_.directory() / "panko/daemon.sock"));
}

TEST_F(CliTest, ServeStatusAndStopStartNoDaemon) {
  const Ran status = run({"serve-status"});
  EXPECT_EQ(status.status, 1);
  EXPECT_EQ(status.out, "No daemon runs.\n");
  const Ran json = run({"serve-status", "--json"});
  EXPECT_EQ(json.status, 1);
  EXPECT_EQ(json.out, "{\"running\":false}\n");
  EXPECT_EQ(run({"serve-stop"}).status, 0);
  EXPECT_FALSE(std::filesystem::exists(home_.directory() / "panko/daemon.sock"));
}

TEST_F(CliTest, ListsSessions) {
  home_.add_session("11111111-1111-4111-8111-111111111111", "/src/fernwatch", "Old", 60);
  home_.add_session("22222222-2222-4222-8222-222222222222", "/src/fernwatch", "New\\u001b[31m", 0);
  const Ran ran = run({"list"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_LT(ran.out.find("22222222-2222"), ran.out.find("11111111-1111"));
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(run({}).out, ran.out);
  const Ran one = run({"list", "-n", "1", "--json"});
  EXPECT_THAT(one.out, testing::StartsWith("[{\"id\":\"22222222-2222-4222-8222-222222222222\",\"agent\":\"claude\""));
  EXPECT_THAT(one.out, testing::Not(HasSubstr("11111111")));
  EXPECT_EQ(run({"list", "--json", "-n", "0"}).out, "[]\n");
}

TEST_F(CliTest, ChecksEveryFileThoughOneIsNoSession) {
  const auto good = home_.add_session("11111111-1111-4111-8111-111111111111", "/src/a", "Hello", 0);
  const auto bad = home_.directory() / "notes.txt";
  std::ofstream(bad) << "These are notes.\n";
  const Ran ran = run({"check", bad, good});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.out, testing::MatchesRegex("11111111-[-1-8]+  claude  1 blocks  .*  0 unreadable  .*jsonl\n"));
  EXPECT_THAT(ran.err, HasSubstr("notes.txt"));
  EXPECT_EQ(run({"check", good}).status, 0);
  EXPECT_EQ(run({"check", "-q", good}).out, "");
  const Ran json = run({"check", "--json", bad, good});
  EXPECT_THAT(json.out, testing::StartsWith("{\"path\":\"" + bad.native() + "\",\"error\":\""));
  EXPECT_THAT(json.out, HasSubstr("\n{\"path\":\"" + good.native() + "\",\"id\":\"11111111"));
  EXPECT_THAT(json.out, HasSubstr("\"blocks\":1,"));
  EXPECT_THAT(json.out, HasSubstr("\"unreadable_lines\":0}\n"));
}

TEST_F(CliTest, ShowsASession) {
  home_.add_session("11111111-1111-4111-8111-111111111111", "/src/a", "Water the \\u001b[31mfern", 0);
  for (const char* format : {"text", "md", "json"}) {
    const Ran ran = run({"show", "1111", "--format", format});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("Water the "));
    EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
  }
  EXPECT_EQ(run({"show", "/no/such/file"}).status, 1);
  EXPECT_EQ(run({"show", "/"}).status, 1);
}

TEST_F(CliTest, Configures) {
  EXPECT_EQ(run({"config", "path"}).out, (home_.directory() / "panko/config.toml").native() + '\n');
  EXPECT_EQ(run({"config", "get", "default_expiry"}).out, "7d\n");
  EXPECT_EQ(run({"config", "set", "default_expiry", "12h"}).status, 0);
  EXPECT_EQ(run({"config", "get", "default_expiry"}).out, "12h\n");
  EXPECT_THAT(run({"config", "show"}).out, HasSubstr("\ndefault_expiry = \"12h\"\nmax_shares = 100  # default\n"));
  EXPECT_EQ(run({"config", "unset", "default_expiry"}).status, 0);
  EXPECT_EQ(run({"config", "get", "default_expiry"}).out, "7d\n");
  const Ran unknown = run({"config", "set", "default_expire", "1d"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean \"default_expiry\"?"));
  EXPECT_EQ(run({"config", "get", "default_port"}).status, 1);
}

TEST_F(CliTest, TheManualPageMissesNoCommandAndNoOption) {
  std::ostringstream page;
  page << std::ifstream(test::project_file("docs/panko.1")).rdbuf();
  std::string text;  // as it is read: "\-" is a dash
  for (const char c : page.str())
    if (c != '\\') text += c;
  for (const cli::Command& command : cli::all_commands({})) {
    EXPECT_THAT(text, HasSubstr("B panko " + command.name));
    for (const cli::Argument& argument : command.arguments)
      if (!argument.hidden && argument.choices.empty())
        for (const auto spelling : argument.spellings()) EXPECT_THAT(text, HasSubstr(spelling)) << command.name;
    for (const cli::Command& inner : command.subcommands) EXPECT_THAT(text, HasSubstr(inner.name)) << command.name;
  }
}

}  // namespace
}  // namespace panko
