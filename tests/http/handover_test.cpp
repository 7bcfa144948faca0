// One server's connections go on at another one, as they do at the next program after a restart.
#include "http/handover.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <semaphore>

#include "tests/http/serving.hpp"

namespace panko::test {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class HandoverTest : public Serving {
 protected:
  /// The next server, with nothing mounted yet.
  void take_over(HandedListener listener) {
    on_loop([&] {
      server_ = std::make_unique<HttpServer>(loop_, workers_);
      server_->take_over(std::move(listener));
    });
    EXPECT_EQ(server_->port(), port_);
  }
  void restart() { take_over(hand_over()); }

  /// Once it returns, the server has read whatever arrived before.
  void let_server_read() {
    auto other = connect();
    EXPECT_EQ(other.get("/robots.txt", "Connection: close\r\n").status, 200);
    EXPECT_EQ(other.bytes_until_end(), 0U);
  }
};

TEST_F(HandoverTest, IdleConnectionsGoOn) {
  start();
  auto client = connect();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client.get("/robots.txt").status, 200);
    restart();
  }
  EXPECT_EQ(client.get("/robots.txt").status, 200);
}

TEST_F(HandoverTest, SoDoesOneThatHasNotAskedYet) {
  start();
  auto client = connect();
  restart();
  EXPECT_EQ(client.get("/robots.txt").status, 200);
}

TEST_F(HandoverTest, TheBeginningOfARequestIsNotLost) {
  start();
  auto client = connect();
  client.send("GET /robots.txt HTTP/1.1\r\nHo");
  let_server_read();
  auto handed = hand_over();
  EXPECT_THAT(handed.connections, Contains(Field(&HandedConnection::unread, "GET /robots.txt HTTP/1.1\r\nHo")));
  client.send("st: localhost:");
  take_over(std::move(handed));
  client.send(fmt::format("{}\r\n\r\n", port_));
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(HandoverTest, PipelinedRequestsAreAnsweredInOrderEachOnce) {
  start();
  constexpr int kRequests = 300;
  std::string requests;
  for (int i = 0; i < kRequests; ++i)
    requests += fmt::format("GET /{} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", i % 3 == 0 ? "robots.txt" : "x", port_);
  auto client = connect();
  client.send(requests);
  for (int i = 0; i < kRequests; ++i) {
    if (i % 50 == 0) restart();
    ASSERT_EQ(client.receive().status, i % 3 == 0 ? 200 : 404) << i;
  }
  EXPECT_TRUE(client.is_quiet());
}

TEST_F(HandoverTest, WhoConnectsMeanwhileWaitsInTheKernel) {
  start();
  auto handed = hand_over();
  auto client = connect();
  client.send_request("/robots.txt");
  EXPECT_TRUE(client.is_quiet());
  take_over(std::move(handed));
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(HandoverTest, ARequestWhoseAnswerHasNotBegunIsAskedAgain) {
  SessionFile file;
  file.append("Prompt", "Reply");
  start();
  const auto token = mount(file.path());
  // A worker may still leave it once the test is over.
  const auto busy = std::make_shared<std::counting_semaphore<>>(0);
  for (int i = 0; i < 2; ++i) boost::asio::post(workers_, [busy] { busy->acquire(); });
  auto client = connect();
  client.send_request("/s/" + token + "/");
  let_server_read();
  EXPECT_EQ(on_loop([&] { return server_->busy(); }), 1U);
  auto handed = hand_over();
  EXPECT_THAT(handed.connections, Contains(Field(&HandedConnection::unread, StartsWith("GET /s/"))));
  on_loop([&] {
    server_ = std::make_unique<HttpServer>(loop_, workers_);
    server_->mount(token, {.path = file.path(), .snapshot = {}, .context = {}, .on_health = {}, .on_request = {}});
    server_->take_over(std::move(handed));
  });
  busy->release(2);
  EXPECT_EQ(client.receive().status, 200);
  let_server_read();  // by then it knows that the answer is out
  EXPECT_EQ(on_loop([&] { return server_->busy(); }), 0U);
  EXPECT_EQ(client.get("/s/" + token + "/").status, 200);
  EXPECT_TRUE(client.is_quiet());
}

TEST_F(HandoverTest, TheLastAnswerOfAConnectionArrivesWhole) {
  start();
  auto client = connect();
  client.send_request("/nowhere", "Connection: close\r\n");
  let_server_read();
  auto handed = hand_over();
  EXPECT_THAT(handed.connections, IsEmpty());
  EXPECT_EQ(client.receive().status, 404);
  EXPECT_EQ(client.bytes_until_end(), 0U);
  take_over(std::move(handed));
}

TEST_F(HandoverTest, AnAnswerThatTakesLongIsCut) {
  SessionFile file;
  file.append("Prompt", std::string(8 << 20, 'x'));
  start();
  const auto token = mount(file.path());
  auto client = connect(4096);
  client.send_request("/s/" + token + "/b/" + SessionFile::uuid(1));
  ASSERT_TRUE(client.receive_more());
  EXPECT_EQ(on_loop([&] { return server_->busy(); }), 1U);
  auto handed = hand_over();
  EXPECT_THAT(handed.connections, IsEmpty());
  EXPECT_TRUE(client.is_reset());
  take_over(std::move(handed));
}

TEST_F(HandoverTest, ATunnelsNamesStayKnown) {
  start();
  on_loop([&] { server_->accept_hosts({"panko.example"}); });
  restart();
  auto client = connect();
  client.send("GET /robots.txt HTTP/1.1\r\nHost: panko.example\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
  client.send("GET /robots.txt HTTP/1.1\r\nHost: other.example\r\n\r\n");
  EXPECT_EQ(client.receive().status, 421);
}

}  // namespace
}  // namespace panko::test
