// The user's clipboard: by the desktop's own tool where there is a display, by tmux inside of it, else by the terminal
// (OSC 52), which works over ssh too. For what the user asked to copy, and nothing else; it is never read.
// Takes a few milliseconds; tools that hang are given up after two seconds in all. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace panko {

/// Bytes that common terminals take: 100,000 in base64. Tools take more.
inline constexpr std::size_t kTerminalClipboardLimit = 74'994;

struct ClipboardCopy {
  std::string by;        // the tool that took it, or "terminal", which does not say whether it obeys
  std::string sequence;  // by the terminal: what has to be written to it now; else empty
};

/// For who draws on the terminal: copies by a tool, or says what to write to the terminal, between two frames. The
/// error says that nothing can copy it, or that it is more than the terminal takes.
[[nodiscard]] Result<ClipboardCopy> copy_or_sequence(std::string_view text);

/// The same, with the sequence written. The name of what took it: a tool's, or "terminal".
[[nodiscard]] Result<std::string> copy_to_clipboard(std::string_view text);

}  // namespace panko
