// A directory of its own with the fake cloudflared on PATH, and a loop that runs until something happened.
// See tests/support/fake-cloudflared for the scenarios.
#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "tests/support/project_files.hpp"
#include "tunnel/tunnel.hpp"

namespace panko {

class TunnelFixture : public testing::Test {
 public:
  TunnelFixture() {
    auto pattern = (std::filesystem::temp_directory_path() / "panko-tunnel-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    home = pattern;
    std::filesystem::create_directory(home / "bin");
    std::filesystem::create_symlink(test::project_file("tests/support/fake-cloudflared"), home / "bin" / "cloudflared");
    old_path = std::getenv("PATH");
    ::setenv("PATH", ((home / "bin").string() + ":" + old_path).c_str(), 1);
  }
  ~TunnelFixture() override {
    ::setenv("PATH", old_path.c_str(), 1);
    std::filesystem::remove_all(home);
  }

 protected:
  void scenario(const std::string& text) { std::ofstream(home / "bin" / "cloudflared.scenario") << text << '\n'; }
  void make_fifo(const std::string& name) { ASSERT_EQ(::mkfifo((home / "bin" / name).c_str(), 0600), 0); }
  /// Lets the fake go on that is at `wait NAME`, or will be.
  void release(const std::string& name) {
    const Fd writer(::open((home / "bin" / name).c_str(), O_WRONLY | O_CLOEXEC));
  }

  /// Runs the loop until `done`, at most 20 s: far more than anything here takes.
  template <class Done>
  bool run_until(Done done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    loop.restart();
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      loop.run_one_until(deadline);
      if (loop.stopped()) loop.restart();
    }
    return true;
  }
  /// The coroutine's value; its Failure is thrown here.
  template <class T>
  T wait_for(boost::asio::awaitable<T> awaitable) {
    auto future = boost::asio::co_spawn(loop, std::move(awaitable), boost::asio::use_future);
    const bool done = run_until([&] { return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
    if (!done) throw std::runtime_error("the loop stood still");
    return future.get();
  }
  template <class T>
  std::string failure_of(boost::asio::awaitable<T> awaitable) {
    try {
      wait_for(std::move(awaitable));
    } catch (const Failure& failure) {
      return failure.what();
    }
    return "no failure";
  }

  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    if (!std::filesystem::exists(tunnels())) return names;
    for (const auto& entry : std::filesystem::directory_iterator(tunnels())) names.push_back(entry.path().filename());
    return names;
  }
  [[nodiscard]] std::filesystem::path tunnels() const { return home / "tunnels"; }
  [[nodiscard]] std::filesystem::path file_with(const std::string& extension) const {
    for (const auto& name : files()) {
      if (name.ends_with(extension)) return tunnels() / name;
    }
    return {};
  }

  std::filesystem::path home;
  std::string old_path;
  boost::asio::io_context loop;
};

inline bool is_alive(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

}  // namespace panko
