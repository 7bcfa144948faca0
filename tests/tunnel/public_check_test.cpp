#include "tunnel/public_check.hpp"

#include "fixture.hpp"
#include "http_stub.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// With the real curl, on loopback.
class PublicCheck : public TunnelFixture {
 protected:
  PublicAnswer ask(const std::string& answer, std::chrono::milliseconds time = 20s) {
    const HttpStub stub(loop, answer);
    const auto result =
        wait_for(ask_public("http://" + stub.address(), {.path = "/s/nonce/", .answer = "only me"}, time));
    request = stub.request();
    return result;
  }
  std::string request;
};

TEST_F(PublicCheck, KnowsItsOwnAnswer) {
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nonly me"), PublicAnswer::ours);
  EXPECT_THAT(request, testing::StartsWith("GET /s/nonce/ HTTP/1.1\r\n"));
  EXPECT_EQ(ask("HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\nonly me\r\n"), PublicAnswer::ours);
}

TEST_F(PublicCheck, TakesNothingElseForIt) {
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nonly me2"), PublicAnswer::other);
  EXPECT_EQ(ask("HTTP/1.1 530 X\r\nContent-Length: 16\r\n\r\nerror code: 1033"), PublicAnswer::other);
  EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\nonly me"), PublicAnswer::other);
  EXPECT_EQ(ask("HTTP/1.0 200 OK\r\n\r\nonly me" + std::string(1 << 20, 'x')), PublicAnswer::other);
}

TEST_F(PublicCheck, FollowsNoRedirect) {
  const HttpStub real(loop, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nonly me");
  EXPECT_EQ(ask("HTTP/1.1 302 Found\r\nLocation: http://" + real.address() + "/s/nonce/\r\nContent-Length: 0\r\n\r\n"),
            PublicAnswer::other);
  EXPECT_EQ(real.request(), "");
}

TEST_F(PublicCheck, HasNoAnswerFromNobody) {
  EXPECT_EQ(ask(""), PublicAnswer::none);
  const HttpStub silent(loop, std::nullopt);
  EXPECT_EQ(wait_for(ask_public("http://" + silent.address(), {.path = "/", .answer = "x"}, 300ms)),
            PublicAnswer::none);
}

TEST_F(PublicCheck, CannotAskWithoutCurlOrWhatIsNoUrl) {
  EXPECT_EQ(wait_for(ask_public("https://x.example\"\nurl = \"http://127.0.0.1", {.path = "/", .answer = "x"}, 1s)),
            PublicAnswer::unknown);
  EXPECT_EQ(wait_for(ask_public("file://", {.path = "/etc/hostname", .answer = "x"}, 1s)), PublicAnswer::unknown);
  ::setenv("PATH", home.c_str(), 1);
  EXPECT_EQ(wait_for(ask_public("http://127.0.0.1:9", {.path = "/", .answer = "x"}, 1s)), PublicAnswer::unknown);
}

TEST_F(PublicCheck, ACurlThatCannotBeStartedIsNoAnswer) {
  std::ofstream(home / "bin" / "curl") << "#!/nowhere\n";
  ::chmod((home / "bin" / "curl").c_str(), 0700);
  EXPECT_EQ(wait_for(ask_public("http://127.0.0.1:9", {.path = "/", .answer = "x"}, 1s)), PublicAnswer::none);
}

TEST_F(PublicCheck, TellsTheStatusOfAnyAnswer) {
  const auto status_of = [this](std::optional<std::string> answer, std::chrono::milliseconds time = 20s) {
    const HttpStub stub(loop, std::move(answer));
    return wait_for(ask_public_status("http://" + stub.address() + "/s/token/", time));
  };
  EXPECT_EQ(status_of("HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\nGone"), 410U);
  EXPECT_EQ(status_of("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\nx"), 200U);
  EXPECT_EQ(status_of("HTTP/1.1 410 Gone\r\nContent-Length: 10\r\n\r\ncut"), 410U);
  EXPECT_EQ(status_of("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"), 302U);
  EXPECT_EQ(status_of(""), 0U);
  EXPECT_EQ(status_of(std::nullopt, 300ms), 0U);
  EXPECT_EQ(wait_for(ask_public_status("file:///etc/hostname", 1s)), std::nullopt);
  EXPECT_EQ(wait_for(ask_public_status("http://x\"\noutput = \"y", 1s)), std::nullopt);
  ::setenv("PATH", home.c_str(), 1);
  EXPECT_EQ(wait_for(ask_public_status("http://127.0.0.1:9/", 1s)), std::nullopt);
}

TEST_F(PublicCheck, SaysTheUrlToNobodyElse) {
  // Arguments are readable by every local user: a curl of our own shows them.
  std::ofstream(home / "bin" / "curl") << "#!/bin/sh\nprintf '%s ' \"$@\" > " << (home / "args").string() << "\ncat > "
                                       << (home / "config").string() << "\nprintf 'only me'\n";
  ::chmod((home / "bin" / "curl").c_str(), 0700);
  EXPECT_EQ(wait_for(ask_public("https://x.example", {.path = "/s/secret/", .answer = "only me"}, 20s)),
            PublicAnswer::ours);
  std::string arguments;
  std::getline(std::ifstream(home / "args"), arguments);
  EXPECT_EQ(arguments, "-q --config - ");
  std::ostringstream config;
  config << std::ifstream(home / "config").rdbuf();
  EXPECT_THAT(config.str(), HasSubstr("url = \"https://x.example/s/secret/\"\n"));
  EXPECT_THAT(config.str(), Not(HasSubstr("location")));
}

}  // namespace
}  // namespace panko
