#include "http/host_names.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

HostNames names_of_gateway() {
  HostNames names;
  names.set_listener("127.0.0.1", 8080);
  names.set_tunnel_names({"quiet-river.trycloudflare.com"});
  return names;
}

TEST(HostNames, AcceptsLoopbackWithItsPort) {
  const auto names = names_of_gateway();
  for (const auto* host : {"127.0.0.1:8080", "localhost:8080", "LocalHost:8080"})
    EXPECT_TRUE(names.accepts(host)) << host;
}

TEST(HostNames, AcceptsTheTunnelsNameWhateverItsPort) {
  const auto names = names_of_gateway();
  for (const auto* host :
       {"quiet-river.trycloudflare.com", "Quiet-River.TryCloudflare.com", "quiet-river.trycloudflare.com:443"}) {
    EXPECT_TRUE(names.accepts(host)) << host;
  }
}

TEST(HostNames, RefusesEverythingElse) {
  const auto names = names_of_gateway();
  for (const auto* host : {"",
                           ":",
                           ":8080",
                           "127.0.0.1",
                           "localhost",
                           "127.0.0.1:80",
                           "127.0.0.1:8081",
                           "localhost.:8080",
                           "127.0.0.1.:8080",
                           "127.1:8080",
                           "0x7f000001:8080",
                           "2130706433:8080",
                           "0177.0.0.1:8080",
                           "127.0.0.2:8080",
                           "0.0.0.0:8080",
                           "[::1]:8080",
                           "[::ffff:127.0.0.1]:8080",
                           "[127.0.0.1]:8080",
                           "[",
                           "[]",
                           "[]:8080",
                           "[::1",
                           "evil.example:8080",
                           "localhost.evil.example:8080",
                           "evil-localhost:8080",
                           "127.0.0.1:8080:8080",
                           "127.0.0.1:8080 ",
                           " 127.0.0.1:8080",
                           "127.0.0.1:08080",
                           "127.0.0.1:+8080",
                           "127.0.0.1:",
                           "127.0.0.1:x",
                           "127.0.0.1:73616",
                           "127.0.0.1:8080/",
                           "user@127.0.0.1:8080",
                           "127.0.0.1:8080,127.0.0.1:8080",
                           "quiet-river.trycloudflare.com.",
                           "x.quiet-river.trycloudflare.com",
                           "trycloudflare.com",
                           "quiet-river.trycloudflare.com:",
                           "quiet-river.trycloudflare.com:99999"}) {
    EXPECT_FALSE(names.accepts(host)) << host;
  }
}

TEST(HostNames, PortEightyMayBeLeftOut) {
  HostNames names;
  names.set_listener("127.0.0.1", 80);
  EXPECT_TRUE(names.accepts("localhost"));
  EXPECT_TRUE(names.accepts("localhost:80"));
}

TEST(HostNames, AcceptsABoundAddress) {
  HostNames names;
  names.set_listener("192.168.1.5", 8080);
  EXPECT_TRUE(names.accepts("192.168.1.5:8080"));
  EXPECT_FALSE(names.accepts("192.168.1.6:8080", "192.168.1.6"));
  names.set_listener("fd00::5", 8080);
  EXPECT_TRUE(names.accepts("[fd00::5]:8080"));
  EXPECT_FALSE(names.accepts("fd00::5:8080"));
}

TEST(HostNames, BoundToAllAcceptsTheAddressThatWasReached) {
  HostNames names;
  names.set_listener("0.0.0.0", 8080);
  EXPECT_TRUE(names.is_wildcard());
  EXPECT_TRUE(names.accepts("192.168.1.5:8080", "192.168.1.5"));
  EXPECT_FALSE(names.accepts("192.168.1.6:8080", "192.168.1.5"));
  EXPECT_FALSE(names.accepts("evil.example:8080", "192.168.1.5"));
  EXPECT_FALSE(names.accepts("[]:8080", ""));
}

TEST(HostNames, KeepsTheTunnelsNameWhenItListens) {
  HostNames names;
  names.set_tunnel_names({"a.example"});
  names.set_listener("127.0.0.1", 8080);
  EXPECT_TRUE(names.accepts("a.example"));
}

}  // namespace
}  // namespace panko
