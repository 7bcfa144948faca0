// What the tests of this room share: a loop that runs until a coroutine is done, a session on disk, an HTTP client,
// and a provider whose tunnel is a shell script that the test writes.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "config/places.hpp"
#include "shares/share_service.hpp"
#include "store/store.hpp"
#include "tests/store/scratch.hpp"

namespace panko::test {

namespace asio = boost::asio;
using namespace std::chrono_literals;

inline std::string session_text(const std::string& id, const std::string& prompt) {
  return fmt::format(
      "{{\"type\":\"user\",\"uuid\":\"u-{0}\",\"parentUuid\":null,\"sessionId\":\"{0}\",\"cwd\":\"/work/demo\","
      "\"timestamp\":\"2026-01-02T03:04:05.000Z\",\"isSidechain\":false,"
      "\"message\":{{\"role\":\"user\",\"content\":\"{1}\"}}}}\n"
      "{{\"type\":\"assistant\",\"uuid\":\"a-{0}\",\"parentUuid\":\"u-{0}\",\"sessionId\":\"{0}\",\"cwd\":"
      "\"/work/demo\",\"timestamp\":\"2026-01-02T03:04:06.000Z\",\"isSidechain\":false,\"message\":{{\"id\":\"m-{0}\","
      "\"role\":\"assistant\",\"model\":\"m\",\"content\":[{{\"type\":\"text\",\"text\":\"An answer.\"}}]}}}}\n",
      id, prompt);
}

inline void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

struct Answer {
  unsigned status = 0;  // 0: no connection, or it was cut
  std::string text;     // head and body
};

class SharesTest : public testing::Test {
 public:
  SharesTest() {
    places_.state_dir = scratch_.path();
    places_.database = scratch_ / "state.db";
    places_.tunnels_dir = scratch_ / "tunnels";
    places_.log_file = scratch_ / "daemon.log";
    places_.word_list = scratch_ / "redact-words";
    std::filesystem::create_directory(scratch_ / "project");
    write_file(session_, session_text("11111111-1111-4111-8111-111111111111", "First prompt"));
    seams_.watch_rest = 5ms;
  }
  ~SharesTest() override {
    if (service_) end_service();
    drain();
  }

 protected:
  ShareService& service() {
    if (!service_) {
      service_ = std::make_unique<ShareService>(loop_, workers_, places_, config_, seams_);
      service_->resume();
    }
    return *service_;
  }
  /// As kill -9 does, but for what the kernel would close.
  void drop_service() { service_.reset(); }
  void end_service() {
    run(service_->suspend());
    service_.reset();
  }

  template <class T>
  T run(asio::awaitable<T> work) {
    std::exception_ptr error;
    bool done = false;
    if constexpr (std::is_void_v<T>) {
      asio::co_spawn(loop_, std::move(work), [&](const std::exception_ptr& thrown) {
        error = thrown;
        done = true;
      });
      run_until([&] { return done; });
      if (error) std::rethrow_exception(error);
    } else {
      std::optional<T> result;
      asio::co_spawn(loop_, std::move(work), [&](const std::exception_ptr& thrown, T value) {
        error = thrown;
        if (!error) result.emplace(std::move(value));
        done = true;
      });
      run_until([&] { return done; });
      if (error) std::rethrow_exception(error);
      if (!result) throw Failure("The coroutine gave nothing.");
      return std::move(*result);
    }
  }

  /// Runs the loop until the condition holds; fails the test when that takes far too long.
  template <class Condition>
  void run_until(Condition condition) {
    loop_.restart();
    asio::steady_timer limit(loop_, 20s);
    limit.async_wait([](boost::system::error_code) {});  // wakes the loop, so that the limit is looked at
    while (!condition()) {
      if (limit.expiry() <= std::chrono::steady_clock::now()) throw Failure("The condition never came.");
      loop_.run_one();
    }
  }
  void run_for(std::chrono::milliseconds time) {
    loop_.restart();
    loop_.run_for(time);
  }
  /// What has been begun ends, as far as it needs no time.
  void drain() {
    workers_.join();
    loop_.restart();
    while (loop_.poll() > 0) {
    }
  }

