#include "http/posted.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

TEST(Posted, APasswordAsAFormSendsIt) {
  EXPECT_EQ(parse_unlock(kForm, "password=made+up%21"), "made up!");
  EXPECT_EQ(parse_unlock(kForm, "x=1&password=%C3%A9%00z&password=other"), std::string("\xC3\xA9\0z", 4));
  EXPECT_EQ(parse_unlock("Application/X-WWW-Form-URLencoded ; charset=UTF-8", "password=a"), "a");
  EXPECT_EQ(parse_unlock(kForm, "password="), "");
  EXPECT_EQ(parse_unlock(kForm, "password"), "");
}

TEST(Posted, WhatIsNoForm) {
  for (const auto* body : {"", "&", "=", "pass=a", "Password=a", "password=%", "password=%4", "password=%zz"})
    EXPECT_EQ(parse_unlock(kForm, body), std::nullopt) << body;
  for (const auto* type : {"", "text/plain", "multipart/form-data", "application/json", "application/x-www-form"})
    EXPECT_EQ(parse_unlock(type, "password=a"), std::nullopt) << type;
}

TEST(Posted, ALook) {
  constexpr std::string_view kJson = "application/json";
  const auto seen = parse_seen(kJson, R"({"visit":"0123456789abcdef","token":"t"})");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->visit, "0123456789abcdef");
  EXPECT_FALSE(seen->is_again);
  const auto again = parse_seen("application/json; charset=utf-8", R"({"again":true,"visit":"0123456789abcdef"})");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_again);
  EXPECT_TRUE(parse_seen(kJson, R"({"visit":")" + std::string(64, 'x') + "\"}"));
  for (const std::string body :
       {"", "{}", "[]", "null", "1", "\"0123456789abcdef\"", R"({"visit":1})", R"({"visit":"0123456789abcde"})",
        R"({"visit":"0123456789 abcdef"})", R"({"visit":"0123456789\nabcdef"})",
        R"({"visit":"0123456789abcdef\u00e9"})", R"({"visit":"0123456789abcdef")"})
    EXPECT_FALSE(parse_seen(kJson, body)) << body;
  EXPECT_FALSE(parse_seen(kJson, R"({"visit":")" + std::string(65, 'x') + "\"}"));
  EXPECT_FALSE(parse_seen("text/plain", R"({"visit":"0123456789abcdef"})"));
}

}  // namespace
}  // namespace panko
