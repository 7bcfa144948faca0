#include "base/random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace panko {
namespace {

TEST(Random, UuidsAreVersion4AndDistinct) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = random_uuid();
    ASSERT_THAT(uuid, testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    ASSERT_TRUE(seen.insert(uuid).second);
  }
}

TEST(Random, TokensHold160BitsAndAreSafeInAPath) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = random_token();
    ASSERT_THAT(token, testing::MatchesRegex("[A-Za-z0-9_-]{27}"));
    ASSERT_TRUE(seen.insert(token).second);
  }
}

TEST(Random, BetweenStaysInside) {
  for (int i = 0; i < 1000; ++i) {
    const auto value = random_between(5, 7);
    ASSERT_TRUE(value >= 5 && value <= 7);
  }
}

TEST(Random, Sha256) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(equal_in_constant_time(sha256("a"), sha256("a")));
  EXPECT_FALSE(equal_in_constant_time(sha256("a"), sha256("b")));
}

}  // namespace
}  // namespace panko
