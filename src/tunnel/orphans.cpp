// What an earlier daemon left behind: found by the run records, proven, ended.

#include <poll.h>
#include <signal.h>
#include <unistd.h>

extern "C" {  // glibc 2.36 forgot it in this one
#include <sys/pidfd.h>
}

#include <algorithm>

#include "base/fd.hpp"
#include "tunnel/process.hpp"
#include "tunnel/run_record.hpp"
#include "tunnel/tunnel.hpp"

namespace panko {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kKillTime{1000};

struct Orphan {
  std::string run_id;
  Fd pidfd;
};

/// A pidfd of the process when it is proven to be the one of this run. The pidfd comes first: what is proven afterwards
/// is then proven of the process that it stands for.
Fd open_proven(const RunRecord& run, pid_t pid) {
  if (pid <= 1 || pid == ::getpid()) return {};
  Fd pidfd(::pidfd_open(pid, 0));
  if (!pidfd) return {};
  if (run.pid != 0 && start_time_of(pid) != run.start_time) return {};
  if (!was_started_with(pid, run_variable(run.run_id))) return {};
  return pidfd;
}

Fd find_process(const RunRecord& run) {
  if (run.pid != 0) return open_proven(run, run.pid);
  // The daemon died between starting the process and writing down which it is.
  for (const auto pid : all_processes()) {
    if (auto pidfd = open_proven(run, pid)) return pidfd;
  }
  return {};
}

bool has_ended(const Orphan& orphan, std::chrono::milliseconds wait) {
  pollfd poll{.fd = orphan.pidfd.get(), .events = POLLIN, .revents = 0};
  return ::poll(&poll, 1, static_cast<int>(std::max(wait, std::chrono::milliseconds{0}).count())) > 0;
}

/// Signals all of them, waits until `time` has passed, and keeps those that are still there.
void end(std::vector<Orphan>& orphans, int signal, std::chrono::milliseconds time,
         const std::filesystem::path& tunnels_dir) {
  for (const auto& orphan : orphans) ::pidfd_send_signal(orphan.pidfd.get(), signal, nullptr, 0);
  const auto deadline = Clock::now() + time;
  std::erase_if(orphans, [&](const Orphan& orphan) {
    if (!has_ended(orphan, std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()))) return false;
    remove_run(tunnels_dir, orphan.run_id);
    return true;
  });
}

}  // namespace

void end_orphaned_tunnels(const std::filesystem::path& tunnels_dir, TunnelTimes times) {
  std::vector<Orphan> orphans;
  const auto boot = boot_id();
  for (const auto& run : load_runs(tunnels_dir)) {
    auto pidfd = run.boot_id == boot ? find_process(run) : Fd();
    if (pidfd) {
      orphans.push_back({run.run_id, std::move(pidfd)});
    } else {
      remove_run(tunnels_dir, run.run_id);
    }
  }
  end(orphans, SIGTERM, times.stop, tunnels_dir);
  end(orphans, SIGKILL, kKillTime, tunnels_dir);
}

}  // namespace panko
