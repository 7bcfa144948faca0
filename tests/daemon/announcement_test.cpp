#include "daemon/announcement.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "tests/daemon/serving.hpp"

namespace panko {
namespace {

/// All that was written, once the other end is closed.
template <class Tell>
std::string told(Tell tell) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const Fd read_end{ends[0]};
  {
    ReadyPipe pipe(ends[1]);
    tell(pipe);
  }
  std::string text;
  char chunk[4096];
  for (ssize_t got = 0; (got = ::read(read_end.get(), chunk, sizeof chunk)) > 0;)
    text.append(chunk, static_cast<std::size_t>(got));
  return text;
}

TEST(ReadyPipe, TellsOneLine) {
  EXPECT_EQ(told([](ReadyPipe& pipe) { pipe.ready(); }), "ready\n");
  EXPECT_EQ(told([](ReadyPipe& pipe) { pipe.running(42); }), "running 42\n");
  EXPECT_EQ(told([](ReadyPipe& pipe) { pipe.error("No\nspace\tleft. "); }), "error No space left.\n");
  EXPECT_EQ(told([](ReadyPipe& pipe) {
              pipe.ready();
              pipe.error("too late");
            }),
            "ready\n");
  EXPECT_EQ(told([](ReadyPipe&) {}), "") << "a daemon that dies says nothing";
}

TEST(ReadyPipe, ALongSentenceStaysOneWrite) {
  const std::string text = told([](ReadyPipe& pipe) { pipe.error(std::string(100'000, 'x')); });
  EXPECT_LT(text.size(), 4096);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST(ReadyPipe, NobodyWaits) {
  ReadyPipe none(-1);
  none.ready();
  ReadyPipe closed(9999);
  closed.ready();
}

TEST(ReadyPipe, LeavesDevNullWhereAStandardStreamWas) {
  const Fd saved{::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10)};
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const Fd read_end{ends[0]};
  const Fd write_end{ends[1]};
  ASSERT_EQ(::dup2(write_end.get(), STDIN_FILENO), STDIN_FILENO);
  ReadyPipe(STDIN_FILENO).ready();
  char byte = 0;
  EXPECT_EQ(::read(STDIN_FILENO, &byte, 1), 0) << "/dev/null";
  if (saved) ::dup2(saved.get(), STDIN_FILENO);
}

class ServiceManagerTest : public test::Home {
 protected:
  /// What a manager that listens at `address` hears.
  static std::string heard(const std::string& address) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, address.data(), address.size());
    if (address.front() == '@') name.sun_path[0] = '\0';
    const Fd manager{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    EXPECT_EQ(::bind(manager.get(), reinterpret_cast<const sockaddr*>(&name),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size())),
              0);
    ::setenv("NOTIFY_SOCKET", address.c_str(), 1);
    const ServiceManager us;
    EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr) << "not for children";
    us.tell("READY=1");
    char datagram[64];
    const ssize_t got = ::recv(manager.get(), datagram, sizeof datagram, MSG_DONTWAIT);
    return got < 0 ? "" : std::string(datagram, static_cast<std::size_t>(got));
  }
};

TEST_F(ServiceManagerTest, HearsOfUs) {
  EXPECT_EQ(heard((directory_ / "notify").native()), "READY=1");
  EXPECT_EQ(heard("@" + (directory_ / "notify").native()), "READY=1");
}

TEST_F(ServiceManagerTest, MayBeMissing) {
  ::unsetenv("NOTIFY_SOCKET");
  ServiceManager().tell("READY=1");
  ::setenv("NOTIFY_SOCKET", (directory_ / "nobody").c_str(), 1);
  ServiceManager().tell("READY=1");
  ::setenv("NOTIFY_SOCKET", std::string(300, 'x').c_str(), 1);
  ServiceManager().tell("READY=1");
}

}  // namespace
}  // namespace panko
