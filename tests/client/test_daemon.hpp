// A small daemon that the client's tests start in place of panko's own: client_tests, run as `client_tests serve
// --ready-fd N`, is it. $TEST_DAEMON says how it behaves. It ends itself after a while, whatever happens.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "client/daemon_client.hpp"
#include "config/places.hpp"

namespace panko::test {

/// The daemon's main().
int run_test_daemon(int ready_fd);

/// The message of the Failure that `call` throws; empty when it throws none.
template <class Call>
std::string failure_of(Call call) {
  try {
    call();
  } catch (const Failure& failure) {
    return failure.what();
  }
  return {};
}

/// A directory as PANKO_HOME, where the test daemon finds it too; what runs there is ended.
class Home : public ::testing::Test {
 public:
  Home() {
    std::string name = (std::filesystem::temp_directory_path() / "panko-client-XXXXXX").native();
    directory_ = ::mkdtemp(name.data());
    ::setenv("PANKO_HOME", directory_.c_str(), 1);
    ::unsetenv("TEST_DAEMON");
    places_ = *find_places();
  }
  ~Home() override {
    // Where it has no manners, it ends by its alarm.
    (void)failure_of([&] {
      if (auto client = DaemonClient::connect(places_)) client->shutdown();
    });
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

 protected:
  /// Throws when nobody listens; asks nothing.
  [[nodiscard]] LineSocket listening() const {
    auto socket = LineSocket::connect(places_.socket);
    if (!socket) throw Failure("No daemon listens.");
    return std::move(*socket);
  }
  /// Throws when nobody answers.
  [[nodiscard]] DaemonClient running() const {
    auto client = DaemonClient::connect(places_);
    if (!client) throw Failure("No daemon answers.");
    return std::move(*client);
  }
  static void behave(const char* how) { ::setenv("TEST_DAEMON", how, 1); }

  std::filesystem::path directory_;
  Places places_;
};

}  // namespace panko::test
