#include "daemon/control_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/result.hpp"
#include "tests/daemon/serving.hpp"

namespace panko {
namespace {

using ::testing::HasSubstr;

class ControlSocketTest : public test::Home {
 protected:
  [[nodiscard]] std::string failure() const {
    try {
      (void)ControlSocket::listen(places_.socket);
    } catch (const Failure& failure) {
      return failure.what();
    }
    return {};
  }
};

TEST_F(ControlSocketTest, IsForTheOwnerAloneAndGoesWithItsObject) {
  const mode_t old = ::umask(022);
  {
    const auto socket = ControlSocket::listen(places_.socket);
    struct stat status{};
    ASSERT_EQ(::stat(places_.socket.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600);
    EXPECT_EQ(::umask(022), 022) << "back as it was";
    EXPECT_TRUE(test::RawClient(places_.socket).connected());
  }
  EXPECT_FALSE(std::filesystem::exists(places_.socket));
  ::umask(old);
}

TEST_F(ControlSocketTest, TakesThePlaceOfADeadDaemons) {
  {
    const auto address = *protocol::socket_address(places_.socket);
    const Fd dead{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    ASSERT_EQ(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  const auto socket = ControlSocket::listen(places_.socket);
  EXPECT_TRUE(test::RawClient(places_.socket).connected());
}

TEST_F(ControlSocketTest, LeavesALivingDaemonItsSocket) {
  const auto first = ControlSocket::listen(places_.socket);
  EXPECT_THAT(failure(), AllOf(HasSubstr("answers at"), HasSubstr("kill " + std::to_string(::getpid()))));
  EXPECT_TRUE(test::RawClient(places_.socket).connected());
}

TEST_F(ControlSocketTest, RemovesNothingThatIsNoSocket) {
  std::ofstream(places_.socket) << "precious";
  EXPECT_THAT(failure(), HasSubstr("is not a socket"));
  EXPECT_TRUE(std::filesystem::exists(places_.socket));
}

TEST_F(ControlSocketTest, RefusesAPathThatIsTooLong) {
  places_.socket = directory_ / std::string(100, 'x');
  EXPECT_THAT(failure(), AllOf(HasSubstr(places_.socket.native()), HasSubstr("107")));
}

}  // namespace
}  // namespace panko
