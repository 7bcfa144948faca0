// The daemon as a process of its own: forked from the test, told to end by signals, killed, started again.
#include "daemon/daemon.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>

#include "base/files.hpp"
#include "daemon/daemon_lock.hpp"
#include "tests/daemon/serving.hpp"
#include "tests/support/project_files.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using test::kPing;
using test::kPong;
using test::without_counts;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kList = R"({"method":"ListShares"})";

class DaemonTest : public test::Home {
 public:
  DaemonTest() = default;
  ~DaemonTest() override { kill_daemon(SIGKILL); }
  DaemonTest(const DaemonTest&) = delete;
  DaemonTest& operator=(const DaemonTest&) = delete;

 protected:
  /// What the daemon's ready pipe says; the daemon stays. Several may start before one is waited for.
  Fd begin_daemon() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(run({.foreground = false, .ready_fd = ends[1]}));
    ::close(ends[1]);
    int status = 0;
    ::waitpid(child, &status, 0);  // the daemon is its child
    return Fd(ends[0]);
  }
  static std::string read_all(const Fd& fd) {
    std::string text;
    char chunk[4096];
    for (ssize_t got = 0; (got = ::read(fd.get(), chunk, sizeof chunk)) > 0;)
      text.append(chunk, static_cast<std::size_t>(got));
    return text;
  }
  std::string start_daemon() { return read_all(begin_daemon()); }

  int run(const DaemonOptions& options) {
    try {
      return run_daemon(places_, options);
    } catch (const std::exception&) {
      return 1;
    }
  }

  /// Waits until the daemon's lock is free, which is when its process has ended.
  void wait_for_end() const {
    while (!DaemonLock::take(places_.daemon_lock)) std::this_thread::yield();
  }
  void kill_daemon(int signal) {
    if (DaemonLock::take(places_.daemon_lock)) return;
    ::kill(DaemonLock::holder(places_.daemon_lock), signal);
    wait_for_end();
  }
  [[nodiscard]] test::RawClient connect() const { return test::RawClient(places_.socket); }
  [[nodiscard]] static mode_t mode_of(const std::filesystem::path& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
  }
};

TEST_F(DaemonTest, IsReadyOnceItAnswersAndAlone) {
  ASSERT_EQ(start_daemon(), "ready\n");
  EXPECT_EQ(connect().ask(kPing), kPong);
  const pid_t pid = DaemonLock::holder(places_.daemon_lock);
  EXPECT_EQ(read_file(places_.pid_file).value(), std::to_string(pid) + "\n");
  EXPECT_EQ(start_daemon(), "running " + std::to_string(pid) + "\n");
  EXPECT_EQ(connect().ask(kPing), kPong) << "the first one's socket is still there";
  for (const auto& path : {places_.database, places_.socket, places_.pid_file, places_.daemon_lock, places_.log_file})
    EXPECT_EQ(mode_of(path), 0600) << path;
}

TEST_F(DaemonTest, OfManyStartedAtOnceOneStays) {
  constexpr int kDaemons = 20;
  std::vector<Fd> pipes;
  pipes.reserve(kDaemons);
  for (int i = 0; i < kDaemons; ++i) pipes.push_back(begin_daemon());
  int ready = 0;
  for (const Fd& pipe : pipes) {
    const std::string line = read_all(pipe);
    EXPECT_THAT(line, ::testing::AnyOf("ready\n", StartsWith("running ")));
    ready += line == "ready\n" ? 1 : 0;
  }
  EXPECT_EQ(ready, 1);
  EXPECT_EQ(connect().ask(kPing), kPong);
}

TEST_F(DaemonTest, ATermSignalLeavesTheSharesToTheNextOne) {
  ASSERT_EQ(start_daemon(), "ready\n");
  ASSERT_THAT(connect().ask(start_request(session_)), HasSubstr(R"("status":"active")"));
  const std::string shares = without_counts(connect().ask(kList));
  for (const int signal : {SIGTERM, SIGINT}) {
    kill_daemon(signal);
    EXPECT_FALSE(std::filesystem::exists(places_.socket));
    EXPECT_FALSE(std::filesystem::exists(places_.pid_file));
    ASSERT_EQ(start_daemon(), "ready\n");
    EXPECT_EQ(without_counts(connect().ask(kList)), shares) << "same id, same URL, same port, active";
  }
}

