#include "desktop/clipboard.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <vector>

#include "base/fd.hpp"
#include "desktop/helper_program.hpp"

namespace panko {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPatience{1000};
constexpr std::size_t kTerminalLimit = 74'994;  // bytes that common terminals take: 100,000 in base64

struct Tool {
  const char* needs;  // a variable that has to be set; nullptr: none
  std::vector<std::string> arguments;
};

std::string base64(std::string_view text) {
  std::string result(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(result.data(), result.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  result.pop_back();  // sodium writes the terminating NUL into the string
  return result;
}

std::string osc52(std::string_view text) {
  const auto sequence = "\x1b]52;c;" + base64(text) + "\x07";
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

Result<std::string> copy_to_clipboard(std::string_view text) {
  const std::vector<Tool> tools{
      {"WAYLAND_DISPLAY", {"wl-copy", "--type", "text/plain;charset=utf-8"}},
      {"DISPLAY", {"xclip", "-in", "-selection", "clipboard"}},
      {"DISPLAY", {"xsel", "--input", "--clipboard"}},
      {nullptr, {"pbcopy"}},
      {"TMUX", {"tmux", "load-buffer", "-w", "-"}},  // -w: on to the terminal, from tmux 3.2 on
  };
  for (const auto& tool : tools) {
    if (tool.needs != nullptr && environment_variable(tool.needs).empty()) continue;
    if (run_helper(tool.arguments, text, kPatience)) return tool.arguments.front();
  }
  const auto terminal = environment_variable("TERM");
  const bool may_know = !terminal.empty() && terminal != "dumb" && terminal != "linux";
  if (may_know && text.size() <= kTerminalLimit && write_to_terminal(osc52(text))) return "terminal";
  return fail(
      "Nothing was copied: there is no clipboard here; install wl-clipboard, xclip or xsel, or copy it by hand.");
}

}  // namespace panko
