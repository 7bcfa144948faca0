#include "shares/addresses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace panko {
namespace {

using testing::HasSubstr;

TEST(BindAddressTest, PlainLoopbackIsTheDefault) {
  EXPECT_EQ(check_bind_address("127.0.0.1").value(), "");
  EXPECT_EQ(listening_address(""), "127.0.0.1");
}

TEST(BindAddressTest, AllAddressesAndOtherLoopbackOnesAreAllowed) {
  for (const char* address : {"0.0.0.0", "::", "127.0.0.2"}) EXPECT_EQ(check_bind_address(address).value(), address);
}

TEST(BindAddressTest, AnAddressOfAnotherMachineIsRefused) {
  for (const char* address : {"192.0.2.77", "2001:db8::77"}) {
    const auto checked = check_bind_address(address);
    ASSERT_FALSE(checked) << address;
    EXPECT_THAT(checked.error().message, HasSubstr(std::string(address) + " is no address of this machine"));
  }
}

TEST(BindAddressTest, WhatIsNoAddressIsRefused) {
  for (const char* address : {"", "localhost", "127.1", "0x7f000001", "1.2.3.4.5", "[::1]", "127.0.0.1:80", "eth0"}) {
    const auto checked = check_bind_address(address);
    ASSERT_FALSE(checked) << address;
    EXPECT_THAT(checked.error().message, HasSubstr("is no IP address"));
  }
}

TEST(BaseUrlTest, PutsIPv6InBrackets) {
  EXPECT_EQ(base_url_of("", 8080), "http://127.0.0.1:8080");
  EXPECT_EQ(base_url_of("192.0.2.1", 20000), "http://192.0.2.1:20000");
  EXPECT_EQ(base_url_of("2001:db8::1", 20000), "http://[2001:db8::1]:20000");
}

TEST(BaseUrlTest, AllAddressesAreOneThatAVisitorCanType) {
  EXPECT_THAT(base_url_of("0.0.0.0", 1), testing::Not(HasSubstr("0.0.0.0")));
  EXPECT_THAT(base_url_of("::", 1), testing::Not(HasSubstr("[::]")));
}

TEST(GatewayPortTest, StaysOutOfTheEphemeralRange) {
  for (const PortRange avoid :
       {PortRange{32768, 60999}, PortRange{1024, 20999}, PortRange{25000, 60999}, PortRange{21000, 28999}}) {
    for (int i = 0; i < 2000; ++i) {
      const auto port = random_gateway_port(avoid);
      EXPECT_TRUE(port >= 20000 && port <= 29999) << port;
      EXPECT_TRUE(port < avoid.first || port > avoid.second) << port;
    }
  }
}

TEST(GatewayPortTest, ReachesBothEndsOfWhatIsLeft) {
  bool low = false;
  bool high = false;
  for (int i = 0; i < 1000; ++i) {
    const auto port = random_gateway_port(PortRange{20002, 29997});
    low = low || port == 20000;
    high = high || port == 29999;
    EXPECT_TRUE(port <= 20001 || port >= 29998) << port;
  }
  EXPECT_TRUE(low && high);
}

TEST(GatewayPortTest, ThereIsOneEvenWhereAllAreEphemeral) {
  const auto port = random_gateway_port(PortRange{1024, 65535});
  EXPECT_TRUE(port >= 20000 && port <= 29999);
}

TEST(GatewayPortTest, TheKernelSaysWhichItGivesOut) {
  const auto range = ephemeral_ports();
  ASSERT_TRUE(range);
  EXPECT_LT(range->first, range->second);
}

}  // namespace
}  // namespace panko
