// A server on a free loopback port with its own loop, and sessions to mount.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "agents/transcript.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "http/server.hpp"
#include "tests/support/http_client.hpp"

namespace panko::test {

/// A Claude Code session of prompts and replies; `reply_bytes` makes the replies long.
class SessionFile {
 public:
  explicit SessionFile(std::string id = random_uuid()) : id_(std::move(id)) {
    std::filesystem::create_directories(directory_);
  }
  ~SessionFile() { std::filesystem::remove_all(directory_); }
  SessionFile(const SessionFile&) = delete;
  SessionFile& operator=(const SessionFile&) = delete;

  [[nodiscard]] std::filesystem::path path() const { return directory_ / (id_ + ".jsonl"); }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] static std::string uuid(std::size_t record) {
    return fmt::format("00000000-0000-4000-8000-{:012d}", record);
  }

  /// One exchange more. The prompt's anchor is the uuid of its record.
  void append(std::string_view prompt, std::string_view reply) {
    std::ofstream file(path(), std::ios::app);
    const auto write = [&](std::string_view type, std::string_view message) {
      const auto parent = records_ == 0 ? "null" : fmt::format("\"{}\"", uuid(records_ - 1));
      file << fmt::format(
          R"({{"parentUuid":{},"isSidechain":false,"cwd":"/home/me/work","sessionId":"{}","version":"2.0.0",)"
          R"("type":"{}","message":{},"uuid":"{}","timestamp":"2026-01-02T03:04:05.{:03d}Z"}})"
          "\n",
          parent, id_, type, message, uuid(records_), records_ % 1000);
      ++records_;
    };
    write("user", fmt::format(R"({{"role":"user","content":"{}"}})", prompt));
    write("assistant", fmt::format(R"({{"id":"msg_{}","type":"message","role":"assistant","model":"claude-test",)"
                                   R"("content":[{{"type":"text","text":"{}"}}],"stop_reason":"end_turn",)"
                                   R"("usage":{{"input_tokens":3,"output_tokens":5}}}})",
                                   records_, reply));
  }

  /// The same file with other content, as an editor saves it.
  void replace_with(const SessionFile& other) const {
    const auto saved = directory_ / "saved";
    std::filesystem::copy_file(other.path(), saved);
    std::filesystem::rename(saved, path());
  }

 private:
  std::string id_;
  std::filesystem::path directory_ = std::filesystem::temp_directory_path() / ("panko-http-" + random_token());
  std::size_t records_ = 0;
};

class Serving : public ::testing::Test {
 protected:
  void start(HttpLimits limits = {}, const std::string& address = "127.0.0.1") {
    server_ = std::make_unique<HttpServer>(loop_, workers_, limits);
    ASSERT_TRUE(server_->listen(address, 0));
    port_ = server_->port();
    thread_ = std::thread([this] { loop_.run(); });
  }

  template <class Function>
  auto on_loop(Function function) {
    std::packaged_task<std::invoke_result_t<Function>()> task(std::move(function));
    auto result = task.get_future();
    boost::asio::post(loop_, std::move(task));
    return result.get();
  }

  /// All that the server holds, for the next one. (asio::use_future would change what on_loop's post means.)
  HandedListener hand_over() {
    std::promise<HandedListener> handed;
    boost::asio::co_spawn(loop_, server_->hand_over(), [&handed](const std::exception_ptr& error, HandedListener all) {
      EXPECT_FALSE(error);
      handed.set_value(std::move(all));
    });
    return handed.get_future().get();
  }

  void TearDown() override {
    if (!thread_.joinable()) return;
    on_loop([&] { server_.reset(); });
    guard_.reset();
    thread_.join();  // comes back only when nothing is left to do
    workers_.join();
  }

  /// Health reports and requests, as the mount's owner hears them.
  struct Heard {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> health;  // "" is well
    std::size_t requests = 0;
    std::size_t loads = 0;
    std::size_t views = 0;
    std::size_t opened = 0;
    std::vector<std::size_t> viewers;  // each number that was told
    std::vector<MaskedCounts> masked;

    [[nodiscard]] std::size_t request_count() {
      const std::lock_guard lock(mutex);
      return requests;
    }

    [[nodiscard]] std::size_t load_count() {
      const std::lock_guard lock(mutex);
      return loads;
    }

    [[nodiscard]] std::vector<std::string> wait_for_health(std::size_t count) {
      std::unique_lock lock(mutex);
      changed.wait_for(lock, std::chrono::seconds(10), [&] { return health.size() >= count; });
      return health;
    }

    /// Until what was heard is like that; false: it never was.
    bool wait_until(const std::function<bool(const Heard&)>& is_so) {
      std::unique_lock lock(mutex);
      return changed.wait_for(lock, std::chrono::seconds(20), [&] { return is_so(*this); });
    }
  };

  std::string mount(const std::filesystem::path& path, std::optional<Snapshot> snapshot = std::nullopt) {
    auto token = random_token();
    mount_at(token, path, std::move(snapshot));
    return token;
  }

  void mount_at(const std::string& token, const std::filesystem::path& path,
                std::optional<Snapshot> snapshot = std::nullopt) {
    mount_at(token,
             MountedSession{
                 .path = path, .snapshot = std::move(snapshot), .context = {}, .on_health = {}, .on_request = {}});
  }

  /// What it hears of is heard_; what the session hears of already stays.
  void mount_at(const std::string& token, MountedSession session) {
    const auto note = [this](auto change) {
      const std::lock_guard lock(heard_.mutex);
      change(heard_);
      heard_.changed.notify_all();
    };
    session.on_health = [note](std::optional<Error> error) {
      note([&](Heard& heard) { heard.health.push_back(error ? error->message : ""); });
    };
    session.on_request = [note] { note([](Heard& heard) { ++heard.requests; }); };
    session.on_page_load = [note] { note([](Heard& heard) { ++heard.loads; }); };
    session.on_masked = [note](MaskedCounts counts) { note([&](Heard& heard) { heard.masked.push_back(counts); }); };
    session.on_view = [note] { note([](Heard& heard) { ++heard.views; }); };
    session.on_viewers = [note](std::size_t count) { note([&](Heard& heard) { heard.viewers.push_back(count); }); };
    if (session.gate && session.gate->counts_views) {
      session.on_open = [this, note] {
        if (views_left_ == 0) return false;
        --views_left_;
        note([](Heard& heard) { ++heard.opened; });
        return true;
      };
      session.can_open = [this] { return views_left_ > 0; };
    }
    on_loop([&] { server_->mount(token, std::move(session)); });
  }

  HttpResponse post(const std::string& target, std::string_view body, std::string_view fields = {}) const {
    auto client = connect();
    client.send_request(target, fmt::format("Content-Length: {}\r\n{}", body.size(), fields), "POST");
    client.send(body);
    return client.receive();
  }

  [[nodiscard]] HttpClient connect(int receive_buffer = 0) const { return HttpClient(port_, receive_buffer); }
  HttpResponse get(std::string_view target, std::string_view fields = {}) const {
    return connect().get(target, fields);
  }

  boost::asio::io_context loop_;
  boost::asio::thread_pool workers_{2};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{loop_.get_executor()};
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
  std::uint16_t port_ = 0;
  Heard heard_;
  std::size_t views_left_ = 0;  // of shares that count them; the loop's
};

}  // namespace panko::test
