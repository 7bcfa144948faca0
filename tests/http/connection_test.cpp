// The wire: keep-alive, pipelining and every limit, over real sockets.
#include "http/connection.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/http/serving.hpp"

namespace panko::test {
namespace {

using std::chrono::milliseconds;

class ConnectionTest : public Serving {};

TEST_F(ConnectionTest, GoesOnAfterAnAnswer) {
  start();
  auto client = connect();
  for (int i = 0; i < 3; ++i) {
    const auto response = client.get("/robots.txt");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.field("Connection"), "keep-alive");
  }
  const auto last = client.get("/robots.txt", "Connection: close\r\n");
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.field("Connection"), "close");
  EXPECT_EQ(client.bytes_until_end(), 0U);
}

TEST_F(ConnectionTest, AnswersPipelinedRequestsInOrder) {
  start();
  auto client = connect();
  const auto host = fmt::format("Host: localhost:{}\r\n", port_);
  std::string requests;
  for (int i = 0; i < 20; ++i) {
    requests += fmt::format(
        "GET /robots.txt HTTP/1.1\r\n{0}\r\nHEAD /robots.txt HTTP/1.1\r\n{0}\r\n"
        "GET /nowhere HTTP/1.1\r\n{0}\r\n",
        host);
  }
  client.send(requests);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(client.receive().status, 200);
    EXPECT_EQ(client.receive(false).status, 200);
    EXPECT_EQ(client.receive().status, 404);
  }
  EXPECT_TRUE(client.is_quiet());
}

TEST_F(ConnectionTest, TakesAHeadInPieces) {
  start();
  auto client = connect();
  const auto request = fmt::format("\r\n\r\nGET /robots.txt HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", port_);
  for (const char c : request) client.send(std::string_view(&c, 1));
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(ConnectionTest, HeadHasTheSameFieldsAndNoBody) {
  start();
  auto client = connect();
  const auto get = client.get("/nowhere");
  client.send_request("/nowhere", {}, "HEAD");
  const auto head = client.receive(false);
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.field("Content-Length"), std::to_string(get.body.size()));
  EXPECT_EQ(client.get("/robots.txt").status, 200) << "no byte of a body came before this";
}

TEST_F(ConnectionTest, SpeaksOldHttp) {
  start();
  auto once = connect();
  once.send(fmt::format("GET /robots.txt HTTP/1.0\r\nHost: localhost:{}\r\n\r\n", port_));
  EXPECT_EQ(once.receive().field("Connection"), "close");
  EXPECT_EQ(once.bytes_until_end(), 0U);
  auto again = connect();
  again.send(fmt::format("GET /robots.txt HTTP/1.0\r\nHost: localhost:{}\r\nConnection: keep-alive\r\n\r\n", port_));
  EXPECT_EQ(again.receive().field("Connection"), "keep-alive");
  EXPECT_EQ(again.get("/robots.txt").status, 200);
}

TEST_F(ConnectionTest, RefusesWhatIsNoRequestAndCloses) {
  start();
  for (const auto* bytes : {"hello\r\n\r\n", "GET / HTTP/3.0\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n"}) {
    auto client = connect();
    client.send(bytes);
    EXPECT_EQ(client.receive().status, 400) << bytes;
    EXPECT_EQ(client.bytes_until_end(), 0U);
  }
}

TEST_F(ConnectionTest, RefusesALongHead) {
  start();
  auto client = connect();
  client.send_request("/robots.txt", "X: " + std::string(9000, 'x') + "\r\n");
  EXPECT_EQ(client.receive().status, 431);
  EXPECT_EQ(client.bytes_until_end(), 0U);
  EXPECT_EQ(get("/robots.txt", "X: " + std::string(8000, 'x') + "\r\n").status, 200);
}

TEST_F(ConnectionTest, RefusesManyFields) {
  start();
  std::string fields;
  for (int i = 0; i < 100; ++i) fields += "X: y\r\n";
  auto client = connect();
  EXPECT_EQ(client.get("/robots.txt", fields).status, 431);
  EXPECT_EQ(client.bytes_until_end(), 0U);
}

