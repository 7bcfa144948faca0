// Gives the terminal back when the program dies of a bug: an abort, a segmentation fault, an exception that nobody
// caught. What is to be written is known beforehand, so that a signal handler can do it.
#pragma once

#include <termios.h>

#include <string_view>

namespace panko::tui {

/// From now on. `bytes` lives as long as the program. Called again, it replaces what was armed.
void arm_rescue(int tty, const termios& before, std::string_view bytes);
void disarm_rescue();

}  // namespace panko::tui
