#include "base/hex.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(Hex, ThereAndBack) {
  using namespace std::string_literals;
  const std::string bytes = "\0\x0f\x7f\x80\xff"s;
  EXPECT_EQ(hex_digits_of(bytes), "000f7f80ff");
  EXPECT_EQ(bytes_of_hex("000F7f80ff"), bytes);
  EXPECT_EQ(bytes_of_hex(""), "");
  for (const char* wrong : {"0", "0g", "-1", "+1", " 1", "0x", "000"})
    EXPECT_EQ(bytes_of_hex(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace panko
