#include "tunnel/local_http.hpp"

#include "fixture.hpp"
#include "http_stub.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

class LocalHttp : public TunnelFixture {
 protected:
  std::optional<LocalAnswer> ask(const std::string& answer, std::chrono::milliseconds time = 20s) {
    HttpStub stub(loop, answer);
    auto result = wait_for(get_local(stub.address(), "/ready", time));
    request = stub.request();
    return result;
  }
  std::string request;
};

TEST_F(LocalHttp, AsksAsALocalVisitorWould) {
  const auto answer = ask("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_THAT(request, StartsWith("GET /ready HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("Host: 127.0.0.1:"));
  EXPECT_THAT(request, HasSubstr("Connection: close"));
}

TEST_F(LocalHttp, ReadsEveryFormOfABody) {
  EXPECT_EQ(ask("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").value_or(LocalAnswer{}).status, 503U);
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")
                .value_or(LocalAnswer{})
                .body,
            "hello");
  EXPECT_EQ(ask("HTTP/1.0 200 OK\r\n\r\nuntil the end").value_or(LocalAnswer{}).body, "until the end");
}

TEST_F(LocalHttp, ReadsAtMostAMebibyte) {
  const auto answer = ask("HTTP/1.0 200 OK\r\n\r\n" + std::string(3 << 20, 'x'));
  ASSERT_TRUE(answer);
  EXPECT_LE(answer->body.size(), std::size_t{1} << 20);
  const auto announced = ask("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx");
  ASSERT_TRUE(announced);
  EXPECT_EQ(announced->status, 200U);
}

TEST_F(LocalHttp, HasNoAnswerFromWhatIsNoHttp) {
  for (const std::string& answer :
       {std::string(), std::string("\n"), std::string("SSH-2.0-OpenSSH_9.2\r\n"), std::string(1 << 20, 'x'),
        std::string("HTTP/1.1 200 OK\r\n"), std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        "HTTP/1.1 200 OK\r\nX: " + std::string(100000, 'x')})
    EXPECT_FALSE(ask(answer)) << answer.substr(0, 50);
}

TEST_F(LocalHttp, GivesUpWhenItsTimeIsOver) {
  HttpStub silent(loop, std::nullopt);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(wait_for(get_local(silent.address(), "/", 100ms)));
  EXPECT_GE(std::chrono::steady_clock::now() - before, 100ms);
}

TEST_F(LocalHttp, AsksNobodyElse) {
  for (const auto* control :
       {"192.0.2.1:80", "example.com:80", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:8x", "", ":80",
        "[::1", "[::1%lo]:80", "0.0.0.0:80", "2130706433:80", "127.1:80"})
    EXPECT_FALSE(wait_for(get_local(control, "/"))) << control;
  HttpStub stub(loop, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(wait_for(get_local("localhost:" + std::to_string(stub.port()), "/")));
}

TEST_F(LocalHttp, HasNoAnswerWhereNobodyListens) {
  std::string address;
  {
    const HttpStub gone(loop, "");
    address = gone.address();
  }
  EXPECT_FALSE(wait_for(get_local(address, "/")));
}

}  // namespace
}  // namespace panko
