#include "desktop/clipboard.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <vector>

#include "base/base64.hpp"
#include "base/fd.hpp"
#include "desktop/helper_program.hpp"

namespace panko {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPatience{1000};  // with one tool, or with the terminal
constexpr std::chrono::milliseconds kPatienceWithAll{2000};

struct Tool {
  const char* needs;  // a variable that has to be set; nullptr: none
  std::vector<std::string> arguments;
};

std::string osc52(std::string_view text) {
  const auto sequence = "\x1b]52;c;" + to_base64(text) + "\x07";
  // tmux hands on what is wrapped so, where its user allows that (allow-passthrough).
  return environment_variable("TMUX").empty() ? sequence : "\x1bPtmux;\x1b" + sequence + "\x1b\\";
}

/// All of it, or as much as the terminal took in time.
bool write_to_terminal(std::string_view sequence) {
  const Fd terminal(::open("/dev/tty", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!terminal) return false;
  const auto deadline = Clock::now() + kPatience;
  while (!sequence.empty()) {
    const ssize_t written = ::write(terminal.get(), sequence.data(), sequence.size());
    if (written >= 0) {
      sequence.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) return false;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd writable{.fd = terminal.get(), .events = POLLOUT, .revents = 0};
    ::poll(&writable, 1, static_cast<int>(left.count()));
  }
  return true;
}

}  // namespace

Result<ClipboardCopy> copy_or_sequence(std::string_view text) {
  const std::vector<Tool> tools{
      {"WAYLAND_DISPLAY", {"wl-copy", "--type", "text/plain;charset=utf-8"}},
      {"DISPLAY", {"xclip", "-in", "-selection", "clipboard"}},
      {"DISPLAY", {"xsel", "--input", "--clipboard"}},
      {nullptr, {"pbcopy"}},
      // As tmux comes, it ignores OSC 52 of programs, but sends what it loads with -w (from 3.2 on) to the terminal.
      {"TMUX", {"tmux", "load-buffer", "-w", "-"}},
  };
  const auto deadline = Clock::now() + kPatienceWithAll;
  for (const auto& tool : tools) {
    if (tool.needs != nullptr && environment_variable(tool.needs).empty()) continue;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) break;
    if (run_helper(tool.arguments, text, std::min(kPatience, left)))
      return ClipboardCopy{.by = tool.arguments.front(), .sequence = {}};
  }
  const auto terminal = environment_variable("TERM");
  if (terminal.empty() || terminal == "dumb" || terminal == "linux")
    return fail(
        "Nothing was copied: there is no clipboard here; install wl-clipboard, xclip or xsel, or copy it by hand.");
  if (text.size() > kTerminalClipboardLimit)
    return fail(
        fmt::format("Nothing was copied: {} KB are more than the terminal's clipboard takes ({} KB); install "
                    "wl-clipboard, xclip or xsel on a desktop.",
                    (text.size() + 999) / 1000, kTerminalClipboardLimit / 1000));
  return ClipboardCopy{.by = "terminal", .sequence = osc52(text)};
}

Result<std::string> copy_to_clipboard(std::string_view text) {
  const auto copy = copy_or_sequence(text);
  if (!copy) return std::unexpected(copy.error());
  if (!copy->sequence.empty() && !write_to_terminal(copy->sequence))
    return fail("Nothing was copied: there is no terminal to ask for it; copy it by hand.");
  return copy->by;
}

}  // namespace panko