  Answer get(std::uint16_t port, const std::string& target, const std::string& host = "localhost") {
    return run(get_async(port, target, host));
  }
  Answer get(const Share& share) { return get(share.local_port, "/s/" + share.token + "/"); }

  static asio::awaitable<Answer> get_async(std::uint16_t port, std::string target, std::string host) {
    asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
    constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
    const auto [refused] = co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, kToken);
    if (refused) co_return Answer{};
    if (host == "localhost") host += fmt::format(":{}", port);
    co_return co_await ask(std::move(socket), std::move(target), std::move(host));
  }

  /// The same at a Unix socket.
  Answer get(const std::filesystem::path& path, const std::string& target, const std::string& host) {
    return run(get_async(path, target, host));
  }

  static asio::awaitable<Answer> get_async(std::filesystem::path path, std::string target, std::string host) {
    asio::local::stream_protocol::socket socket(co_await asio::this_coro::executor);
    constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
    const auto [refused] = co_await socket.async_connect(path.native(), kToken);
    if (refused) co_return Answer{};
    co_return co_await ask(std::move(socket), std::move(target), std::move(host));
  }

  /// As the page's script and its forms do.
  Answer post(const Share& share, const std::string& route, const std::string& type, const std::string& body) {
    return run(post_async(share.local_port, fmt::format("/s/{}/{}", share.token, route), type, body));
  }
  /// A person looks at the page.
  Answer look(const Share& share) {
    return post(share, "seen", "application/json",
                fmt::format(R"({{"visit":"a-visit-of-the-test-{:06}","token":"{}"}})", ++visits_, share.token));
  }
  static asio::awaitable<Answer> send_async(std::uint16_t port, std::string request) {
    asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
    const auto [refused] =
        co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::as_tuple(asio::use_awaitable));
    if (refused) co_return Answer{};
    co_return co_await send(std::move(socket), std::move(request));
  }
  static asio::awaitable<Answer> post_async(std::uint16_t port, std::string target, std::string type,
                                            std::string body) {
    co_return co_await send_async(port, fmt::format("POST {} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n"
                                                    "Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
                                                    target, port, type, body.size(), body));
  }

  template <class Socket>
  static asio::awaitable<Answer> ask(Socket socket, std::string target, std::string host) {
    co_return co_await send(std::move(socket),
                            fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", target, host));
  }
  template <class Socket>
  static asio::awaitable<Answer> send(Socket socket, std::string request) {
    Answer answer;
    constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(request), kToken);
    co_await asio::async_read(socket, asio::dynamic_buffer(answer.text), kToken);
    if (answer.text.starts_with("HTTP/1.1 ")) answer.status = static_cast<unsigned>(std::stoi(answer.text.substr(9)));
    co_return answer;
  }

  /// The failure's sentence; empty when there was none.
  template <class T>
  std::string failure_of(asio::awaitable<T> work) {
    try {
      static_cast<void>(run(std::move(work)));
    } catch (const Failure& failure) {
      return failure.error().message;
    }
    return "";
  }

  Share share(StartShareOptions options) { return run(service().start(std::move(options))).share; }
  StartShareOptions local() { return {.session_path = session_, .provider = "local", .expires = {}, .bind = {}}; }
  Share row(const std::string& id) { return service().find(id).value_or(Share{}); }
  void run_until_status(const std::string& id, ShareStatus status) {
    run_until([&] { return row(id).status == status; });
  }

  ScratchDirectory scratch_;
  Places places_;
  Config config_;
  ShareSeams seams_;
  std::filesystem::path session_ = scratch_ / "project" / "11111111-1111-4111-8111-111111111111.jsonl";
  asio::io_context loop_{1};
  asio::thread_pool workers_{2};
  std::unique_ptr<ShareService> service_;
  int visits_ = 0;
};