TEST_F(ConnectionTest, TakesNoBody) {
  start();
  auto client = connect();
  client.send_request("/robots.txt", "Content-Length: 1000000\r\n");
  client.send(std::string(100000, 'x'));
  EXPECT_EQ(client.receive().status, 413) << "the answer arrives though the body was never read";
  EXPECT_EQ(client.bytes_until_end(), 0U);
  EXPECT_EQ(connect().get("/robots.txt", "Transfer-Encoding: chunked\r\n").status, 413);
  EXPECT_EQ(get("/robots.txt", "Content-Length: 0\r\n").status, 200);
}

TEST_F(ConnectionTest, GivesAHeadOnlySoMuchTime) {
  start({.header_time = milliseconds(30)});
  auto client = connect();
  client.send("GET /robots.txt HTT");
  EXPECT_EQ(client.bytes_until_end(), 0U);
}

TEST_F(ConnectionTest, DrippingBytesDoNotRenewTheTime) {
  start({.header_bytes = 1 << 20, .header_time = milliseconds(100)});
  auto client = connect();
  const auto begin = std::chrono::steady_clock::now();
  while (client.try_send("G") && client.is_quiet()) std::this_thread::yield();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(client.bytes_until_end(), 0U) << "no answer that says it was too long";
}

TEST_F(ConnectionTest, ClosesWhatIsIdle) {
  start({.idle_time = milliseconds(30)});
  auto silent = connect();
  EXPECT_EQ(silent.bytes_until_end(), 0U);
  auto client = connect();
  EXPECT_EQ(client.get("/robots.txt").status, 200);
  EXPECT_EQ(client.bytes_until_end(), 0U);
}

TEST_F(ConnectionTest, CutsAReaderThatStands) {
  start({.stalled_write_time = milliseconds(50)});
  SessionFile session;
  session.append("read this", std::string(8 << 20, 'a'));
  auto client = connect(4096);
  client.send_request("/s/" + mount(session.path()) + "/b/" + SessionFile::uuid(1));
  EXPECT_TRUE(client.is_reset());
}

TEST_F(ConnectionTest, TheLongestWaiterGoesWhenThereAreTooMany) {
  start({.connections = 16});
  std::vector<HttpClient> clients;
  clients.reserve(16);
  for (int i = 0; i < 16; ++i) clients.push_back(connect());
  EXPECT_EQ(clients[0].get("/robots.txt").status, 200);  // now the second one has waited longest
  auto late = connect();
  EXPECT_EQ(late.get("/robots.txt").status, 200);
  EXPECT_EQ(clients[1].bytes_until_end(), 0U);
  EXPECT_EQ(clients[0].get("/robots.txt").status, 200);
  EXPECT_EQ(clients[2].get("/robots.txt").status, 200);
}

TEST_F(ConnectionTest, SlowReadersOfLargeAnswersMakeRoomForEachOther) {
  start({.unsent_bytes = 20 << 20});
  SessionFile session;
  session.append("read this", std::string(8 << 20, 'a'));
  const auto block = "/s/" + mount(session.path()) + "/b/" + SessionFile::uuid(1);
  std::vector<HttpClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(connect(4096));
    clients.back().send_request(block);
    ASSERT_TRUE(clients.back().receive_more());
  }
  EXPECT_TRUE(clients[0].is_reset());
  EXPECT_EQ(clients[1].receive().status, 200);
  EXPECT_EQ(clients[2].receive().status, 200);
}

TEST_F(ConnectionTest, SurvivesAFlood) {
  start();
  std::vector<HttpClient> flood;
  for (int i = 0; i < 600; ++i) {
    flood.push_back(connect());
    if (i % 2 == 0) flood.back().send("GET /");
  }
  EXPECT_EQ(get("/robots.txt").status, 200);
  std::size_t open = 0;
  for (auto& client : flood) open += client.is_quiet() ? 1 : 0;
  EXPECT_LE(open, 256U);
  EXPECT_GE(open, 250U);
}

}  // namespace
}  // namespace panko::test
