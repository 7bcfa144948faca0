#include "desktop/clipboard.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "base/fd.hpp"
#include "fixture.hpp"

namespace panko {
namespace {

using testing::HasSubstr;

class ClipboardTest : public DesktopFixture {
 protected:
  /// What the terminal gets from a copy, on a pseudo-terminal of its own.
  static std::string terminal_gets(const std::string& text) {
    const Fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    ::grantpt(master.get());
    ::unlockpt(master.get());
    const std::string name = ::ptsname(master.get());
    const pid_t child = ::fork();
    if (child == 0) {
      ::setsid();
      const int terminal = ::open(name.c_str(), O_RDWR);  // becomes the controlling one
      const auto copied = copy_to_clipboard(text);
      const std::string end = copied ? "|" + *copied : "|failed";
      if (::write(terminal, end.data(), end.size()) < 0) ::_exit(2);
      ::_exit(0);
    }
    std::string got;
    char chunk[4096];
    for (;;) {
      const ssize_t size = ::read(master.get(), chunk, sizeof chunk);
      if (size <= 0) break;  // EIO once the child has closed the other side
      got.append(chunk, static_cast<std::size_t>(size));
    }
    ::waitpid(child, nullptr, 0);
    return got;
  }
};

TEST_F(ClipboardTest, UsesTheToolOfTheDisplay) {
  program("wl-copy", "cat > " + (home / "wayland").string());
  program("xclip", "echo \"$@\" > " + (home / "arguments").string() + "; cat > " + (home / "x").string());
  set("DISPLAY", ":9");
  EXPECT_EQ(copy_to_clipboard("one").value_or(""), "xclip");
  EXPECT_EQ(content("x"), "one");
  EXPECT_EQ(content("arguments"), "-in -selection clipboard\n");
  set("WAYLAND_DISPLAY", "wayland-9");
  EXPECT_EQ(copy_to_clipboard("two").value_or(""), "wl-copy");
  EXPECT_EQ(content("wayland"), "two");
}

TEST_F(ClipboardTest, GoesOnToTheNextWhenOneFailsOrHangs) {
  set("WAYLAND_DISPLAY", "wayland-9");
  set("DISPLAY", ":9");
  program("wl-copy", "exit 1");
  program("xclip", "while :; do :; done");
  program("xsel", "cat > " + (home / "x").string());
  const std::string much(1 << 20, 'x');  // more than a pipe holds
  EXPECT_EQ(copy_to_clipboard(much).value_or(""), "xsel");
  EXPECT_EQ(content("x"), much);
}

TEST_F(ClipboardTest, WaitsForNoBackgroundProcess) {
  set("DISPLAY", ":9");
  // As xclip does it: what keeps the selection stays behind.
  program("xclip", "(read line < " + (home / "never").string() + ") & echo $! > " + (home / "pid").string());
  ASSERT_EQ(::mkfifo((home / "never").c_str(), 0600), 0);
  EXPECT_EQ(copy_to_clipboard("x").value_or(""), "xclip");
  const auto pid = std::stoi(content("pid"));
  EXPECT_EQ(::kill(pid, 0), 0);
  ::kill(pid, SIGKILL);
}

TEST_F(ClipboardTest, UsesTheTerminalElse) {
  set("TERM", "xterm-256color");
  EXPECT_EQ(terminal_gets("https://x/s/\x1b]"), "\x1b]52;c;aHR0cHM6Ly94L3MvG10=\x07|terminal");
}

TEST_F(ClipboardTest, HandsTheSequenceToWhoDrawsOnTheTerminal) {
  set("TERM", "xterm-256color");
  const auto copy = copy_or_sequence("x");
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->by, "terminal");
  EXPECT_EQ(copy->sequence, "\x1b]52;c;eA==\x07");
  set("DISPLAY", ":9");
  program("xclip", "cat > " + (home / "x").string());
  const auto by_tool = copy_or_sequence("y");
  ASSERT_TRUE(by_tool);
  EXPECT_EQ(by_tool->by, "xclip");
  EXPECT_EQ(by_tool->sequence, "");
}

TEST_F(ClipboardTest, SaysWhatIsTooMuchForATerminal) {
  set("TERM", "xterm-256color");
  EXPECT_EQ(copy_or_sequence(std::string(kTerminalClipboardLimit, 'x')).value().sequence.size(), 100'000u);
  const auto copy = copy_or_sequence(std::string(kTerminalClipboardLimit + 1, 'x'));
  ASSERT_FALSE(copy);
  EXPECT_THAT(copy.error().message, HasSubstr("75 KB are more than the terminal's clipboard takes"));
}

TEST_F(ClipboardTest, GivesUpOnToolsThatAllHang) {
  set("TERM", "xterm-256color");
  set("WAYLAND_DISPLAY", "wayland-9");
  set("DISPLAY", ":9");
  for (const char* name : {"wl-copy", "xclip", "xsel", "pbcopy"}) program(name, "while :; do :; done");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(copy_or_sequence("x").value().by, "terminal");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(3500));
}

TEST_F(ClipboardTest, KnowsWhatATerminalCannot) {
  set("TERM", "xterm-256color");
  EXPECT_EQ(terminal_gets(std::string(100'000, 'x')), "|failed");
  for (const char* terminal : {"dumb", "linux", ""}) {
    set("TERM", terminal);
    EXPECT_EQ(terminal_gets("x"), "|failed") << terminal;
  }
}

TEST_F(ClipboardTest, GoesThroughAnOldTmux) {
  set("TERM", "screen");
  set("TMUX", "/nowhere/socket,1,0");
  program("tmux", "exit 1");  // -w is unknown before 3.2
  EXPECT_EQ(terminal_gets("x"), "\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\|terminal");
}

TEST_F(ClipboardTest, FillsTheBufferOfARealTmux) {
  set("PATH", "/usr/bin:/bin");
  const auto socket = (home / "tmux").string();
  if (std::system(("tmux -S " + socket + " -f /dev/null new-session -d cat 2>/dev/null").c_str()) != 0)
    GTEST_SKIP() << "tmux is not installed";
  set("TMUX", socket + ",1,0");
  EXPECT_EQ(copy_to_clipboard("from panko").value_or(""), "tmux");
  const auto shown = (home / "shown").string();
  EXPECT_EQ(std::system(("tmux -S " + socket + " show-buffer > " + shown).c_str()), 0);
  EXPECT_EQ(content("shown"), "from panko");
  EXPECT_EQ(std::system(("tmux -S " + socket + " kill-server").c_str()), 0);
}

TEST_F(ClipboardTest, ReachesTheTerminalAroundARealTmux) {
  set("PATH", "/usr/bin:/bin");
  set("TERM", "xterm-256color");
  const auto socket = (home / "tmux").string();
  const Fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ::grantpt(master.get());
  ::unlockpt(master.get());
  const winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  ::ioctl(master.get(), TIOCSWINSZ, &size);
  const std::string name = ::ptsname(master.get());
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    const int terminal = ::open(name.c_str(), O_RDWR);
    for (int fd = 0; fd < 3; ++fd) ::dup2(terminal, fd);
    ::execlp("tmux", "tmux", "-S", socket.c_str(), "-f", "/dev/null", "new-session", "echo ready; cat", nullptr);
    ::_exit(127);
  }
  std::string got;
  const auto terminal_says = [&](std::string_view wanted) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!got.contains(wanted) && std::chrono::steady_clock::now() < deadline) {
      pollfd readable{.fd = master.get(), .events = POLLIN, .revents = 0};
      char chunk[4096];
      if (::poll(&readable, 1, 1000) != 1) continue;
      const ssize_t size_read = ::read(master.get(), chunk, sizeof chunk);
      if (size_read <= 0) break;
      got.append(chunk, static_cast<std::size_t>(size_read));
    }
    return got.contains(wanted);
  };
  const bool runs = terminal_says("ready");
  if (runs) {
    set("TMUX", socket + ",1,0");
    EXPECT_EQ(copy_to_clipboard("hello").value_or(""), "tmux");
    EXPECT_TRUE(terminal_says("aGVsbG8=")) << got;
    EXPECT_EQ(std::system(("tmux -S " + socket + " kill-server").c_str()), 0);
  }
  ::waitpid(child, nullptr, 0);
  if (!runs) GTEST_SKIP() << "tmux is not installed";
}

TEST_F(ClipboardTest, SaysWhenThereIsNone) {
  const auto copied = copy_to_clipboard("x");
  ASSERT_FALSE(copied);
  EXPECT_THAT(copied.error().message, HasSubstr("no clipboard here"));
}

}  // namespace
}  // namespace panko
