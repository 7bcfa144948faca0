// panko view: the page of a session for its owner alone, until Ctrl+C.
#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <cstdlib>
#include <limits>
#include <memory>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/result.hpp"
#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"
#include "client/held_view.hpp"
#include "desktop/browser.hpp"

namespace panko::cli {

namespace {

struct Options {
  std::string session;
  std::optional<std::uint32_t> port;
  bool no_browser = false;
};

/// SIGINT and SIGTERM as something that poll can wait for.
Fd ending_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  Fd fd{::signalfd(-1, &signals, SFD_CLOEXEC)};
  if (!fd) throw Failure(fmt::format("Cannot wait for signals: {}.", describe_errno(errno)));
  return fd;
}

int view(const Options& options) {
  if (options.port && (*options.port == 0 || *options.port > std::numeric_limits<std::uint16_t>::max())) {
    complain("--port is a number from 1 to 65535. See: panko view --help");
    return kUsageStatus;
  }
  const std::filesystem::path session = find_session(options.session);
  const auto port = options.port ? std::optional(static_cast<std::uint16_t>(*options.port)) : std::nullopt;
  const HeldView held(daemon_at_work(), places(), session.native(), port);
  const Fd signals = ending_signals();
  print_line(shown(held.url()));
  std::fflush(stdout);
  std::optional<OpenedPage> page;
  if (!options.no_browser) {
    if (auto open = open_in_browser(held.url(), places().state_dir))
      page.emplace(std::move(*open));
    else
      note(shown(open.error().message));
  }
  note("Only you can open it. Ctrl+C ends it.");
  const auto reason = held.wait_until_over(signals.get());
  if (!reason) return 0;
  throw Failure(*reason + " Run `panko view` again to go on.");
}

}  // namespace

Command view_command() {
  auto options = std::make_shared<Options>();
  return {
      .name = "view",
      .summary = "Look at a session in the browser, alone.",
      .details =
          "The page shows the session as it is now. It lives until Ctrl+C, or 10 minutes after it was last asked for.",
      .arguments = {{.names = "SESSION",
                     .help = "a path, an id, its beginning, or `latest`",
                     .target = &options->session,
                     .required = true},
                    {.names = "-p,--port",
                     .help = "the port to serve it at (default: a free one)",
                     .target = &options->port,
                     .value = "PORT"},
                    {.names = "--no-browser", .help = "only print the link", .target = &options->no_browser}},
      .examples = {{"view latest", "what did the agent do just now?"},
                   {"view 5d0c6a1e --no-browser --port 4800", "over ssh -L 4800:localhost:4800"}},
      .run = [options] { return view(*options); }};
}

}  // namespace panko::cli
