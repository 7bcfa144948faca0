// The TUI as a program: shows the model, waits for what happens, updates, shows again. Idle, it sleeps.
#pragma once

#include "config/places.hpp"

namespace panko::tui {

/// Until the user quits; the exit status. Needs a terminal that can be drawn on. Does not return when a signal ends the
/// program: then that ends the process, the terminal restored. Throws Failure.
int run_tui(const Places& places);

}  // namespace panko::tui
