#include "http/server.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>

#include <sys/resource.h>

#include <map>

#include "tests/http/serving.hpp"

namespace panko::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ServerTest : public Serving {
 protected:
  void SetUp() override { session_.append("a question", "an answer " + std::string(4000, 'a')); }

  SessionFile session_;
};

MATCHER_P(HasPolicy, caching, "") {
  return ::testing::ExplainMatchResult(
      ::testing::IsSupersetOf(std::vector<std::pair<std::string, std::string>>{
          {"Cache-Control", caching},
          {"Content-Security-Policy",
           "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
           "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"},
          {"Referrer-Policy", "no-referrer"},
          {"X-Robots-Tag", "noindex, nofollow, noarchive, nosnippet, noimageindex"}}),
      arg.fields, result_listener);
}

std::vector<std::string> names_of(const HttpResponse& response) {
  std::vector<std::string> names;
  names.reserve(response.fields.size());
  for (const auto& [name, value] : response.fields) names.push_back(name);
  return names;
}

TEST_F(ServerTest, ServesAPageItsBlocksAndItsAssets) {
  start();
  const auto base = "/s/" + mount(session_.path()) + "/";
  const auto page = get(base);
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("a question"));
  EXPECT_EQ(page.field("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(get(base + "?from=" + SessionFile::uuid(1)).status, 200);
  EXPECT_EQ(get(base + "b/" + SessionFile::uuid(1)).status, 200);

  const auto begin = page.body.find("href=\"a/") + 6;
  const auto asset = get(base + page.body.substr(begin, page.body.find('"', begin) - begin));
  EXPECT_EQ(asset.status, 200);
  EXPECT_EQ(asset.field("Content-Type"), "text/css; charset=utf-8");
  EXPECT_THAT(asset, HasPolicy("public, max-age=31536000, immutable"));
}

TEST_F(ServerTest, EveryAnswerHasExactlyTheseFields) {
  start();
  const auto token = mount(session_.path());
  const auto page = get("/s/" + token + "/");
  EXPECT_THAT(names_of(page),
              ElementsAre("Content-Type", "Content-Length", "Vary", "Cache-Control", "Content-Security-Policy",
                          "X-Content-Type-Options", "X-Frame-Options", "Cross-Origin-Opener-Policy",
                          "Cross-Origin-Resource-Policy", "Permissions-Policy", "Referrer-Policy", "X-Robots-Tag",
                          "Date", "Connection"));
  EXPECT_THAT(page, HasPolicy("no-store"));
  const auto ended = random_token();
  on_loop([&] { server_->add_ended(sha256(ended)); });
  for (const auto& target : {std::string("/robots.txt"), std::string("/"), "/s/" + token, "/s/" + ended + "/",
                             "/s/" + token + "/?from=nowhere"}) {
    EXPECT_THAT(get(target), HasPolicy("no-store")) << target;
  }
  auto client = connect();
  client.send("nonsense\r\n\r\n");
  EXPECT_THAT(client.receive(), HasPolicy("no-store"));
}

TEST_F(ServerTest, RedirectsRelativelyToTheSlash) {
  start();
  const auto token = mount(session_.path());
  const auto response = get("/s/" + token);
  EXPECT_EQ(response.status, 308);
  EXPECT_EQ(response.field("Location"), token + "/");
  EXPECT_EQ(response.body, "");
}

TEST_F(ServerTest, NothingToldByAnUnknownPath) {
  start();
  const auto token = mount(session_.path());
  auto expected = get("/s/" + random_token() + "/");
  EXPECT_EQ(expected.status, 404);
  auto changed = token;
  changed.back() = changed.back() == 'a' ? 'b' : 'a';
  for (const auto& target :
       {std::string("/"), std::string("/s"), std::string("/s/"), std::string("/s//"), std::string("/favicon.ico"),
        std::string("/s/x"), "/s/" + changed, "/s/" + changed + "/", "/s/" + changed + "/a/page.css",
        "/s/" + token + "x/", "/s/" + token + "/x", "/s/" + token + "/a/none.css", "/s/" + token + "/?from=none",
        "/s/" + token + "/b/none", "/s/" + token + "/i/none/0", "/s/" + token + "/i/" + SessionFile::uuid(1) + "/0",
        "/s/" + std::string(7000, 'x') + "/", std::string("/s/../../etc/passwd"), std::string("/%2e%2e/etc/passwd")}) {
    auto response = get(target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_EQ(response.body, expected.body) << target;
    std::erase_if(response.fields, [](const auto& field) { return field.first == "Date"; });
    std::erase_if(expected.fields, [](const auto& field) { return field.first == "Date"; });
    EXPECT_EQ(response.fields, expected.fields) << target;
  }
}

TEST_F(ServerTest, ANonceIsAnsweredAtItsPathAlone) {
  start();
  const auto nonce = random_token();
  auto expected = get("/s/" + nonce + "/");
  EXPECT_EQ(expected.status, 404);
  on_loop([&] { server_->answer_nonce(nonce, "it is us"); });
  const auto answer = get("/s/" + nonce + "/");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "it is us");
  EXPECT_EQ(answer.field("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_THAT(answer, HasPolicy("no-store"));
  for (const auto& target : {"/s/" + nonce, "/s/" + nonce + "/x", "/s/" + nonce + "/a/page.css", "/s/" + nonce + "x/",
                             "/s/" + random_token() + "/", std::string("/s//")}) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_EQ(response.body, expected.body) << target;
  }
}

TEST_F(ServerTest, OnlyReads) {
  start();
  const auto page = "/s/" + mount(session_.path()) + "/";
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT"}) {
    for (const auto& target : {page, std::string("/nowhere")}) {
      auto client = connect();
      client.send_request(target, {}, method);
      const auto response = client.receive();
      EXPECT_EQ(response.status, 405) << method << target;
      EXPECT_EQ(response.field("Allow"), "GET, HEAD");
    }
  }
}

TEST_F(ServerTest, ChecksTheHostBeforeAnythingElse) {
  start();
  on_loop([&] { server_->accept_hosts({"quiet-river.trycloudflare.com"}); });
  const auto target = "/s/" + mount(session_.path()) + "/";
  const auto status = [&](const std::string& head) {
    auto client = connect();
    client.send(head + "\r\n\r\n");
    return client.receive().status;
  };
  const auto port = std::to_string(port_);
  const auto get_with_host = [&](const std::string& host) {
    return status("GET " + target + " HTTP/1.1\r\nHost: " + host);
  };
  EXPECT_EQ(get_with_host("127.0.0.1:" + port), 200);
  EXPECT_EQ(get_with_host("LOCALHOST:" + port), 200);
  EXPECT_EQ(get_with_host("quiet-river.trycloudflare.com"), 200);
  for (const auto& host : {"localhost.:" + port, "127.1:" + port, "0x7f000001:" + port, "[::ffff:127.0.0.1]:" + port,
                           std::string(), std::string("localhost"), "localhost:" + std::to_string(port_ ^ 1),
                           "evil.example:" + port, "quiet-river.trycloudflare.com.:" + port}) {
    EXPECT_EQ(get_with_host(host), 421) << host;
  }
  const auto host = "\r\nHost: localhost:" + port;
  EXPECT_EQ(status("GET " + target + " HTTP/1.1"), 421);
  EXPECT_EQ(status("GET " + target + " HTTP/1.1" + host + host), 421);
  EXPECT_EQ(status("GET http://localhost:" + port + target + " HTTP/1.1" + host), 421);
  EXPECT_EQ(status("GET http://evil.example/ HTTP/1.1" + host), 421);
  EXPECT_EQ(status("GET " + target + " HTTP/1.1\r\nX-Forwarded-Host: evil.example" + host), 200);
  EXPECT_EQ(status("POST " + target + " HTTP/1.1\r\nHost: evil.example"), 421) << "before the method";
}

TEST_F(ServerTest, CompressesForThoseWhoTakeIt) {
  start();
  const auto page = "/s/" + mount(session_.path()) + "/";
  const auto plain = get(page);
  EXPECT_EQ(plain.field("Content-Encoding"), "");
  EXPECT_EQ(plain.field("Vary"), "Accept-Encoding");
  for (int i = 0; i < 2; ++i) {  // the second one is kept
    const auto compressed = get(page, "Accept-Encoding: gzip, br\r\n");
    EXPECT_EQ(compressed.field("Content-Encoding"), "gzip");
    EXPECT_EQ(compressed.field("Vary"), "Accept-Encoding");
    EXPECT_LT(compressed.body.size(), plain.body.size() / 2);
    EXPECT_TRUE(compressed.body.starts_with("\x1f\x8b"));
  }
  EXPECT_EQ(get(page, "Accept-Encoding: gzip;q=0\r\n").body.size(), plain.body.size());
}

TEST_F(ServerTest, AnEndedShareIsGone) {
  start();
  const auto token = mount(session_.path());
  const auto page = "/s/" + token + "/";
  auto client = connect();
  EXPECT_EQ(client.get(page).status, 200);
  EXPECT_EQ(client.get("/robots.txt").status, 200);  // so the answer before is over for the server too
  on_loop([&] { server_->end(token); });
  auto earlier = random_token();
  on_loop([&] { server_->add_ended(sha256(earlier)); });
  const auto gone = client.get(page);
  EXPECT_EQ(gone.status, 410) << "on a connection that was open before";
  for (const auto& target : {"/s/" + token, page, page + "b/" + SessionFile::uuid(1), page + "i/x/0",
                             page + "a/page.css", page + "x", "/s/" + earlier + "/"}) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 410) << target;
    EXPECT_EQ(response.body, gone.body) << target;
  }
  EXPECT_EQ(heard_.request_count(), 1U);
}

