// The socket against clients of all kinds: wrong, huge, slow, deaf, many, foreign.
#include "daemon/control_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <boost/json.hpp>

#include <set>

#include "protocol/wire.hpp"
#include "tests/daemon/serving.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using test::kPing;
using test::kPong;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string error(std::string_view message) {
  std::string line = protocol::error_line(message);
  line.pop_back();
  return line;
}

/// A provider whose program never says anything.
const Provider& silent_provider() {
  static const Provider provider{
      .name = "silent",
      .description = "never answers",
      .has_tunnel = true,
      .missing = [](const ProviderSettings&) -> std::optional<Obstacle> { return {}; },
      .traits = [](const ProviderSettings&) { return ProviderTraits{.is_public = true}; },
      .plan = [](const RunContext&) -> Result<Plan> {
        Plan plan;
        plan.arguments = {"sleep", "60"};
        return plan;
      },
      .origin_hosts = [](const ProviderSettings&, std::string_view) -> std::vector<std::string> { return {}; }};
  return provider;
}

using ControlServerTest = test::Serving;

TEST_F(ControlServerTest, SurvivesWhateverIsSent) {
  serve();
  const std::string not_object = error("The request is not a JSON object.");
  const std::string not_utf8 = error("The line is not UTF-8.");
  const std::string too_long = error("The line is longer than 1048576 bytes.");
  std::string binary;
  for (int i = 0; i < 4096; ++i)
    if (i % 256 != '\n') binary += static_cast<char>(i);
  const std::pair<std::string, std::string> cases[]{
      {"", not_object},
      {"x", not_object},
      {"{", not_object},
      {R"(["method"])", not_object},
      {R"({"method":"Ping"}})", not_object},
      {std::string(10'000, '['), not_object},
      {std::string(10'000, '\0'), not_object},
      {R"({"method":"Ping","x":1e999999})", std::string(kPong)},
      {"\xff\xfe", not_utf8},
      {binary, not_utf8},
      {std::string((1 << 20) + 1, 'x'), too_long},
      {std::string(5 << 20, '\xff'), too_long},
      {R"({"method":")" + std::string((1 << 20) - 13, 'x') + "\"}",
       error("There is no method " + std::string(64, 'x') + ".")},
      {R"({"method":"ping"})", error("There is no method ping.")},
      {R"({"method":"\u001b[31m"})", error("There is no method ␛[31m.")},
      {R"({"method":"StartShare","params":{"session_path":"/a\u0000b"}})",
       error("\"session_path\" has to be a text without NUL.")},
      {R"({"method":"StartShare","params":{"session_path":"/a","expires":"soon"}})",
       error("\"expires\" has to be \"never\" or a time like 90s, 15m, 12h, 7d or 2w.")},
      {R"({"method":"OpenView","params":{"session_path":"/a","port":70000}})",
       error("\"port\" has to be a whole number from 0 to 65535.")},
  };
  auto client = connect();
  for (const auto& [request, reply] : cases) {
    auto fresh = connect();
    EXPECT_EQ(fresh.ask(request), reply) << request.substr(0, 60);
    EXPECT_EQ(client.ask(request), reply) << "on a connection with a past: " << request.substr(0, 60);
    EXPECT_EQ(client.ask(kPing), kPong) << "the connection goes on after " << request.substr(0, 60);
  }
}

TEST_F(ControlServerTest, AnswersInOrderHoweverTheBytesArrive) {
  serve();
  auto client = connect();
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += R"({"method":"M)" + std::to_string(i) + "\"}\n";
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.line(), error("There is no method M" + std::to_string(i) + "."));
  for (const char byte : std::string(kPing) + "\r\n") ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_EQ(client.line(), kPong);
}

TEST_F(ControlServerTest, AClientMayGoAtAnyMoment) {
  serve();
  for (int i = 0; i < 50; ++i) {
    auto client = connect();
    client.send(std::string_view("{\"method\":\"ListShares\"}\n{\"meth").substr(0, static_cast<std::size_t>(i)));
  }
  EXPECT_EQ(connect().ask(kPing), kPong);
}

TEST_F(ControlServerTest, ALineThatBeganHasToEnd) {
  serve({.line_time = 30ms});
  auto client = connect();
  EXPECT_EQ(client.line(60ms), "(silence)") << "between requests there is all the time in the world";
  EXPECT_EQ(client.ask(kPing), kPong);
  ASSERT_TRUE(client.send("{\"method\":"));
  EXPECT_EQ(client.line(), error("The line was not finished within 1 s."));
  EXPECT_EQ(client.line(), "(closed)");
}

TEST_F(ControlServerTest, DrippingDoesNotBuyTime) {
  serve({.line_time = 50ms});
  auto client = connect();
  std::string reply = "(silence)";
  for (int i = 0; i < 10'000 && reply == "(silence)"; ++i) {
    client.send("x");
    reply = client.line(5ms);
  }
  EXPECT_EQ(reply, error("The line was not finished within 1 s."));
}

TEST_F(ControlServerTest, AnEndlessLineIsBoundedInTimeToo) {
  serve({.line_time = 50ms});
  auto client = connect();
  const std::string block(65536, 'x');
  while (client.send(block)) {
  }
  EXPECT_EQ(client.line(), error("The line is longer than 1048576 bytes."));
}

TEST_F(ControlServerTest, DropsAClientThatNeverReads) {
  serve({.reply_time = 50ms});
  auto client = connect();
  const std::string request = R"({"method":")" + std::string(500, 'x') + "\"}\n";
  while (client.send(request)) {
  }
  EXPECT_EQ(connect().ask(kPing), kPong);
}

TEST_F(ControlServerTest, MoreClientsThanItServesWaitTheirTurn) {
  serve({.clients = 2});
  auto first = connect();
  EXPECT_EQ(first.ask(kPing), kPong);
  {
    auto second = connect();
    EXPECT_EQ(second.ask(kPing), kPong);
    auto third = connect();
    ASSERT_TRUE(third.send(std::string(kPing) + '\n'));
    EXPECT_EQ(third.line(50ms), "(silence)");
    EXPECT_EQ(first.ask(kPing), kPong);
    {
      const auto gone = std::move(second);
    }
    EXPECT_EQ(third.line(), kPong);
  }
}

TEST_F(ControlServerTest, ClosesTheConnectionOfAnotherUserUnread) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  serve();
  // The modes keep others out; this is the door behind that door.
  ASSERT_EQ(::chmod(directory_.c_str(), 0755), 0);
  ASSERT_EQ(::chmod(places_.socket.c_str(), 0666), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
    test::RawClient stranger(places_.socket);
    if (!stranger.connected()) ::_exit(3);
    ::_exit(stranger.ask(kPing) == "(closed)" ? 0 : 4);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(connect().ask(kPing), kPong);
}

TEST_F(ControlServerTest, ASlowStartHoldsUpNobodyElse) {
  const std::vector<const Provider*> providers{find_provider("local"), &silent_provider()};
  ShareSeams seams;
  seams.providers = providers;
  serve({}, seams);
  auto slow = connect();
  ASSERT_TRUE(slow.send(start_request(session_, "silent") + "\n" + std::string(kPing) + "\n"));
  auto other = connect();
  std::string list;
  do list = other.ask(R"({"method":"ListShares"})");
  while (list == R"({"status":"ShareList","data":[]})");
  EXPECT_THAT(list, AllOf(HasSubstr(R"("status":"starting")"),
                          HasSubstr(R"("public_url":"","provider_name":"silent","local_port":0)")));
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(other.ask(kPing), kPong);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
  EXPECT_THAT(other.ask(start_request(session_)), StartsWith(R"({"status":"ShareStarted")"));
  EXPECT_EQ(slow.line(10ms), "(silence)") << "its own requests keep their order";
  EXPECT_THAT(other.ask(R"({"method":"Status"})"), ::testing::Not(HasSubstr(R"("children":[])")));
  end();
  EXPECT_THAT(slow.line(), ::testing::AnyOf(StartsWith(R"({"status":"Error")"), "(closed)"));
}

TEST_F(ControlServerTest, EverySubscriberHearsOfEveryChange) {
  serve();
  auto one = connect();
  auto two = connect();
  ASSERT_EQ(one.ask(R"({"method":"Subscribe"})"), R"({"status":"Subscribed"})");
  ASSERT_EQ(two.ask(R"({"method":"Subscribe"})"), R"({"status":"Subscribed"})");
  ASSERT_THAT(connect().ask(start_request(session_)), HasSubstr("ShareStarted"));
  for (auto* client : {&one, &two}) {
    std::string event;
    do event = client->line();
    while (event.find(R"("status":"starting")") != std::string::npos);
    EXPECT_THAT(event, AllOf(StartsWith(R"({"status":"Event","data":{"event":"share","share":{"id":)"),
                             HasSubstr(R"("status":"active")")));
  }
  std::string answer = one.ask(kPing);
  if (answer.contains("secrets_masked")) answer = one.line();  // an event that came first
  EXPECT_EQ(answer, error("This connection carries events; ask on another one."));
}

TEST_F(ControlServerTest, DropsASubscriberThatDoesNotRead) {
  serve({.subscriber_bytes = 4096});
  auto deaf = connect();
  ASSERT_TRUE(deaf.send("{\"method\":\"Subscribe\"}\n"));
  // What the kernel's buffer holds is the client's; beyond that the daemon keeps little.
  while (deaf.send(std::string(kPing) + '\n')) {
  }
  EXPECT_EQ(connect().ask(kPing), kPong);
}

TEST_F(ControlServerTest, AViewEndsWithItsConnection) {
  serve();
  const std::string request = R"({"method":"OpenView","params":{"session_path":")" + session_.native() + R"("}})";
  auto watcher = connect();
  {
    auto viewer = connect();
    EXPECT_THAT(viewer.ask(request), StartsWith(R"({"status":"ViewOpened")"));
    EXPECT_THAT(viewer.ask(request), StartsWith(R"({"status":"ViewOpened")"));
    EXPECT_THAT(watcher.ask(R"({"method":"Status"})"), HasSubstr(R"("views":2)"));
  }
  std::string status;
  do status = watcher.ask(R"({"method":"Status"})");
  while (status.find(R"("views":0)") == std::string::npos && status.starts_with(R"({"status":"Status")"));
  EXPECT_THAT(status, HasSubstr(R"("views":0)"));
}

TEST_F(ControlServerTest, AConnectionWhoseViewsHaveEndedIsClosed) {
  ShareSeams seams;
  seams.view_idle = 200ms;
  serve({}, std::move(seams));
  const std::string request = R"({"method":"OpenView","params":{"session_path":")" + session_.native() + R"("}})";
  auto viewer = connect();
  EXPECT_THAT(viewer.ask(request), StartsWith(R"({"status":"ViewOpened")"));
  EXPECT_THAT(viewer.ask(request), StartsWith(R"({"status":"ViewOpened")"));
  auto other = connect();
  EXPECT_EQ(viewer.line(), "(closed)");
  EXPECT_THAT(other.ask(R"({"method":"Status"})"), HasSubstr(R"("views":0)"));
}

TEST_F(ControlServerTest, AStopIsUndoneAndEverybodyHearsOfIt) {
  serve();
  auto client = connect();
  const std::string started = client.ask(start_request(session_));
  const std::string id = started.substr(started.find(R"("id":")") + 6, 36);
  const std::string params = R"(,"params":{"share_id":")" + id + R"("}})";
  EXPECT_THAT(client.ask(R"({"method":"StopShare")" + params), StartsWith(R"({"status":"ShareStopped")"));
  auto subscriber = connect();
  ASSERT_EQ(subscriber.ask(R"({"method":"Subscribe"})"), R"({"status":"Subscribed"})");
  const std::string restored = test::without_counts(client.ask(R"({"method":"RestoreShare")" + params));
  EXPECT_EQ(restored.substr(restored.find("data")), started.substr(started.find("data"))) << "nothing has changed";
  EXPECT_THAT(subscriber.line(), AllOf(HasSubstr(id), HasSubstr(R"("status":"active")")));
  EXPECT_EQ(client.ask(R"({"method":"RestoreShare"})"), error("\"share_id\" is missing."));
}

TEST_F(ControlServerTest, ALiveShareIsFrozenAndEverybodyHearsOfIt) {
  serve();
  auto client = connect();
  std::string request = start_request(session_);
  // Without a session pass, which would be told of at some time.
  request.insert(request.rfind("}}"), R"(,"live":true,"unmasked":true)");
  const std::string started = client.ask(request);
  EXPECT_THAT(started, HasSubstr(R"("live":true)"));
  const std::string id = started.substr(started.find(R"("id":")") + 6, 36);
  auto subscriber = connect();
  ASSERT_EQ(subscriber.ask(R"({"method":"Subscribe"})"), R"({"status":"Subscribed"})");
  const std::string freeze = R"({"method":"UpdateShare","params":{"share_id":")" + id + R"(","freeze":true}})";
  const std::string frozen = client.ask(freeze);
  EXPECT_THAT(frozen, AllOf(StartsWith(R"({"status":"ShareUpdated")"), HasSubstr(id), Not(HasSubstr("live"))));
  EXPECT_THAT(subscriber.line(), AllOf(HasSubstr(id), Not(HasSubstr("live"))));
  EXPECT_EQ(client.ask(freeze), frozen) << "it is a snapshot already";
  EXPECT_EQ(client.ask(R"({"method":"UpdateShare"})"), error("\"share_id\" is missing."));
  EXPECT_EQ(client.ask(R"({"method":"UpdateShare","params":{"share_id":")" + id + R"(","freeze":7}})"),
            error("\"freeze\" has to be true or false."));
}

TEST_F(ControlServerTest, AnswersShutdownBeforeItEnds) {
  serve();
  EXPECT_EQ(connect().ask(R"({"method":"Shutdown"})"), R"({"status":"ShuttingDown"})");
  EXPECT_EQ(connect().ask(kPing), kPong) << "the hook of this test ends nothing";
  shut_downs_.wait(0);  // after the reply
}

TEST_F(ControlServerTest, ClientsGoOnAtTheNextServer) {
  serve();
  auto idle = connect();
  auto half = connect();
  auto several = connect();
  ASSERT_EQ(idle.ask(kPing), kPong);
  ASSERT_TRUE(half.send(R"({"method":)"));
  ASSERT_EQ(connect().ask(kPing), kPong) << "what was sent before is read";
  auto handed = hand_over();
  EXPECT_THAT(handed.clients, ::testing::Contains(::testing::Field(&HandedClient::unread, R"({"method":)")));
  auto meanwhile = connect();
  ASSERT_TRUE(meanwhile.connected());
  ASSERT_TRUE(several.send(R"({"method":"Ping"})"
                           "\n"
                           R"({"method":"Ping"})"
                           "\n"
                           R"({"method":"Pi)"));
  serve(std::move(handed));
  EXPECT_EQ(several.line(), kPong);
  EXPECT_EQ(several.line(), kPong);
  EXPECT_EQ(several.ask(R"(ng"})"), kPong);
  EXPECT_EQ(half.ask(R"("Ping"})"), kPong);
  EXPECT_EQ(idle.ask(kPing), kPong);
  EXPECT_EQ(meanwhile.ask(kPing), kPong);
}

TEST_F(ControlServerTest, ASubscriberHearsEverythingAcrossServers) {
  serve({.subscriber_bytes = 64 << 20});
  auto events = connect();
  ASSERT_EQ(events.ask(R"({"method":"Subscribe"})"), R"({"status":"Subscribed"})");
  auto client = connect();
  // More than the socket takes: some of it is still with the server.
  constexpr int kShares = 100;  // the configuration allows no more
  for (int i = 0; i < kShares; ++i) {
    const auto session = write_session(std::to_string(i) + ".jsonl", std::string(2000, 'x'));
    ASSERT_THAT(client.ask(start_request(session)), HasSubstr("ShareStarted"));
    if (i % 40 == 20) serve(hand_over());
  }
  auto handed = hand_over();
  EXPECT_THAT(handed.clients, ::testing::Contains(::testing::Field(&HandedClient::unsent, ::testing::Not(""))));
  serve(std::move(handed));
  const auto list = boost::json::parse(client.ask(R"({"method":"ListShares"})"));
  ASSERT_EQ(list.at("data").as_array().size(), std::size_t{kShares});
  std::set<std::string> known;
  std::size_t active = 0;
  while (known.size() < kShares) {
    const auto event = boost::json::parse(events.line());
    ASSERT_EQ(event.at("status"), "Event");
    const auto& share = event.at("data").at("share");
    // The same again, once it is known how much of it is masked.
    if (share.at("status") == "active" && !share.as_object().contains("secrets_masked")) {
      known.insert(std::string(share.at("id").as_string()));
      ++active;
    }
  }
  EXPECT_EQ(active, known.size()) << "each once, in whole lines";
}

TEST_F(ControlServerTest, WhoWaitsForSomethingElseIsCutAndWhoWantsTheRestartIsNot) {
  static const Provider* const kProviders[] = {&silent_provider()};
  ShareSeams seams;
  seams.providers = kProviders;
  serve({}, seams);
  auto waiting = connect();
  ASSERT_TRUE(waiting.send(start_request(session_, "silent") + "\n"));
  auto skipped = connect();
  ASSERT_TRUE(skipped.send(std::string(protocol::kMaxRequestBytes + 10, 'x')));
  ASSERT_THAT(skipped.line(), HasSubstr("longer than"));
  auto restarter = connect();
  EXPECT_THAT(restarter.ask(R"({"method":"Restart","params":{"search_path":"/bin"}})"), HasSubstr("goes on as it was"));
  EXPECT_THAT(restarts_, ::testing::ElementsAre("/bin"));
  while (!connect().ask(R"({"method":"ListShares"})").contains("starting")) std::this_thread::yield();
  auto handed = hand_over();
  EXPECT_THAT(handed.clients, ::testing::Each(::testing::Field(&HandedClient::wants_restart, false)));
  serve(std::move(handed));
  EXPECT_EQ(waiting.line(), "(closed)");
  EXPECT_EQ(skipped.line(), "(closed)");
  EXPECT_EQ(restarter.ask(kPing), kPong);
  EXPECT_THAT(connect().ask(R"({"method":"ListShares"})"), HasSubstr("The daemon ended while the share was starting."));
}

TEST_F(ControlServerTest, WhoseViewsEndedBeforeItWasHandedOverIsNotKept) {
  serve();
  auto owner = connect();
  ASSERT_EQ(owner.ask(kPing), kPong);
  auto handed = hand_over();
  ASSERT_EQ(handed.clients.size(), 1U);
  handed.clients[0].views = {"ended"};
  handed.clients[0].ended_views = 1;
  serve(std::move(handed));
  EXPECT_EQ(owner.line(), "(closed)");
}

TEST_F(ControlServerTest, AViewAndItsOwnerGoTogether) {
  ShareSeams seams;
  seams.view_idle = 1500ms;
  serve({}, seams);
  auto owner = connect();
  const std::string opened =
      owner.ask(R"({"method":"OpenView","params":{"session_path":")" + session_.native() + "\"}}");
  ASSERT_THAT(opened, HasSubstr("ViewOpened"));
  serve(hand_over());
  EXPECT_THAT(connect().ask(R"({"method":"Status"})"), HasSubstr(R"("views":1)"));
  EXPECT_EQ(owner.line(), "(closed)") << "nobody looked at it, and the time before counts";
  EXPECT_THAT(connect().ask(R"({"method":"Status"})"), HasSubstr(R"("views":0)"));
}

}  // namespace
}  // namespace panko
