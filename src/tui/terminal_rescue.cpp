#include "tui/terminal_rescue.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <exception>

namespace panko::tui {

namespace {

constexpr std::array kCrashes{SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGTRAP, SIGXCPU, SIGXFSZ};

struct Rescue {
  std::atomic<bool> is_armed = false;
  int tty = -1;
  termios before{};
  std::string_view bytes;
  std::array<struct sigaction, kCrashes.size()> actions_before{};
  std::terminate_handler terminate_before = nullptr;
};
static_assert(std::atomic<bool>::is_always_lock_free);

Rescue rescue;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): a signal handler finds nothing else
alignas(16) std::array<std::byte, 64 << 10> handler_stack;  // the fault may be that the thread's own is full

/// Calls only what a signal handler may.
void give_back() {
  if (!rescue.is_armed.exchange(false)) return;
  std::string_view rest = rescue.bytes;
  for (int tries = 0; !rest.empty() && tries < 20; ++tries) {
    const ssize_t written = ::write(rescue.tty, rest.data(), rest.size());
    if (written > 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd writable{.fd = rescue.tty, .events = POLLOUT, .revents = 0};
      ::poll(&writable, 1, 10);
    } else if (errno != EINTR) {
      break;
    }
  }
  ::tcsetattr(rescue.tty, TCSANOW, &rescue.before);
}

void on_crash(int signal, siginfo_t* info, void* /*context*/) {
  const int error = errno;
  give_back();
  for (std::size_t i = 0; i < kCrashes.size(); ++i)
    if (kCrashes[i] == signal) ::sigaction(signal, &rescue.actions_before[i], nullptr);
  errno = error;
  // A fault happens again on return, and then counts; what was sent has to be sent again.
  const bool is_fault = signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE;
  if (!is_fault || info == nullptr || info->si_code <= 0) ::raise(signal);
}

/// What the library prints about the exception belongs on the user's own screen.
[[noreturn]] void on_terminate() {
  give_back();
  if (rescue.terminate_before != nullptr) rescue.terminate_before();
  ::abort();
}

}  // namespace

void arm_rescue(int tty, const termios& before, std::string_view bytes) {
  disarm_rescue();
  rescue.tty = tty;
  rescue.before = before;
  rescue.bytes = bytes;
  const stack_t stack{.ss_sp = handler_stack.data(), .ss_flags = 0, .ss_size = handler_stack.size()};
  ::sigaltstack(&stack, nullptr);
  struct sigaction action{};
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ::sigfillset(&action.sa_mask);
  for (std::size_t i = 0; i < kCrashes.size(); ++i) ::sigaction(kCrashes[i], &action, &rescue.actions_before[i]);
  rescue.terminate_before = std::set_terminate(on_terminate);
  rescue.is_armed = true;
}

void disarm_rescue() {
  if (!rescue.is_armed.exchange(false)) return;
  for (std::size_t i = 0; i < kCrashes.size(); ++i) ::sigaction(kCrashes[i], &rescue.actions_before[i], nullptr);
  std::set_terminate(rescue.terminate_before);
}

}  // namespace panko::tui
