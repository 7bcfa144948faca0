// panko logs: what the daemon and a share's tunnel did.
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/directory_watcher.hpp"
#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/result.hpp"
#include "cli/command.hpp"
#include "cli/log_lines.hpp"
#include "cli/lookups.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

constexpr std::uint32_t kLines = 200;

struct Options {
  std::string share;
  bool follow = false;
  std::optional<std::uint32_t> lines;
};

std::string time_of(WallTime time) {
  return fmt::format("{}.{:03}", local_time(time), ((time.time_since_epoch().count() % 1000) + 1000) % 1000);
}

Style style_of(std::string_view text) {
  return text.starts_with("error ")     ? Style::red
         : text.starts_with("warning ") ? Style::yellow
         : text.starts_with("debug ")   ? Style::dim
                                        : Style::plain;
}

void print_lines(const std::vector<LogLine>& lines) {
  for (const LogLine& line : lines) {
    std::string time;
    if (line.time && output_is_terminal())
      time = styled(Style::dim, time_of(*line.time)) + ' ';
    else if (!line.time_text.empty())
      time = line.time_text + ' ';
    print_line(time + styled(style_of(line.text), line.text));
  }
  std::fflush(stdout);
}

/// The logs that were asked for, and what of them is to be seen.
class View {
 public:
  View(const Places& places, const std::optional<protocol::ShareInfo>& share) : daemon_(daemon_log(places)) {
    files_.push_back(places.log_file);
    if (!share) return;
    const LogFile log = tunnel_log(places, *share);
    files_.push_back(log.file);
    share_.emplace(LogReader(log), ShareLines(*share));
  }

  [[nodiscard]] const std::vector<std::filesystem::path>& files() const { return files_; }
  std::vector<LogLine> all() {
    auto lines = daemon_.read();
    return share_ ? share_->lines.pick(std::move(lines), share_->tunnel.read()) : lines;
  }
  std::vector<LogLine> more() {
    auto lines = daemon_.read();
    return share_ ? share_->lines.pick_new(std::move(lines), share_->tunnel.read()) : lines;
  }

 private:
  struct OfShare {
    OfShare(LogReader reader, ShareLines its) : tunnel(std::move(reader)), lines(std::move(its)) {}
    LogReader tunnel;
    ShareLines lines;
  };

  std::vector<std::filesystem::path> files_;
  LogReader daemon_;
  std::optional<OfShare> share_;
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

void follow(View& view, DirectoryWatcher& watcher) {
  const Fd signals = ending_signals();
  for (;;) {
    // The last one has no events: poll tells when nobody reads our output any more.
    std::array<pollfd, 3> fds{{{.fd = watcher.fd(), .events = POLLIN, .revents = 0},
                               {.fd = signals.get(), .events = POLLIN, .revents = 0},
                               {.fd = STDOUT_FILENO, .events = 0, .revents = 0}}};
    if (::poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[1].revents != 0 || fds[2].revents != 0) return;
    const auto changes = watcher.changes();
    if (const auto& problem = watcher.problem()) throw Failure(*problem);
    if (changes.names ||
        std::ranges::any_of(view.files(), [&](const auto& file) { return changes.written.contains(file); }))
      print_lines(view.more());
    if (std::ferror(stdout) != 0) return;
  }
}

int logs(const Options& options) {
  const Places where = places();
  std::optional<protocol::ShareInfo> share;
  if (!options.share.empty()) share = find_share(daemon_at_work().list_shares(), options.share);

  View view(where, share);
  // Watched before they are read: nothing is written in between unseen.
  auto watcher = value_or_throw(DirectoryWatcher::open());
  if (options.follow) watcher.add(where.log_file.parent_path(), 0);

  auto lines = view.all();
  if (lines.empty())
    note(share ? fmt::format("The logs say nothing of share {}.", shown(share->id))
               : fmt::format("There is no log at {} yet; a daemon in the foreground logs to its standard error.",
                             shown(where.log_file.native())));
  const std::size_t most = options.lines.value_or(kLines);
  if (most > 0 && lines.size() > most) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most));
  print_lines(lines);
  if (options.follow) follow(view, watcher);
  return 0;
}

}  // namespace

Command logs_command() {
  auto options = std::make_shared<Options>();
  return {.name = "logs",
          .summary = "Show what the daemon did, or what happened to one share and its tunnel.",
          .details =
              "Newest at the end. With SHARE: what the daemon's log says of it, and what its tunnel's program "
              "said, in the order of time. Times are local on a terminal, UTC elsewhere.",
          .arguments = {{.names = "SHARE",
                         .help = "id of a share, or its beginning (see `panko shares`)",
                         .target = &options->share},
                        {.names = "-f,--follow", .help = "go on until Ctrl+C", .target = &options->follow},
                        {.names = "-n,--lines",
                         .help = "at most this many of the past (default: 200); 0 for all of them",
                         .target = &options->lines,
                         .value = "LINES"}},
          .examples = {{"logs", "what did the daemon do?"},
                       {"logs --follow 3f2a", "why does this link not work?"},
                       {"logs -n 0 | grep error", "everything that went wrong"}},
          .run = [options] { return logs(*options); }};
}

}  // namespace panko::cli
