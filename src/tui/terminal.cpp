#include "tui/terminal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "base/files.hpp"
#include "base/result.hpp"
#include "tui/terminal_rescue.hpp"

namespace panko::tui {

namespace {

// The alternate screen, no cursor, no wrapping at the last column; clicks and the wheel in SGR; pastes marked.
constexpr std::string_view kTake = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?1000h\x1b[?1006h\x1b[?2004h";
/// First the end of a string and of a frame that may have been cut short.
constexpr std::string_view kGiveBack =
    "\x1b\\\x1b[?2026l\x1b[?2004l\x1b[?1006l\x1b[?1000l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

using Clock = std::chrono::steady_clock;

constexpr int kCheckEnding = 100;                        // milliseconds, while nobody reads
constexpr std::chrono::milliseconds kLastPatience{200};  // with who does not read, when the program is to end

// A screen of more is no terminal's, and memory goes with it.
constexpr int kMaxColumns = 1000;
constexpr int kMaxRows = 500;

/// A description of its own, so that what is set on it (non-blocking) is not set for whoever shares the terminal.
Fd open_terminal() {
  constexpr int kFlags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
  if (Fd tty{::open("/dev/tty", kFlags)}) return tty;
  // Not the controlling one: standard input may be a terminal all the same.
  std::array<char, 256> name{};
  if (::ttyname_r(STDIN_FILENO, name.data(), name.size()) == 0)
    if (Fd tty{::open(name.data(), kFlags)}) return tty;
  throw Failure("There is no terminal to draw on; try: panko list");
}

}  // namespace

Terminal::Terminal(TerminalSignals& signals) : signals_(signals), tty_(open_terminal()) {
  if (::tcgetattr(tty_.get(), &before_) != 0)
    throw Failure(fmt::format("The terminal cannot be used: {}.", describe_errno(errno)));
  take();
}

Terminal::~Terminal() {
  is_ending_ = true;
  give_back();
}

Resize Terminal::size() const {
  winsize size{};
  if (::ioctl(tty_.get(), TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return {.columns = 80, .rows = 24};
  return {.columns = std::min<int>(size.ws_col, kMaxColumns), .rows = std::min<int>(size.ws_row, kMaxRows)};
}

std::string Terminal::read() {
  std::string bytes(16 << 10, '\0');
  const ssize_t got = ::read(tty_.get(), bytes.data(), bytes.size());
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) is_gone_ = true;
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

void Terminal::write(std::string_view bytes) {
  auto last_taken = Clock::now();
  while (!bytes.empty() && !is_gone_) {
    const ssize_t written = ::write(tty_.get(), bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
      last_taken = Clock::now();
    } else if (errno == EAGAIN) {
      if ((is_ending_ || signals_.ending_waits()) && Clock::now() - last_taken > kLastPatience) return;
      pollfd writable{.fd = tty_.get(), .events = POLLOUT, .revents = 0};
      ::poll(&writable, 1, kCheckEnding);
    } else if (errno != EINTR) {
      is_gone_ = true;
    }
  }
}

void Terminal::suspend() {
  give_back();
  TerminalSignals::stop_here();
  take_again();
}

void Terminal::take_again() {
  // The shell may have changed what it wants to find again.
  termios now{};
  if (::tcgetattr(tty_.get(), &now) == 0 && (now.c_lflag & ICANON) != 0) before_ = now;
  take();
}

void Terminal::take() {
  termios raw = before_;
  raw.c_iflag &= ~static_cast<tcflag_t>(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
  raw.c_oflag &= ~static_cast<tcflag_t>(OPOST);
  raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  raw.c_cflag = (raw.c_cflag & ~static_cast<tcflag_t>(CSIZE | PARENB)) | CS8;
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  arm_rescue(tty_.get(), before_, kGiveBack);
  // In the background this stops us (SIGTTOU) until somebody brings us to the front.
  if (::tcsetattr(tty_.get(), TCSANOW, &raw) != 0 && errno != EINTR) is_gone_ = true;
  write(kTake);
}

void Terminal::give_back() {
  write(kGiveBack);
  ::tcsetattr(tty_.get(), TCSANOW, &before_);
  disarm_rescue();
}

}  // namespace panko::tui