TEST_F(DaemonTest, AfterAKillTheNextOneHasTheSharesAgain) {
  ASSERT_EQ(start_daemon(), "ready\n");
  ASSERT_THAT(connect().ask(start_request(session_)), HasSubstr(R"("status":"active")"));
  const std::string shares = without_counts(connect().ask(kList));
  kill_daemon(SIGKILL);
  EXPECT_TRUE(std::filesystem::exists(places_.socket)) << "stale";
  ASSERT_EQ(start_daemon(), "ready\n");
  EXPECT_EQ(without_counts(connect().ask(kList)), shares);
}

TEST_F(DaemonTest, ShutdownStopsTheSharesForGood) {
  ASSERT_EQ(start_daemon(), "ready\n");
  ASSERT_THAT(connect().ask(start_request(session_)), HasSubstr(R"("status":"active")"));
  auto client = connect();
  EXPECT_EQ(client.ask(R"({"method":"Shutdown"})"), R"({"status":"ShuttingDown"})");
  EXPECT_EQ(client.line(), "(closed)");
  wait_for_end();
  ASSERT_EQ(start_daemon(), "ready\n");
  EXPECT_THAT(connect().ask(kList), HasSubstr(R"("status":"stopped")"));
}

TEST_F(DaemonTest, AHangUpIsNoReasonToEnd) {
  ASSERT_EQ(start_daemon(), "ready\n");
  ::kill(DaemonLock::holder(places_.daemon_lock), SIGHUP);
  EXPECT_EQ(connect().ask(kPing), kPong);
}

TEST_F(DaemonTest, ASecondSignalEndsAtOnceAndTheTunnelDoesNotOutliveTheNextOne) {
  // A tunnel that does not heed SIGTERM makes the first signal take its time.
  std::filesystem::create_symlink(test::project_file("tests/support/fake-cloudflared"), directory_ / "cloudflared");
  std::ofstream(directory_ / "cloudflared.scenario") << "ignore-term\nready\n";
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", (directory_.native() + ":" + path).c_str(), 1);

  const pid_t daemon = ::fork();
  if (daemon == 0) {
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(null, STDERR_FILENO);
    ::_exit(run({.foreground = true}));
  }
  std::string reply = "(closed)";
  while (reply == "(closed)") reply = connect().ask(start_request(session_, "cloudflare"));
  ASSERT_THAT(reply, HasSubstr(R"("status":"active")"));
  const std::string status = connect().ask(R"({"method":"Status"})");
  const pid_t tunnel = std::atoi(status.c_str() + status.find(R"("children":[)") + 12);
  ASSERT_GT(tunnel, 0) << status;

  ::kill(daemon, SIGTERM);
  while (std::filesystem::exists(places_.socket)) std::this_thread::yield();
  ::kill(daemon, SIGTERM);
  int result = 0;
  ::waitpid(daemon, &result, 0);
  EXPECT_TRUE(WIFEXITED(result) && WEXITSTATUS(result) == 1) << result;

  ASSERT_EQ(start_daemon(), "ready\n");
  EXPECT_EQ(connect().ask(R"({"method":"Shutdown"})"), R"({"status":"ShuttingDown"})");
  wait_for_end();
  const std::string stat = read_file("/proc/" + std::to_string(tunnel) + "/stat").value_or(") Z");
  EXPECT_THAT(stat, HasSubstr(") Z")) << "gone, or waiting to be reaped";
  ::setenv("PATH", path.c_str(), 1);
}