/// A provider whose tunnel is `sh SCRIPT PORT SOCKET`; its lines are "url URL", "ready", "fail WORDS" and "refuse
/// WORDS". Asked how it does, it says what fake_probe says, or that it is ready.
extern const Provider kFakeProvider;
extern const Provider kFakeSocketProvider;
extern std::filesystem::path fake_script;
extern std::function<asio::awaitable<Probe>(RunContext)> fake_probe;
inline const std::array<const Provider*, 3> kProvidersWithFake{find_provider("local"), &kFakeProvider,
                                                               &kFakeSocketProvider};

/// Of tests of tunnels.
class TunnelsTest : public SharesTest {
 protected:
  TunnelsTest() {
    fake_script = scratch_ / "tunnel.sh";
    fake_probe = {};
    seams_.providers = kProvidersWithFake;
    auto& times = seams_.tunnel_times;
    times.first_retry = 10ms;
    times.last_retry = 50ms;
    times.start = 10s;
    times.first_probe = 5ms;
    times.probe = 10ms;
    times.dead_probe = 10ms;
    script(kUp);
    seams_.ask_public_status = [this](const std::string& url, std::chrono::milliseconds) {
      asked_.push_back(url);
      return answer_of(public_status_);
    };
  }
  static void script(const std::string& text) { write_file(fake_script, text); }
  static void probe_says(Probe::State state, const std::string& sentence = "") {
    fake_probe = [state, sentence](const RunContext&) -> asio::awaitable<Probe> {
      return answer_of({.state = state, .failure = {.sentence = sentence}});
    };
  }

  StartShareOptions fake() { return {.session_path = session_, .provider = "fake", .expires = {}, .bind = {}}; }
  StartShareOptions fake_for_ever() {
    auto options = fake();
    options.expires = std::optional<std::chrono::seconds>();
    return options;
  }
  Answer visit(const Share& share) { return get(share.local_port, "/s/" + share.token + "/", "tunnel.example"); }

  TunnelOfShares tunnel() {
    const auto tunnels = service().tunnels();
    return tunnels.empty() ? TunnelOfShares() : tunnels.front();
  }
  void run_until_tunnel(TunnelState state) {
    run_until([&] { return tunnel().status.state == state; });
  }
  /// Whether the process does its work: nobody here may have reaped it.
  static bool is_running(pid_t pid) {
    std::ifstream stat(fmt::format("/proc/{}/stat", pid));
    std::string line;
    std::getline(stat, line);
    return !line.empty() && !line.contains(") Z ");
  }

  /// What whoever follows the shares hears of one, when it is something else: "error/backoff".
  struct Heard {
    std::vector<std::string> states;
    std::shared_ptr<void> registration;
  };
  std::unique_ptr<Heard> listen_to(const std::string& id) {
    auto heard = std::make_unique<Heard>();
    const auto state_of = [](const Share& share) { return fmt::format("{}/{}", name_of(share.status), share.tunnel); };
    heard->registration = service().subscribe(
        [id, state_of, last = state_of(row(id)), &states = heard->states](const Share& share) mutable {
          if (share.id != id || last == state_of(share)) return;
          states.push_back(last = state_of(share));
        });
    return heard;
  }

  /// A new URL each time: the shell's own pid is in it.
  static constexpr const char* kUp = "echo url https://t$$.example\necho ready\nexec sleep 1000\n";

  std::vector<std::string> asked_;                // which URLs, whether they are gone
  std::optional<unsigned> public_status_ = 410U;  // what they answer

 private:
  static asio::awaitable<Probe> answer_of(Probe probe) { co_return probe; }
  static asio::awaitable<std::optional<unsigned>> answer_of(std::optional<unsigned> status) { co_return status; }
};

}  // namespace panko::test