TEST_F(ServerTest, EndCutsAnswersUnderWay) {
  start();
  SessionFile large;
  large.append("read this", std::string(8 << 20, 'a'));
  const auto token = mount(large.path());
  const auto other = mount(large.path());
  auto cut = connect(4096);
  auto spared = connect(4096);
  const auto block = "/b/" + SessionFile::uuid(1);
  cut.send_request("/s/" + token + block);
  spared.send_request("/s/" + other + block);
  ASSERT_TRUE(cut.receive_more());
  ASSERT_TRUE(spared.receive_more());
  on_loop([&] { server_->end(token); });
  EXPECT_LT(cut.bytes_until_end(), std::size_t{8} << 20);
  EXPECT_EQ(spared.receive().status, 200);
}

TEST_F(ServerTest, AMountMayComeBack) {
  start();
  const auto token = mount(session_.path());
  on_loop([&] { server_->end(token); });
  EXPECT_EQ(get("/s/" + token + "/").status, 410);
  mount_at(token, session_.path());
  EXPECT_EQ(get("/s/" + token + "/").status, 200);
}

TEST_F(ServerTest, ATakenPortIsNoFailureAndABadAddressIs) {
  start();
  on_loop([&] {
    HttpServer second(loop_, workers_);
    EXPECT_FALSE(second.listen("127.0.0.1", port_));
    EXPECT_THROW((void)second.listen("no address", 0), Failure);
    EXPECT_THROW((void)second.listen("192.0.2.1", 0), Failure);  // for documentation: nobody has it
  });
}

