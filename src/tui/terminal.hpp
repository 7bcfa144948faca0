// The terminal that the TUI has for itself: raw input, the alternate screen, the mouse. It is given back as it was
// when this is destroyed, while the program is stopped (Ctrl+Z), and when the program dies of a bug.
// One at a time, for the main thread. Throws Failure when there is no terminal.
#pragma once

#include <termios.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "tui/event.hpp"
#include "tui/terminal_signals.hpp"

namespace panko::tui {

class Terminal {
 public:
  explicit Terminal(TerminalSignals& signals);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  [[nodiscard]] int fd() const { return tty_.get(); }
  /// 80x24 when it does not say.
  [[nodiscard]] Resize size() const;

  /// What was typed; empty when nothing was. Not while it is gone.
  [[nodiscard]] std::string read();
  /// Returns when all is written, when the terminal is gone, or when nobody reads and the program is to end.
  void write(std::string_view bytes);
  /// Nobody is at the other end any more.
  [[nodiscard]] bool is_gone() const { return is_gone_; }

  /// Gives the terminal back, stops the program, and takes the terminal again when it goes on.
  void suspend();
  /// Takes it again after somebody else had it.
  void take_again();

 private:
  void take();
  void give_back();

  TerminalSignals& signals_;
  Fd tty_;
  termios before_{};
  bool is_gone_ = false;
  bool is_ending_ = false;
};

}  // namespace panko::tui
