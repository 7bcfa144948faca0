#include "http/gate_keeper.hpp"

#include <gtest/gtest.h>

#include "base/result.hpp"

namespace panko {
namespace {

constexpr std::string_view kToken = "a-token-that-was-made-up";

Gate gate(char key = 'k', std::string password_hash = {}) {
  return {.key = std::string(32, key), .password_hash = std::move(password_hash)};
}

/// What the browser sends back.
std::string cookie_of(const GateKeeper& keeper) {
  const auto line = keeper.new_cookie();
  const auto begin = line.find(": ") + 2;
  return line.substr(begin, line.find(';') - begin);
}

TEST(GateKeeper, KnowsItsOwnCookies) {
  const GateKeeper keeper(gate(), kToken);
  const auto cookie = cookie_of(keeper);
  EXPECT_TRUE(keeper.admits(cookie));
  EXPECT_TRUE(keeper.admits("other=1; " + cookie + "; more=2"));
  EXPECT_TRUE(keeper.admits("entry=; entry=x.y; " + cookie));
  EXPECT_TRUE(GateKeeper(gate(), kToken).admits(cookie)) << "a restart puts nobody out";
  EXPECT_NE(cookie_of(keeper), cookie) << "each visitor has one of his own";
}

TEST(GateKeeper, TheCookieIsForTheShareAloneAndForNoScript) {
  const auto line = GateKeeper(gate(), kToken).new_cookie();
  EXPECT_TRUE(line.starts_with("Set-Cookie: entry="));
  EXPECT_TRUE(line.ends_with("; HttpOnly; SameSite=Lax\r\n")) << line;
  EXPECT_FALSE(line.contains("Path=") || line.contains("Domain=")) << line;
  EXPECT_EQ(line.find_first_of("\r\n"), line.size() - 2);
}

TEST(GateKeeper, RefusesCookiesOfOthers) {
  const GateKeeper keeper(gate(), kToken);
  EXPECT_FALSE(keeper.admits(cookie_of(GateKeeper(gate(), "another-token")))) << "another share";
  EXPECT_FALSE(keeper.admits(cookie_of(GateKeeper(gate('l'), kToken)))) << "another key";
  EXPECT_FALSE(keeper.admits(cookie_of(GateKeeper(gate('k', "$argon2id$made-up"), kToken)))) << "another password";
}

TEST(GateKeeper, RefusesForgedOnes) {
  const GateKeeper keeper(gate(), kToken);
  const auto cookie = cookie_of(keeper);
  for (std::size_t at = 0; at < cookie.size(); ++at) {
    auto forged = cookie;
    forged[at] = forged[at] == '0' ? '1' : '0';
    EXPECT_FALSE(keeper.admits(forged)) << at;
    EXPECT_FALSE(keeper.admits(cookie.substr(0, at))) << at;
  }
  const auto of_another = cookie_of(keeper);
  const auto dot = cookie.find('.');
  EXPECT_FALSE(keeper.admits(cookie.substr(0, dot) + of_another.substr(of_another.find('.'))));
  for (const auto* nothing : {"", ";", "; ; ;", "entry", "entry=", "entry=.", "=", "entry=\"\""})
    EXPECT_FALSE(keeper.admits(nothing)) << nothing;
  EXPECT_FALSE(keeper.admits(cookie + "0"));
  EXPECT_FALSE(keeper.admits("x" + cookie));
}

TEST(GateKeeper, LooksAtFewOfMany) {
  const GateKeeper keeper(gate(), kToken);
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "entry=a;";
  EXPECT_FALSE(keeper.admits(many + cookie_of(keeper)));
}

TEST(GateKeeper, ADamagedKeyIsNoKey) {
  for (const std::size_t length : {0, 1, 31, 33})
    EXPECT_THROW(GateKeeper({.key = std::string(length, 'k'), .password_hash = {}}, kToken), Failure) << length;
}

TEST(GateKeeper, LetsTenTryAtOnceAndThenOneEachSixSeconds) {
  GateKeeper keeper(gate(), kToken);
  auto now = Clock::now();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(keeper.take_try(now)) << i;
  EXPECT_FALSE(keeper.take_try(now));
  EXPECT_EQ(keeper.time_to_try(now), std::chrono::seconds(6));
  EXPECT_EQ(keeper.time_to_try(now + std::chrono::milliseconds(100)), std::chrono::seconds(6));
  EXPECT_FALSE(keeper.take_try(now + std::chrono::milliseconds(5999)));
  now += std::chrono::seconds(6);
  EXPECT_TRUE(keeper.take_try(now));
  EXPECT_FALSE(keeper.take_try(now));
  now += std::chrono::seconds(19);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(keeper.take_try(now)) << i;
  EXPECT_FALSE(keeper.take_try(now));
  now += std::chrono::hours(24);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(keeper.take_try(now)) << "no more than ten are saved up: " << i;
  EXPECT_FALSE(keeper.take_try(now));
}

TEST(GateKeeper, TheRightPasswordCostsNoTry) {
  GateKeeper keeper(gate(), kToken);
  const auto now = Clock::now();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(keeper.take_try(now)) << i;
    keeper.give_back_try();
  }
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(keeper.take_try(now)) << i;
  EXPECT_FALSE(keeper.take_try(now));
}

}  // namespace
}  // namespace panko
