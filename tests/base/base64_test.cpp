#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

// RFC 4648, section 10.
TEST(Base64, WritesWhatTheStandardGives) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("\xfb\xff\xbf"), "+/+/");
}

}  // namespace
}  // namespace panko
