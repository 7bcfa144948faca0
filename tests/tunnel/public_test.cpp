// A tunnel that is known by its public URL: a listener on loopback stands for the service.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "scripted.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class PublicTest : public ScriptedTest {
 protected:
  PublicTest() {
    nonce = {.path = "/s/token/", .answer = "only this gateway knows"};
    times.public_check = 1ms;
    times.public_retry = 1ms;
    front_url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    script.program = "echo url " + front_url + "; echo ready; exec sleep 1000";
    accept();
  }

  void accept() {
    acceptor.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      if (error) return;
      boost::asio::co_spawn(loop, serve(std::move(socket), this), [](const std::exception_ptr&) {});
      accept();
    });
  }
  static boost::asio::awaitable<void> serve(tcp::socket socket, PublicTest* self) {
    std::string request;
    co_await boost::asio::async_read_until(socket, boost::asio::dynamic_buffer(request), "\r\n\r\n",
                                           boost::asio::use_awaitable);
    ++self->requests;
    if (self->body.empty()) co_return;  // hangs up
    EXPECT_THAT(request, StartsWith("GET /s/token/ "));
    const auto answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(self->body.size()) +
                        "\r\n\r\n" + self->body;
    co_await boost::asio::async_write(socket, boost::asio::buffer(answer), boost::asio::use_awaitable);
  }
  bool until_asked(int times_more) {
    return run_until([this, enough = requests + times_more] { return requests >= enough; });
  }

  tcp::acceptor acceptor{loop, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  std::string front_url;
  std::string body = "only this gateway knows";  // empty: no answer
  int requests = 0;
};

TEST_F(PublicTest, ReadyOnceTheUrlLeadsToUs) {
  script.plan.ready_by = Plan::ReadyBy::public_url;
  body = "Welcome to our service!";
  auto tunnel = make_tunnel();
  tunnel->start_in_background();
  EXPECT_TRUE(until_asked(2));
  EXPECT_THAT(heard, IsEmpty());
  body = nonce.answer;
  EXPECT_TRUE(until_heard("ready " + front_url));
  wait_for(tunnel->stop());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(PublicTest, TheDeadlineSaysWhatTheUrlDid) {
  script.plan.ready_by = Plan::ReadyBy::public_url;
  body = "Welcome to our service!";
  std::string failure;
  for (times.start = 300ms; !failure.contains("else") && times.start < 20s;
       times.start *= 4) {  // a busy machine is slow
    auto tunnel = make_tunnel();
    failure = failure_of(tunnel->start());
  }
  EXPECT_THAT(failure,
              testing::MatchesRegex("sh was not ready within .* s: its public URL leads to something else\\."));
}

TEST_F(PublicTest, WithoutCurlItIsSaid) {
  script.plan.ready_by = Plan::ReadyBy::public_url;
  ::setenv("PATH", (home / "bin").c_str(), 1);
  auto tunnel = make_tunnel();
  EXPECT_THAT(failure_of(tunnel->start()), HasSubstr("run sudo apt-get install curl."));
}

TEST_F(PublicTest, OnceItWorkedItsLossIsSeen) {
  provider.public_check = true;
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  const auto pid = tunnel->status().pid;
  EXPECT_TRUE(until_asked(2));
  EXPECT_THAT(heard, IsEmpty());
  body.clear();
  EXPECT_TRUE(until_heard("degraded"));
  EXPECT_TRUE(until_asked(3));
  body = nonce.answer;
  EXPECT_TRUE(until_heard("ready"));
  EXPECT_THAT(heard, ElementsAre("degraded | Its public URL does not answer.", "ready " + front_url));
  EXPECT_EQ(tunnel->status().pid, pid);
  wait_for(tunnel->stop());
}

TEST_F(PublicTest, WhatNeverWorkedFromHereMeansNothing) {
  provider.public_check = true;
  body.clear();
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  EXPECT_TRUE(until_asked(5));
  EXPECT_THAT(heard, IsEmpty());
  EXPECT_EQ(tunnel->status().state, TunnelState::ready);
  wait_for(tunnel->stop());
}

TEST_F(PublicTest, IsNotAskedWhereTheServiceForbidsIt) {
  times.probe = 1ms;
  answer(Probe::State::ready);
  auto tunnel = make_tunnel();
  wait_for(tunnel->start());
  EXPECT_TRUE(run_until([&] { return script.probes > 20; }));
  EXPECT_EQ(requests, 0);
  wait_for(tunnel->stop());
}

TEST_F(PublicTest, ProvesARunWithoutAnEndpoint) {
  pid_t pid = 0;
  {
    auto tunnel = make_tunnel();
    wait_for(tunnel->start());
    pid = tunnel->status().pid;
  }
  // The next gateway has another nonce, and whoever answers it is the one that listens now.
  nonce.answer = body = "only the next gateway knows";
  auto tunnel = make_tunnel();
  tunnel->start_in_background(record());
  EXPECT_TRUE(run_until([&] { return !heard.empty(); }));
  EXPECT_THAT(heard, ElementsAre("ready " + front_url));
  EXPECT_EQ(tunnel->status().pid, pid);

  tunnel.reset();
  heard.clear();
  body = "somebody else";
  tunnel = make_tunnel();
  tunnel->start_in_background(record());
  EXPECT_TRUE(run_until([&] { return !heard.empty(); }));
  EXPECT_FALSE(is_alive(pid));
  EXPECT_NE(tunnel->status().pid, pid);
  wait_for(tunnel->stop());
  EXPECT_THAT(files(), IsEmpty());
}

}  // namespace
}  // namespace panko
