// A real sshd on loopback (tests/support/sshd.py), and runs of a provider's plan with the real ssh.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "base/files.hpp"
#include "base/spawn.hpp"
#include "fixture.hpp"
#include "tests/support/project_files.hpp"
#include "tunnel/line_splitter.hpp"
#include "tunnel/program.hpp"
#include "tunnel/provider.hpp"

namespace panko {

class SshServer {
 public:
  SshServer(const std::filesystem::path& directory, std::vector<std::string> options = {}) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) std::abort();
    const Fd theirs_in(in[0]);
    const Fd theirs_out(out[1]);
    input_ = Fd(in[1]);
    output_ = Fd(out[0]);
    std::vector<std::string> arguments{"/usr/bin/python3", "-B", test::project_file("tests/support/sshd.py"),
                                       directory.string()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    process_ = value_or_throw(spawn_program(
        {.arguments = arguments, .environment = {}, .input = theirs_in.get(), .output = theirs_out.get()}));
    read_state();
  }
  ~SshServer() {
    input_.reset();  // the end of its input is its end
    ::waitpid(process_.pid, nullptr, 0);
  }
  SshServer(const SshServer&) = delete;
  SshServer& operator=(const SshServer&) = delete;

  /// Starts it anew with another line in its configuration; the port stays.
  void reconfigure(const std::string& line) {
    ASSERT_GT(::write(input_.get(), (line + "\n").data(), line.size() + 1), 0);
    read_state();
  }

  std::string config;  // for ssh -F; the server's name in it is "server"
  std::string user;
  std::uint16_t port = 0;

 private:
  void read_state() {
    std::string line;
    for (char c = 0; ::read(output_.get(), &c, 1) == 1 && c != '\n';) line += c;
    const auto state = boost::json::parse(line).as_object();
    config = state.at("config").as_string();
    user = state.at("user").as_string();
    port = static_cast<std::uint16_t>(state.at("port").as_int64());
  }

  Fd input_;
  Fd output_;
  SpawnedProcess process_;
};

/// A program that runs by a plan, as the supervisor would start it.
class PlannedRun {
 public:
  PlannedRun(RunContext run_context, Plan planned) : context(std::move(run_context)), plan_(std::move(planned)) {
    for (const auto& [extension, content] : plan_.files)
      value_or_throw(write_file_atomically(context.run_path.native() + extension, content));
    log_ = context.run_path.native() + ".log";
    const Fd log(::open(log_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
    const auto fifo = context.run_path.native() + ".in";
    if (plan_.endless_input && ::mkfifo(fifo.c_str(), 0600) == 0) input_ = Fd(::open(fifo.c_str(), O_RDWR | O_CLOEXEC));
    process_ = value_or_throw(spawn_program({.arguments = plan_.arguments,
                                             .environment = child_environment(plan_.environment),
                                             .input = input_ ? input_.get() : -1,
                                             .output = log.get()}));
    context.pid = process_.pid;
  }
  ~PlannedRun() { end(SIGKILL); }
  PlannedRun(const PlannedRun&) = delete;
  PlannedRun& operator=(const PlannedRun&) = delete;

  void signal(int number) const { ::kill(process_.pid, number); }
  void end(int number) {
    if (std::exchange(ended_, true)) return;
    signal(number);
    ::waitpid(process_.pid, nullptr, 0);
  }
  [[nodiscard]] bool has_ended() const {
    pollfd poll{.fd = process_.pidfd.get(), .events = POLLIN, .revents = 0};
    return ::poll(&poll, 1, 10) > 0;
  }
  /// What the provider makes of all that the program has written so far.
  [[nodiscard]] std::vector<LogEvent> events() const {
    std::vector<LogEvent> found;
    LineSplitter lines;
    lines.feed(log(), [&](std::string_view line) {
      if (auto event = plan_.read_line(line)) found.push_back(std::move(*event));
    });
    return found;
  }
  [[nodiscard]] std::string log() const { return value_or_throw(read_file(log_)); }

  RunContext context;

 private:
  Plan plan_;
  std::string log_;
  Fd input_;
  SpawnedProcess process_;
  bool ended_ = false;
};

class SshFixture : public TunnelFixture {
 public:
  SshFixture() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    origin = home / "o%h.sock";  // ssh expands %h, unless it is kept from it
    std::ranges::copy(origin.native(), std::begin(address.sun_path));
    listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), 5) != 0)
      std::abort();
  }

 protected:
  [[nodiscard]] RunContext context(ProviderSettings settings) {
    RunContext made;
    made.settings = std::move(settings);
    made.local_port = 1;
    made.origin_socket = origin;
    made.run_path = home / fmt::format("run-{}", runs_++);
    return made;
  }
  [[nodiscard]] std::unique_ptr<PlannedRun> start(const Provider& provider, ProviderSettings settings) {
    auto made = context(std::move(settings));
    auto plan = value_or_throw(provider.plan(made));
    return std::make_unique<PlannedRun>(std::move(made), std::move(plan));
  }
  Probe ask(const Provider& provider, const PlannedRun& run) { return wait_for(provider.probe(run.context)); }
  /// The first answer of the probe that is not "waiting"; that, once it has ended or 20 s are over.
  Probe ask_until(const Provider& provider, const PlannedRun& run) {
    auto probe = ask(provider, run);
    for (const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
         probe.state == Probe::State::waiting && !run.has_ended() && std::chrono::steady_clock::now() < deadline;)
      probe = ask(provider, run);
    return probe;
  }
  /// Whether what connects to that port of 127.0.0.1 arrives at the origin.
  [[nodiscard]] bool arrives(std::uint16_t port) const {
    const Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return false;
    pollfd poll{.fd = listener_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&poll, 1, 20000) <= 0) return false;
    const Fd server(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    char c = 'x';
    return ::write(server.get(), &c, 1) == 1 && ::read(client.get(), &c, 1) == 1;
  }

  std::filesystem::path origin;

 private:
  Fd listener_;
  int runs_ = 0;
};

}  // namespace panko
