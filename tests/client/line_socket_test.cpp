#include "client/line_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "protocol/address.hpp"
#include "tests/client/test_daemon.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using test::failure_of;

class LineSocketTest : public test::Home {
 protected:
  Fd listen() const {
    const auto address = *protocol::socket_address(places_.socket);
    Fd listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    EXPECT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener.get(), 5), 0);
    return listener;
  }
};

TEST_F(LineSocketTest, NobodyListens) {
  EXPECT_FALSE(LineSocket::connect(places_.socket)) << "no file";
  EXPECT_FALSE(LineSocket::connect(places_.socket / "x")) << "no directory";
  listen();
  ASSERT_TRUE(std::filesystem::exists(places_.socket));
  EXPECT_FALSE(LineSocket::connect(places_.socket)) << "left behind by a dead daemon";
  std::filesystem::remove(places_.socket);
}

TEST_F(LineSocketTest, RefusesWhatIsNoSocketOfOurs) {
  std::ofstream(places_.socket) << "x";
  EXPECT_EQ(failure_of([&] { (void)LineSocket::connect(places_.socket); }),
            places_.socket.native() + " is not a socket; move it away.");
  std::filesystem::remove(places_.socket);
  EXPECT_NE(failure_of([&] { (void)LineSocket::connect(std::string(200, '/')); }).find("at most 107"),
            std::string::npos);
}

TEST_F(LineSocketTest, RefusesASocketOfSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const Fd listener = listen();
  ASSERT_EQ(::lchown(places_.socket.c_str(), 65534, 65534), 0);
  EXPECT_EQ(failure_of([&] { (void)LineSocket::connect(places_.socket); }),
            places_.socket.native() + " belongs to another user; set PANKO_HOME to a directory of your own.");
  std::filesystem::remove(places_.socket);
}

TEST_F(LineSocketTest, ExchangesLines) {
  const Fd listener = listen();
  LineSocket client = listening();
  EXPECT_EQ(client.peer(), ::getpid());
  const Fd server{::accept(listener.get(), nullptr, nullptr)};
  client.send("one\n", deadline_in(5s));
  char bytes[4];
  ASSERT_EQ(::recv(server.get(), bytes, sizeof bytes, MSG_WAITALL), 4);
  ASSERT_EQ(::send(server.get(), "a\nb\nlast\n", 9, 0), 9);
  EXPECT_EQ(client.receive(deadline_in(5s)), "a");
  EXPECT_EQ(client.receive(std::nullopt), "b");
  std::filesystem::remove(places_.socket);
}

TEST_F(LineSocketTest, ReadsWhatThePeerSaidBeforeItWent) {
  const Fd listener = listen();
  LineSocket client = listening();
  {
    const Fd server{::accept(listener.get(), nullptr, nullptr)};
    ASSERT_EQ(::send(server.get(), "bye\ntorn", 8, 0), 8);
  }
  client.send("too late\n", deadline_in(5s));
  EXPECT_EQ(client.receive(deadline_in(5s)), "bye");
  EXPECT_EQ(client.receive(deadline_in(5s)), std::nullopt);
  std::filesystem::remove(places_.socket);
}

TEST_F(LineSocketTest, GivesUpAtTheDeadline) {
  const Fd listener = listen();
  LineSocket client = listening();
  const std::string sentence = "The daemon (pid " + std::to_string(::getpid()) +
                               ") does not answer; look into its log, or end it with: kill " +
                               std::to_string(::getpid());
  EXPECT_EQ(failure_of([&] { (void)client.receive(deadline_in(10ms)); }), sentence);
  EXPECT_EQ(failure_of([&] { client.send(std::string(8 << 20, 'x'), deadline_in(10ms)); }), sentence) << "nobody reads";
  std::filesystem::remove(places_.socket);
}

}  // namespace
}  // namespace panko
