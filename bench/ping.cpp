// Round trip of Ping against that of a bare echo on a Unix socket: the same client, the same pinning, turn by turn in
// one run, so that what is left is the daemon's own part.
//     ping SOCKET [ROUNDS]
// Prints both medians in microseconds and their ratio. The daemon is pinned for the run and released after it.

#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace {

using panko::Fd;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kRequest = "{\"method\":\"Ping\"}\n";
constexpr std::string_view kReply = "{\"status\":\"Pong\"}\n";
constexpr int kTurn = 200;  // round trips before it is the other's turn

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "%s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

/// What this process may run on: the client gets the first, either server the second (or the same).
std::vector<int> allowed_cpus() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) give_up("sched_getaffinity");
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

/// Every thread of the process.
void pin(pid_t pid, const std::vector<int>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) CPU_SET(cpu, &set);
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task"))
    ::sched_setaffinity(std::stoi(task.path().filename()), sizeof set, &set);
}

Fd connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) give_up("The socket path is too long");
  std::ranges::copy(path, address.sun_path);
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    give_up("Cannot connect to " + path);
  return socket;
}

/// A child that sends back what it gets, until its socket is closed.
pid_t start_echo(Fd& client) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) give_up("socketpair");
  client = Fd(ends[0]);
  Fd server(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) give_up("fork");
  if (child > 0) return child;
  client.reset();
  char bytes[4096];
  for (;;) {
    const ssize_t got = ::read(server.get(), bytes, sizeof bytes);
    if (got <= 0 || ::write(server.get(), bytes, static_cast<std::size_t>(got)) != got) ::_exit(0);
  }
}

void ask(const Fd& socket, std::string_view expected, std::vector<double>& microseconds) {
  char reply[256];
  const auto begin = Clock::now();
  if (::write(socket.get(), kRequest.data(), kRequest.size()) != static_cast<ssize_t>(kRequest.size()))
    give_up("write");
  std::size_t got = 0;
  while (got == 0 || reply[got - 1] != '\n') {
    const ssize_t size = ::read(socket.get(), reply + got, sizeof reply - got);
    if (size <= 0) give_up("read");
    got += static_cast<std::size_t>(size);
  }
  const auto end = Clock::now();
  if (std::string_view(reply, got) != expected) {
    std::fprintf(stderr, "Unexpected reply: %.*s", static_cast<int>(got), reply);
    std::exit(1);
  }
  microseconds.push_back(std::chrono::duration<double, std::micro>(end - begin).count());
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: ping SOCKET [ROUNDS]\n", stderr);
    return 2;
  }
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 20'000;

  const Fd daemon = connect_to(argv[1]);
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(daemon.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) give_up("SO_PEERCRED");
  Fd echo;
  const pid_t echo_pid = start_echo(echo);

  const auto cpus = allowed_cpus();
  pin(::getpid(), {cpus.front()});
  pin(echo_pid, {cpus.back()});
  pin(peer.pid, {cpus.back()});

  std::vector<double> of_daemon;
  std::vector<double> of_echo;
  for (int turn = 0; turn <= rounds / kTurn; ++turn) {
    for (int i = 0; i < kTurn; ++i) ask(echo, kRequest, of_echo);
    for (int i = 0; i < kTurn; ++i) ask(daemon, kReply, of_daemon);
    if (turn == 0) {  // the first turn warms up
      of_echo.clear();
      of_daemon.clear();
    }
  }

  pin(peer.pid, cpus);
  echo.reset();
  ::waitpid(echo_pid, nullptr, 0);
  const double echo_median = median(of_echo);
  const double daemon_median = median(of_daemon);
  std::printf("echo %.1f us, Ping %.1f us, ratio %.2f (median of %zu each)\n", echo_median, daemon_median,
              daemon_median / echo_median, of_echo.size());
}
