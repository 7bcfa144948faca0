// The user's clipboard: by the desktop's own tool where there is a display, else by the terminal (OSC 52), which works
// over ssh too. For what the user asked to copy, and nothing else; it is never read.
// Takes a few milliseconds; a tool that hangs is given up after a second.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace panko {

/// The name of what took it: a tool's, or "terminal", which does not say whether it obeyed.
Result<std::string> copy_to_clipboard(std::string_view text);

}  // namespace panko
