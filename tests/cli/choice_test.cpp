#include "cli/choice.hpp"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace panko::cli {
namespace {

const std::vector<protocol::ProviderInfo> kProviders{
    {.name = "local", .description = "this machine", .available = true, .missing = {}, .is_public = false},
    {.name = "cloudflare", .description = "anybody", .available = true, .missing = {}, .is_public = true},
    {.name = "ngrok", .description = "anybody", .missing = "It is not installed.", .mend = "install ngrok"}};

TEST(Choice, TakesWhatIsConfigured) {
  EXPECT_EQ(choose_provider(kProviders, "cloudflare", true), "cloudflare");
  EXPECT_EQ(choose_provider(kProviders, "unknown", false), "unknown");  // the daemon says what is wrong with it
}

TEST(Choice, NeverTakesAPublicOneUnasked) {
  EXPECT_EQ(choose_provider(kProviders, std::nullopt, false), "local");
  EXPECT_EQ(choose_provider({}, std::nullopt, false), "local");
}

TEST(Choice, AsksNothingWhenThereIsNoChoice) {
  auto providers = kProviders;
  providers[1].available = false;
  EXPECT_EQ(choose_provider(providers, std::nullopt, true), "local");
}

/// What is chosen by somebody who types this at a terminal; "aborted" when nothing is.
std::string chosen_by_typing(const std::string& typed) {
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    const auto choice = choose_provider(kProviders, std::nullopt, true);
    ::_exit(!choice ? 130 : *choice == "local" ? 1 : *choice == "cloudflare" ? 2 : 3);
  }
  std::string screen;
  char c = 0;
  while (!screen.ends_with("]: ") && ::read(terminal, &c, 1) == 1) screen += c;
  EXPECT_NE(screen.find("2  cloudflare  anybody. Who can read it: anyone with the link; the link"), std::string::npos)
      << screen;
  EXPECT_NE(screen.find("-  ngrok       It is not installed. Mended by: install ngrok"), std::string::npos) << screen;
  EXPECT_EQ(::write(terminal, typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
  while (::read(terminal, &c, 1) == 1) screen += c;
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(terminal);
  if (!WIFEXITED(status)) return "killed";
  return WEXITSTATUS(status) == 130 ? "aborted" : WEXITSTATUS(status) == 1 ? "local" : "cloudflare";
}

TEST(Choice, AsksAtATerminal) {
  EXPECT_EQ(chosen_by_typing("\n"), "local");
  EXPECT_EQ(chosen_by_typing("2\n"), "cloudflare");
  EXPECT_EQ(chosen_by_typing("cloudflare\n"), "cloudflare");
  EXPECT_EQ(chosen_by_typing("3\nngrok\nno\n2\n"), "cloudflare");
}

TEST(Choice, EndsByCtrlCCtrlDAndQ) {
  // Often: it may come before the question waits for an answer.
  for (int i = 0; i < 50; ++i) EXPECT_EQ(chosen_by_typing("\x03"), "aborted");
  EXPECT_EQ(chosen_by_typing("\x04"), "aborted");
  EXPECT_EQ(chosen_by_typing("q\n"), "aborted");
}

}  // namespace
}  // namespace panko::cli
