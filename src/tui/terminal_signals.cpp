#include "tui/terminal_signals.hpp"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/files.hpp"
#include "base/result.hpp"

namespace panko::tui {

namespace {

constexpr std::array kEnding{SIGTERM, SIGHUP, SIGINT, SIGQUIT};
constexpr std::array kOther{SIGWINCH, SIGTSTP, SIGCONT};

sigset_t only(int signal) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, signal);
  return set;
}

}  // namespace

TerminalSignals::TerminalSignals() {
  ::sigemptyset(&held_);
  for (const int signal : kEnding) ::sigaddset(&held_, signal);
  for (const int signal : kOther) ::sigaddset(&held_, signal);
  fd_ = Fd(::signalfd(-1, &held_, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd_) throw Failure(fmt::format("Signals cannot be received: {}.", describe_errno(errno)));
  ::pthread_sigmask(SIG_BLOCK, &held_, &before_);
}

TerminalSignals::~TerminalSignals() {
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> TerminalSignals::next() {
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

bool TerminalSignals::is_ending(int signal) {
  return std::ranges::find(kEnding, signal) != kEnding.end();
}

bool TerminalSignals::ending_waits() const {
  sigset_t waiting;
  ::sigpending(&waiting);
  return std::ranges::any_of(kEnding, [&](int signal) { return ::sigismember(&waiting, signal) == 1; });
}

void TerminalSignals::stop_here() {
  // Every other thread holds the signal back, so it is delivered here, and nowhere later than at the unblocking.
  ::kill(0, SIGTSTP);
  const sigset_t stop = only(SIGTSTP);
  ::pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
  ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
}

void TerminalSignals::end_by(int signal) {
  ::signal(signal, SIG_DFL);
  ::raise(signal);
  const sigset_t ending = only(signal);
  ::pthread_sigmask(SIG_UNBLOCK, &ending, nullptr);
  ::_exit(128 + signal);  // not reached: none of them is survived
}

}  // namespace panko::tui
