#include "tunnel/child_process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace panko {

namespace asio = boost::asio;

ChildProcess::ChildProcess(asio::io_context& loop, SpawnedProcess process)
    : pid_(process.pid), pidfd_(loop, process.pidfd.release()) {}

void ChildProcess::send_signal(int signal) {
  // It leads its own group (POSIX_SPAWN_SETSID), and until it is reaped nobody else can get its number.
  if (!reaped_) ::kill(-pid_, signal);
}

asio::awaitable<std::optional<int>> ChildProcess::exited() {
  const auto [error] =
      co_await pidfd_.async_wait(asio::posix::descriptor_base::wait_read, asio::as_tuple(asio::use_awaitable));
  if (error) co_return std::nullopt;
  send_signal(SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);  // fails only where SIGCHLD is ignored; then there is no status to be had
  reaped_ = true;
  pidfd_.close();
  co_return status;
}

void ChildProcess::cancel() {
  boost::system::error_code ignored;
  pidfd_.cancel(ignored);
}

std::string describe_wait_status(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was killed by signal {}", WTERMSIG(status));
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

}  // namespace panko