TEST_F(DaemonTest, TellsTheServiceManager) {
  const std::string address = (directory_ / "notify").native();
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, address.data(), address.size());
  const Fd manager{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  ASSERT_EQ(::bind(manager.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  ::setenv("NOTIFY_SOCKET", address.c_str(), 1);
  ASSERT_EQ(start_daemon(), "ready\n");
  ::unsetenv("NOTIFY_SOCKET");
  char datagram[64];
  ssize_t got = ::recv(manager.get(), datagram, sizeof datagram, 0);
  EXPECT_EQ(std::string(datagram, static_cast<std::size_t>(got)), "READY=1");
  kill_daemon(SIGTERM);
  got = ::recv(manager.get(), datagram, sizeof datagram, 0);
  EXPECT_EQ(std::string(datagram, static_cast<std::size_t>(got)), "STOPPING=1");
}

TEST_F(DaemonTest, NarrowsFilesThatBecameWider) {
  ASSERT_EQ(start_daemon(), "ready\n");
  kill_daemon(SIGTERM);
  ASSERT_EQ(::chmod(places_.database.c_str(), 0644), 0);
  ASSERT_EQ(start_daemon(), "ready\n");
  EXPECT_EQ(mode_of(places_.database), 0600);
  EXPECT_THAT(read_file(places_.log_file).value(), HasSubstr("state.db was open to other users"));
}

TEST_F(DaemonTest, SaysWhyItCannotStart) {
  const Places good = places_;
  places_.socket = directory_ / std::string(100, 'x');
  EXPECT_THAT(start_daemon(), AllOf(StartsWith("error The socket's path "), HasSubstr("at most 107")));
  places_ = good;

  ASSERT_EQ(::chmod(directory_.c_str(), 0750), 0);
  EXPECT_THAT(start_daemon(), AllOf(StartsWith("error "), HasSubstr("chmod 700")));
  ASSERT_EQ(::chmod(directory_.c_str(), 0700), 0);

  std::ofstream(places_.config_file) << "max_share = 3\n";
  EXPECT_THAT(start_daemon(), AllOf(StartsWith("error "), HasSubstr("max_shares")));
  std::filesystem::remove(places_.config_file);

  std::filesystem::create_directory(places_.socket);
  EXPECT_THAT(start_daemon(), AllOf(StartsWith("error "), HasSubstr("is not a socket")));
  std::filesystem::remove(places_.socket);

  ASSERT_EQ(start_daemon(), "ready\n");
  kill_daemon(SIGTERM);
  std::fstream(places_.database, std::ios::in | std::ios::out | std::ios::binary).seekp(60).write("\0\0\0\x63", 4);
  EXPECT_THAT(start_daemon(), AllOf(StartsWith("error "), HasSubstr("newer")));
  EXPECT_FALSE(std::filesystem::exists(places_.socket)) << "nothing is left of the attempt";
  EXPECT_FALSE(std::filesystem::exists(places_.pid_file));
}

TEST_F(DaemonTest, ACorruptDatabaseIsSetAsideAndSaid) {
  std::ofstream(places_.database) << std::string(8192, 'x');
  ASSERT_EQ(::chmod(places_.database.c_str(), 0600), 0);
  ASSERT_EQ(start_daemon(), "ready\n");
  EXPECT_THAT(connect().ask(R"({"method":"Status"})"), HasSubstr("state.db.corrupt-"));
  EXPECT_EQ(connect().ask(kList), R"({"status":"ShareList","data":[]})");
}

TEST_F(DaemonTest, NoticesThatTheLocksFileWasRemoved) {
  ASSERT_EQ(start_daemon(), "ready\n");
  const pid_t pid = DaemonLock::holder(places_.daemon_lock);
  std::filesystem::remove(places_.daemon_lock);
  EXPECT_THAT(start_daemon(), HasSubstr("kill " + std::to_string(pid)));
  EXPECT_EQ(connect().ask(kPing), kPong);
  ::kill(pid, SIGTERM);
  while (std::filesystem::exists(places_.socket)) std::this_thread::yield();
}

}  // namespace
}  // namespace panko
