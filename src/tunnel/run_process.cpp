#include "tunnel/run_process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

extern "C" {  // glibc 2.36 forgot it in this one
#include <sys/pidfd.h>
}

#include <boost/asio/use_awaitable.hpp>

namespace panko {

namespace asio = boost::asio;

RunProcess::RunProcess(const asio::any_io_executor& executor, SpawnedProcess process)
    : pid_(process.pid), leads_group_(true), pidfd_(executor, process.pidfd.release()) {}

RunProcess::RunProcess(const asio::any_io_executor& executor, ProvenProcess process)
    : pid_(process.pid), leads_group_(false), pidfd_(executor, process.pidfd.release()) {}

void RunProcess::send_signal(int signal) {
  if (ended_) return;
  // A child leads its own group (POSIX_SPAWN_SETSID), and until it is reaped nobody else can get its number. Of another
  // process that may be so at any moment: the pidfd alone stands for it.
  if (leads_group_) {
    ::kill(-pid_, signal);
  } else {
    ::pidfd_send_signal(pidfd_.native_handle(), signal, nullptr, 0);
  }
}

asio::awaitable<std::optional<int>> RunProcess::ended() {
  co_await pidfd_.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
  send_signal(SIGKILL);
  ended_ = true;
  siginfo_t info{};
  const auto fd = static_cast<id_t>(pidfd_.native_handle());
  // Fails for what is not our child, and where SIGCHLD is ignored.
  const bool reaped = ::waitid(P_PIDFD, fd, &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0;
  pidfd_.close();
  if (!reaped) co_return std::nullopt;
  co_return info.si_code == CLD_EXITED ? W_EXITCODE(info.si_status, 0) : info.si_status;
}

std::string describe_wait_status(std::optional<int> status) {
  if (!status) return "ended";
  if (WIFSIGNALED(*status)) return fmt::format("was killed by signal {}", WTERMSIG(*status));
  return fmt::format("ended with status {}", WEXITSTATUS(*status));
}

}  // namespace panko