TEST_F(ServerTest, BoundToAllAddressesItKnowsTheOneThatWasReached) {
  start({}, "0.0.0.0");
  EXPECT_EQ(get("/robots.txt").status, 200);
  auto client = connect();
  client.send("GET /robots.txt HTTP/1.1\r\nHost: 192.0.2.1:" + std::to_string(port_) + "\r\n\r\n");
  EXPECT_EQ(client.receive().status, 421);
}

TEST_F(ServerTest, LeavesNoDescriptorToOtherPrograms) {
  const auto flags_of_all = [] {
    std::map<int, int> flags;
    for (int fd = 0; fd < 1024; ++fd) {
      if (const int value = ::fcntl(fd, F_GETFD); value >= 0) flags[fd] = value;
    }
    return flags;
  };
  const auto before = flags_of_all();
  start();
  auto client = connect();
  EXPECT_EQ(client.get("/robots.txt").status, 200);
  std::size_t opened = 0;
  for (const auto& [fd, flags] : flags_of_all()) {
    if (before.contains(fd)) continue;
    ++opened;
    EXPECT_TRUE(flags & FD_CLOEXEC) << "descriptor " << fd;
  }
  EXPECT_GE(opened, 3U) << "the listener, the client and what the server accepted";
}

TEST_F(ServerTest, GoesOnAfterDescriptorsRanOut) {
  start();
  auto before = connect();
  EXPECT_EQ(before.get("/robots.txt").status, 200);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  auto late = connect();  // may be accepted before the limit is low
  rlimit low = limit;
  const int lowest = ::fcntl(0, F_DUPFD, 3);
  ::close(lowest);
  auto waiting = connect();
  low.rlim_cur = static_cast<rlim_t>(lowest);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(before.get("/robots.txt").status, 200) << "who is in stays in";
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(waiting.get("/robots.txt").status, 200);
  EXPECT_EQ(late.get("/robots.txt").status, 200);
}

TEST_F(ServerTest, CloseEndsEverything) {
  start();
  const auto page = "/s/" + mount(session_.path()) + "/";
  auto idle = connect();
  EXPECT_EQ(idle.get(page).status, 200);
  auto busy = connect();
  busy.send_request(page);
  on_loop([&] { server_->close(); });
  EXPECT_EQ(idle.bytes_until_end(), 0U);
  busy.bytes_until_end();
  EXPECT_THROW((void)connect(), std::runtime_error);
}

TEST_F(ServerTest, TheLoopMayDieFirst) {
  // What is suspended then is destroyed with it, and must find everything it refers to.
  auto loop = std::make_unique<boost::asio::io_context>();
  auto server = std::make_unique<HttpServer>(*loop, workers_);
  ASSERT_TRUE(server->listen("127.0.0.1", 0));
  HttpClient client(server->port());
  client.send("GET /");
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
  while (std::chrono::steady_clock::now() < until) loop->poll();
  server.reset();
  loop.reset();
  EXPECT_EQ(client.bytes_until_end(), 0U);
  workers_.join();
}

}  // namespace
}  // namespace panko::test
