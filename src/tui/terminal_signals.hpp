// The signals that the TUI answers, as a descriptor to poll. They are held back in the thread that makes this and in
// those that it starts later: make it before any other thread. Programs that are started get their signals as usual.
#pragma once

#include <signal.h>

#include <optional>

#include "base/fd.hpp"

namespace panko::tui {

class TerminalSignals {
 public:
  TerminalSignals();
  TerminalSignals(const TerminalSignals&) = delete;
  TerminalSignals& operator=(const TerminalSignals&) = delete;
  ~TerminalSignals();

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// The next signal that came.
  [[nodiscard]] std::optional<int> next();

  /// SIGTERM and the like: the program is to end, restored, and by that signal.
  [[nodiscard]] static bool is_ending(int signal);
  /// One of those waits, for who cannot come to next().
  [[nodiscard]] bool ending_waits() const;

  /// Stops this process and its group, as Ctrl+Z does; returns when it is continued.
  static void stop_here();
  /// Ends the process by this signal, so that its parent sees that.
  [[noreturn]] static void end_by(int signal);

 private:
  sigset_t held_{};
  sigset_t before_{};
  Fd fd_;
};

}  // namespace panko::tui
