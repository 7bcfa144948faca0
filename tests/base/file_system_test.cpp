#include "base/file_system.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(NetworkFilesystemTest, KnowsThemByTheirType) {
  EXPECT_TRUE(is_network_filesystem(0x6969)) << "NFS";
  EXPECT_TRUE(is_network_filesystem(0xff534d42)) << "CIFS";
  EXPECT_TRUE(is_network_filesystem(0xffff'ffff'ff53'4d42)) << "the type is signed on some machines";
  EXPECT_FALSE(is_network_filesystem(0xef53)) << "ext4";
  EXPECT_FALSE(is_network_filesystem(0x01021994)) << "tmpfs";
}

}  // namespace
}  // namespace panko
