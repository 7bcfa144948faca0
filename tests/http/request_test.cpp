#include "http/request.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

constexpr std::size_t kFields = 100;

std::expected<Request, unsigned> parse(std::string_view head) {
  return parse_request(head, kFields);
}

TEST(Request, TakesWhatItLooksAt) {
  const auto request =
      parse("GET /s/abc/?from=x HTTP/1.1\r\nHost: localhost:1\r\nAccept-Encoding: br, gzip\r\nUser-Agent: me\r\n\r\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, Request::Method::get);
  EXPECT_EQ(request->target, "/s/abc/?from=x");
  EXPECT_EQ(request->host, "localhost:1");
  EXPECT_TRUE(request->takes_gzip);
  EXPECT_TRUE(request->keep_alive);
  EXPECT_FALSE(request->has_body);
}

TEST(Request, KnowsItsMethods) {
  EXPECT_EQ(parse("HEAD / HTTP/1.1\r\n\r\n")->method, Request::Method::head);
  EXPECT_EQ(parse("POST / HTTP/1.1\r\n\r\n")->method, Request::Method::post);
  for (const auto* method : {"PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "BREW"}) {
    EXPECT_EQ(parse(std::string(method) + " / HTTP/1.1\r\n\r\n")->method, Request::Method::other) << method;
  }
}

TEST(Request, HasAHostOnlyWhenThereIsExactlyOne) {
  EXPECT_EQ(parse("GET / HTTP/1.1\r\n\r\n")->host, std::nullopt);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n")->host, std::nullopt);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost:\r\n\r\n")->host, "");
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nX-Forwarded-Host: b\r\nHost: a\r\n\r\n")->host, "a");
}

TEST(Request, GoesOnAsTheVersionSays) {
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")->keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n")->keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")->keep_alive);
}

TEST(Request, ABodyEndsTheConnection) {
  for (const auto* fields : {"Content-Length: 5", "Transfer-Encoding: chunked", "Content-Length: 99999999999"}) {
    const auto request = parse("GET / HTTP/1.1\r\n" + std::string(fields) + "\r\n\r\n");
    ASSERT_TRUE(request) << fields;
    EXPECT_TRUE(request->has_body) << fields;
    EXPECT_FALSE(request->keep_alive) << fields;
  }
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")->has_body);
}

TEST(Request, RefusesWhatIsNoRequest) {
  for (const auto* head :
       {"\r\n\r\n", "hello\r\n\r\n", "GET /\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\n: empty\r\n\r\n", "GET / HTTP/1.1\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "\x16\x03\x01\r\n\r\n",
        "GET /\x01 HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nA: b\x01\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b"}) {
    const auto request = parse(head);
    ASSERT_FALSE(request) << head;
    EXPECT_EQ(request.error(), 400U) << head;
  }
}

TEST(Request, CountsFields) {
  std::string head = "GET / HTTP/1.1\r\n";
  for (std::size_t i = 0; i < kFields; ++i) head += "A: b\r\n";
  EXPECT_TRUE(parse(head + "\r\n"));
  const auto refused = parse(head + "A: b\r\n\r\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), 431U);
}

TEST(Request, HandsOnCookiesAndTheTypeOfItsBody) {
  const auto request = parse_request(
      "POST /s/t/unlock HTTP/1.1\r\nHost: a\r\nCookie: entry=a\r\nContent-Type: application/json\r\n"
      "Cookie: entry=b; c=d\r\nContent-Length: 3\r\n\r\n",
      100);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->cookies, "entry=a; entry=b; c=d");
  EXPECT_EQ(request->content_type, "application/json");
  EXPECT_EQ(request->body_size, 3U);
}

}  // namespace
}  // namespace panko
