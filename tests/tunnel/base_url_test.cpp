#include "tunnel/providers/base_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(BaseUrl, IsTakenAsItIs) {
  EXPECT_EQ(read_base_url("https://a-b.example.com"), "https://a-b.example.com");
  EXPECT_EQ(read_base_url("http://127.0.0.1:8085/"), "http://127.0.0.1:8085");
  EXPECT_EQ(read_base_url("https://example.com/panko/~x//"), "https://example.com/panko/~x");
  EXPECT_EQ(read_base_url("http://[::1]:80"), "http://[::1]:80");
}

TEST(BaseUrl, IsNothingElse) {
  for (const std::string_view text : {
           "",
           "https://",
           "https:///x",
           "ftp://example.com",
           "javascript://example.com",
           "//example.com",
           "example.com",
           "https://user@example.com",
           "https://user:pw@example.com",
           "https://example.com?x",
           "https://example.com#x",
           "https://exa mple.com",
           "https://example.com/\"onload",
           "https://example.com/<b>",
           "https://example.com/\x1b",
           "https://ex\xc3\xa4mple.com",
           "https://example.com:0",
           "https://example.com:65536",
           "https://example.com:",
           "https://example.com:8x",
           "https://-x.com",
           "https://x-",
           "https://[",
           "https://[]",
           "https://[x]",
           " https://example.com",
           "https://example.com\n",
       })
    EXPECT_EQ(read_base_url(text), std::nullopt) << text;
  EXPECT_EQ(read_base_url("https://example.com/" + std::string(2000, 'a')), std::nullopt);
}

TEST(BaseUrl, KnowsThisMachine) {
  for (const std::string_view url :
       {"http://localhost:1", "http://x.localhost", "http://127.1.2.3", "http://[::1]:80/x"})
    EXPECT_TRUE(is_loopback_url(url)) << url;
  for (const std::string_view url : {"http://127.0.0.1.example.com", "http://10.0.0.1", "http://localhost.com", ""})
    EXPECT_FALSE(is_loopback_url(url)) << url;
}

TEST(BaseUrl, NamesTheHostsThatMayBeSent) {
  EXPECT_THAT(hosts_behind("https://a.example.com:8443", {"b.example.com"}),
              testing::ElementsAre("b.example.com", "a.example.com", "localhost", "127.0.0.1"));
  EXPECT_THAT(hosts_behind("http://127.0.0.1:1"), testing::ElementsAre("127.0.0.1", "localhost"));
}

}  // namespace
}  // namespace panko
