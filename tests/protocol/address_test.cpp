#include "protocol/address.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/fd.hpp"

namespace panko::protocol {
namespace {

TEST(Address, TakesAPathOfTheWholeLength) {
  const std::string path(107, 'x');
  const auto address = socket_address(path);
  ASSERT_TRUE(address);
  EXPECT_EQ(address->sun_path, path);
}

TEST(Address, RefusesALongerPathWithTheLimit) {
  const std::string path = "/tmp/" + std::string(103, 'x');
  const auto address = socket_address(path);
  ASSERT_FALSE(address);
  EXPECT_EQ(address.error().message,
            "The socket's path " + path +
                " has 108 bytes and at most 107 are possible; set PANKO_HOME to a directory with a shorter path.");
}

TEST(Address, KnowsThePeer) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const Fd left{ends[0]};
  const Fd right{ends[1]};
  const auto peer = peer_of(left.get()).value_or(Peer{});
  EXPECT_EQ(peer.uid, ::geteuid());
  EXPECT_EQ(peer.pid, ::getpid());
  EXPECT_FALSE(peer_of(-1));
}

}  // namespace
}  // namespace panko::protocol
