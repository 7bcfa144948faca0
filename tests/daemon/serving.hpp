// The control socket with everything behind it, served by a thread of the test; and a client that may send anything.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.hpp"
#include "config/places.hpp"
#include "daemon/control_server.hpp"
#include "daemon/control_socket.hpp"
#include "protocol/address.hpp"
#include "protocol/framing.hpp"

namespace panko::test {

class RawClient {
 public:
  explicit RawClient(const std::filesystem::path& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto address = *protocol::socket_address(path);
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) socket_.reset();
  }

  [[nodiscard]] bool connected() const { return static_cast<bool>(socket_); }
  [[nodiscard]] int fd() const { return socket_.get(); }

  /// False: the daemon has closed the connection, or takes no more.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// "(closed)" at the end of the connection; "(silence)" when nothing comes for `wait`.
  std::string line(std::chrono::milliseconds wait = std::chrono::seconds(20)) {
    for (;;) {
      if (auto line = lines_.next()) return line->has_value() ? **line : "(" + line->error().message + ")";
      pollfd poll_fd{.fd = socket_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&poll_fd, 1, static_cast<int>(wait.count())) <= 0) return "(silence)";
      char chunk[65536];
      const ssize_t got = ::recv(socket_.get(), chunk, sizeof chunk, 0);
      if (got <= 0) return "(closed)";
      lines_.feed({chunk, static_cast<std::size_t>(got)});
    }
  }

  std::string ask(std::string_view request) {
    if (!send(std::string(request) + '\n')) return "(closed)";
    return line();
  }

 private:
  Fd socket_;
  protocol::LineReader lines_{16 << 20};
};

inline constexpr std::string_view kPing = R"({"method":"Ping"})";
inline constexpr std::string_view kPong = R"({"status":"Pong"})";

/// Of a share in a reply or an event: how much of it is masked is known a moment after it has started.
inline std::string without_counts(std::string line) {
  for (const std::string_view name : {R"(,"secrets_masked":)", R"(,"personal_masked":)"})
    for (std::size_t at = 0; (at = line.find(name)) != std::string::npos;)
      line.erase(at, line.find_first_not_of("0123456789", at + name.size()) - at);
  return line;
}

/// A directory of its own, with a session in it.
class Home : public ::testing::Test {
 public:
  Home() {
    std::string name = (std::filesystem::temp_directory_path() / "panko-daemon-XXXXXX").native();
    directory_ = ::mkdtemp(name.data());
    ::setenv("PANKO_HOME", directory_.c_str(), 1);
    places_ = *find_places();
    session_ = write_session("session.jsonl", "Fix the parser");
  }
  ~Home() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

 protected:
  [[nodiscard]] std::filesystem::path write_session(const std::string& name, const std::string& prompt) const {
    std::ofstream(directory_ / name)
        << R"({"type":"user","uuid":"u1","parentUuid":null,"sessionId":")" << name
        << R"(","timestamp":"2026-01-02T03:04:05.000Z","cwd":"/home/ada/parser","version":"2.0.0",)"
        << R"("message":{"role":"user","content":")" << prompt << "\"}}\n"
        << R"({"type":"assistant","uuid":"u2","parentUuid":"u1","sessionId":")" << name
        << R"(","timestamp":"2026-01-02T03:04:09.000Z","message":{"id":"m1","role":"assistant","model":"claude-x",)"
        << R"("content":[{"type":"text","text":"Done."}],"usage":{"input_tokens":3,"output_tokens":2}}})" << '\n';
    return directory_ / name;
  }
  [[nodiscard]] std::string start_request(const std::filesystem::path& session,
                                          const std::string& provider = "local") const {
    return R"({"method":"StartShare","params":{"session_path":")" + session.native() + R"(","provider":")" + provider +
           R"("}})";
  }

  std::filesystem::path directory_;
  Places places_;
  std::filesystem::path session_;
};

class Serving : public Home {
 public:
  Serving() = default;
  ~Serving() override { end(); }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

 protected:
  void serve(IpcLimits limits = {}, ShareSeams seams = {}) {
    limits_ = limits;
    seams_ = std::move(seams);
    socket_ = std::make_unique<ControlSocket>(ControlSocket::listen(places_.socket));
    serve({.lock = {}, .control = socket_->take_descriptor()});
  }

  /// What a restart hands over. Nobody serves until it is given to serve() again, as the next program does.
  Handover hand_over() {
    Handover handover;
    boost::asio::co_spawn(*loop_, hand_over(handover), boost::asio::detached);
    thread_.join();
    tear_down();
    return handover;
  }
  void serve(Handover handover) {
    workers_ = std::make_unique<boost::asio::thread_pool>(2);
    loop_ = std::make_unique<boost::asio::io_context>();
    context_ = std::make_shared<DaemonContext>();
    context_->shares = std::make_shared<ShareService>(*loop_, *workers_, places_, Config{}, seams_);
    context_->socket = places_.socket;
    context_->started_at = "2026-01-02T03:04:05Z";
    context_->default_provider = "local";
    context_->shut_down = [this] {
      ++shut_downs_;
      shut_downs_.notify_all();
    };
    context_->restart = [this](std::string search_path) { return refuse_restart(std::move(search_path)); };
    context_->shares->take_over(std::move(handover.shares));
    server_ = std::make_unique<ControlServer>(*loop_, std::move(handover.control), context_, limits_,
                                              std::move(handover.clients));
    context_->shares->resume();
    thread_ = std::jthread([this] { loop_->run(); });
  }

  void end() {
    if (!loop_) return;
    boost::asio::co_spawn(*loop_, suspend(), boost::asio::detached);
    thread_.join();
    tear_down();
    socket_.reset();
  }

  [[nodiscard]] RawClient connect() const { return RawClient(places_.socket); }

  std::atomic<int> shut_downs_ = 0;
  std::vector<std::string> restarts_;  // with which PATH; each was refused

 private:
  void tear_down() {
    workers_->join();
    context_->shares.reset();
    server_.reset();
    context_.reset();
    loop_.reset();
    workers_.reset();
  }
  boost::asio::awaitable<void> hand_over(Handover& handover) {
    handover.shares = co_await context_->shares->hand_over();
    auto [listening, clients] = co_await server_->hand_over();
    handover.control = std::move(listening);
    handover.clients = std::move(clients);
    loop_->stop();
  }
  boost::asio::awaitable<Error> refuse_restart(std::string search_path) {
    restarts_.push_back(std::move(search_path));
    co_return Error{"The daemon goes on as it was: /usr/bin/panko does not pass its check: it ended with status 1."};
  }
  boost::asio::awaitable<void> suspend() {
    server_->stop_accepting();
    co_await context_->shares->suspend();
    loop_->stop();
  }

  IpcLimits limits_;
  ShareSeams seams_;
  std::unique_ptr<ControlSocket> socket_;
  std::unique_ptr<boost::asio::thread_pool> workers_;
  std::unique_ptr<boost::asio::io_context> loop_;
  std::shared_ptr<DaemonContext> context_;
  std::unique_ptr<ControlServer> server_;
  std::jthread thread_;
};

}  // namespace panko::test
