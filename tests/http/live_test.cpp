// Pages that follow their session, over real sockets: what they get, and what they may take.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "http/live_request.hpp"
#include "tests/http/serving.hpp"

namespace panko::test {
namespace {

using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

class LiveTest : public Serving {
 protected:
  static std::string request(const std::vector<std::pair<std::string, std::string>>& pages,
                             std::string_view mode = "stream") {
    std::string list;
    for (const auto& [token, version] : pages)
      list += fmt::format("{}{{\"token\":\"{}\",\"version\":\"{}\"}}", list.empty() ? "" : ",", token, version);
    return fmt::format("{{\"pages\":[{}],\"mode\":\"{}\"}}", list, mode);
  }

  void post(const HttpClient& client, const std::string& token, const std::string& body,
            std::string_view version = "1.1") const {
    client.send(fmt::format("POST /s/{}/live HTTP/{}\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\n\r\n{}", token,
                            version, port_, body.size(), body));
  }

  HttpClient follow(const std::string& token, const std::string& version, std::string_view mode = "stream") {
    auto client = connect();
    post(client, token, request({{token, version}}, mode));
    EXPECT_EQ(client.receive(false).status, 200);
    EXPECT_EQ(client.line(), kBeat);
    return client;
  }

  /// The version that the page says it has.
  std::string version_of(const std::string& token) {
    const auto body = get("/s/" + token + "/").body;
    const std::string_view name = "data-version=\"";
    const auto start = body.find(name) + name.size();
    return body.substr(start, body.find('"', start) - start);
  }

  /// Lines up to one with that text.
  static std::string until(HttpClient& client, std::string_view text) {
    std::string seen;
    for (int i = 0; i < 1000 && !seen.contains(text); ++i) {
      const auto line = client.line();
      if (line.empty()) break;
      seen += line;
    }
    EXPECT_THAT(seen, HasSubstr(std::string(text)));
    return seen;
  }

  static constexpr std::string_view kBeat = "{\"beat\":true}";
  SessionFile session_;
};

TEST_F(LiveTest, WhatIsAppendedComes) {
  start();
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  auto page = follow(token, version_of(token));
  auto other = follow(token, version_of(token));
  for (int i = 0; i < 3; ++i) {
    session_.append(fmt::format("question {}", i), fmt::format("answer {}", i));
    const auto seen = until(page, fmt::format("answer {}", i));
    EXPECT_THAT(seen, HasSubstr(fmt::format("question {}", i)));
    EXPECT_THAT(seen, HasSubstr("\"op\":\"insert\""));
    (void)until(other, fmt::format("answer {}", i));
  }
}

TEST_F(LiveTest, TheHeadSaysThatItIsAStream) {
  start();
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  auto client = connect();
  post(client, token, request({{token, version_of(token)}}));
  const auto head = client.receive(false);
  EXPECT_EQ(head.field("Content-Type"), "application/x-ndjson");
  EXPECT_EQ(head.field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(head.field("X-Accel-Buffering"), "no");
  EXPECT_EQ(head.field("Cache-Control"), "no-store");
  EXPECT_EQ(head.field("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(head.fields, Contains(Key("Content-Security-Policy")));
  EXPECT_THAT(head.fields, Not(Contains(Key("Content-Encoding"))));

  auto old = connect();
  post(old, token, request({{token, "0"}}, "poll"), "1.0");
  EXPECT_THAT(old.receive(false).fields, Not(Contains(Key("Transfer-Encoding"))));
  EXPECT_EQ(old.rest().substr(0, kBeat.size()), kBeat);
}

TEST_F(LiveTest, WhatWasMissedComesOnceAndWhatNobodyKnowsIsAskedForAfresh) {
  start();
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  const auto before = version_of(token);
  {
    auto page = follow(token, before);
    session_.append("second question", "second answer");
    (void)until(page, "second answer");
  }
  auto back = follow(token, before);
  const auto seen = until(back, "second answer");
  EXPECT_THAT(seen, Not(HasSubstr("resync")));
  EXPECT_THAT(follow(token, "abcdef").line(), HasSubstr("\"resync\":true"));
}

TEST_F(LiveTest, APollEndsBehindItsFirstNews) {
  start();
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  auto page = follow(token, version_of(token), "poll");
  session_.append("second question", "second answer");
  EXPECT_THAT(page.line(), HasSubstr("\"ops\""));
  EXPECT_EQ(page.line(), "") << "the answer is over";
}

TEST_F(LiveTest, APollWithoutNewsEndsAndAStreamBeats) {
  start({.live = {.beat = milliseconds(20), .poll = milliseconds(50)}});
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  auto poll = follow(token, version_of(token), "poll");
  std::string line;
  while (!(line = poll.line()).empty()) EXPECT_EQ(line, kBeat);
  auto stream = follow(token, version_of(token));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(stream.line(), kBeat);
}

TEST_F(LiveTest, OneAnswerForPagesOfSeveralSharesAndTokensThatAreNone) {
  start();
  session_.append("first question", "first answer");
  SessionFile second;
  second.append("other question", "other answer");
  const auto token = mount(session_.path());
  const auto other = mount(second.path());
  const auto ended = random_token();
  on_loop([&] { server_->add_ended(sha256(ended)); });
  auto client = connect();
  post(client, token,
       request({{token, version_of(token)}, {ended, "1"}, {other, version_of(other)}, {"guessed", "1"}}));
  EXPECT_EQ(client.receive(false).status, 200);
  EXPECT_EQ(client.line(), kBeat);
  EXPECT_EQ(client.line(), fmt::format(R"({{"page":"{}","ended":"stopped"}})", ended));
  EXPECT_EQ(client.line(), R"({"page":"guessed","ended":"stopped"})");
  second.append("more", "more of the other");
  const auto seen = until(client, "more of the other");
  EXPECT_THAT(seen, HasSubstr(other));
  EXPECT_THAT(seen, Not(HasSubstr(token)));
}

TEST_F(LiveTest, WhatEndsIsSaid) {
  start();
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  auto page = follow(token, version_of(token));
  on_loop([&] { server_->end(token); });
  EXPECT_EQ(page.line(), fmt::format(R"({{"page":"{}","ended":"stopped"}})", token));
  EXPECT_EQ(page.line(), "");
  auto late = connect();
  post(late, token, request({{token, "1"}}));
  EXPECT_EQ(late.receive().status, 410);
}

TEST_F(LiveTest, AFrozenShareSaysSoAndAnotherMountIsAskedAgain) {
  start();
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  auto page = follow(token, version_of(token));
  mount_at(token, session_.path());
  EXPECT_EQ(page.line(), "") << "still live: it only asks again";
  page = follow(token, version_of(token));
  mount_at(token, session_.path(), take_snapshot(session_.path()).value());
  EXPECT_EQ(page.line(), fmt::format(R"({{"page":"{}","ended":"frozen"}})", token));
  EXPECT_EQ(page.line(), "");
  page = follow(token, "1");
  EXPECT_THAT(page.line(), HasSubstr("frozen"));
}

TEST_F(LiveTest, AFileThatIsGoneIsAProblemUntilItIsBack) {
  start();
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  auto page = follow(token, version_of(token));
  const auto away = session_.directory() / "away";
  std::filesystem::rename(session_.path(), away);
  const auto problem = page.line();
  EXPECT_THAT(problem, HasSubstr("\"problem\":\"This session cannot be read"));
  EXPECT_THAT(problem, Not(HasSubstr(session_.directory().native())));
  EXPECT_EQ(get("/s/" + token + "/").status, 503);
  std::filesystem::rename(away, session_.path());
  EXPECT_THAT(page.line(), HasSubstr("\"problem\":\"\""));
  session_.append("second question", "second answer");
  (void)until(page, "second answer");
}

TEST_F(LiveTest, AnotherSessionIsAProblemToo) {
  start();
  const auto id = random_uuid();
  SessionFile session(id);
  session.append("first question", "first answer");
  SessionFile other;
  other.append("secret question", "secret answer");
  const auto token = random_token();
  on_loop([&] {
    server_->mount(token, MountedSession{.path = session.path(),
                                         .snapshot = std::nullopt,
                                         .context = {},
                                         .on_health = {},
                                         .on_request = {},
                                         .session_id = id});
  });
  auto page = follow(token, version_of(token));
  std::filesystem::copy_file(session.path(), session.directory() / "away");
  session.replace_with(other);
  EXPECT_THAT(page.line(), HasSubstr("\"problem\":\"This session"));
  EXPECT_EQ(get("/s/" + token + "/").status, 503);
  std::filesystem::rename(session.directory() / "away", session.path());
  const auto seen = until(page, "\"problem\":\"\"");
  EXPECT_THAT(seen, Not(HasSubstr("secret")));
  EXPECT_EQ(get("/s/" + token + "/").status, 200);
}

TEST_F(LiveTest, WhatExpiresSaysSo) {
  start();
  session_.append("first question", "first answer");
  const auto token = random_token();
  on_loop([&] {
    server_->mount(token, MountedSession{.path = session_.path(),
                                         .snapshot = std::nullopt,
                                         .context = {.as_of = {}, .expires_at = wall_now()},
                                         .on_health = {},
                                         .on_request = {}});
  });
  auto page = follow(token, version_of(token));
  on_loop([&] { server_->end(token); });
  EXPECT_EQ(page.line(), fmt::format(R"({{"page":"{}","ended":"expired"}})", token));
}

/// Nobody tells of side files: they are looked at as long as the page is open.
TEST_F(LiveTest, ASubAgentThatWritesIsSeen) {
  start();
  const auto id = random_uuid();
  SessionFile session(id);
  session.append("first question", "first answer");
  std::ofstream(session.path(), std::ios::app) << fmt::format(
      R"({{"parentUuid":"{}","isSidechain":false,"sessionId":"{}","type":"assistant","uuid":"00000000-0000-4000-8000-00000000f000",)"
      R"("timestamp":"2026-01-02T03:05:00Z","message":{{"id":"m","role":"assistant","content":[)"
      R"({{"type":"tool_use","id":"t","name":"Task","input":{{"subagent_type":"Explore"}}}}]}}}})"
      "\n",
      SessionFile::uuid(1), id);
  const auto token = mount(session.path());
  auto page = follow(token, version_of(token));
  const auto agents = session.directory() / id / "subagents";
  std::filesystem::create_directories(agents);
  for (const auto* text : {"go and look", "further on"}) {
    std::ofstream(agents / "agent-x.jsonl", std::ios::app)
        << fmt::format(R"({{"uuid":"{}","type":"user","sessionId":"{}","agentId":"x","isSidechain":true,)"
                       R"("message":{{"role":"user","content":"{}"}}}})"
                       "\n",
                       random_uuid(), id, text);
    (void)until(page, text);
  }
}

TEST_F(LiveTest, OnlyTheOneAddressIsPostedTo) {
  start();
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  const auto status = [&](std::string_view method, const std::string& target, const std::string& body) {
    auto client = connect();
    client.send_request(target, fmt::format("Content-Length: {}\r\n", body.size()), method);
    (void)client.try_send(body);
    return client.receive(method != "HEAD").status;
  };
  const auto good = request({{token, "1"}});
  const auto root = "/s/" + token + "/";
  EXPECT_EQ(status("GET", root + "live", ""), 405);
  EXPECT_EQ(status("HEAD", root + "live", ""), 405);
  EXPECT_EQ(status("PUT", root + "live", good), 405);
  EXPECT_EQ(status("POST", root, good), 405);
  EXPECT_EQ(status("POST", root + "live/", good), 405);
  EXPECT_EQ(status("POST", "/live", good), 405);
  EXPECT_EQ(status("POST", "/s/" + random_token() + "/live", good), 404);
  EXPECT_EQ(status("POST", root + "live", ""), 400);
  EXPECT_EQ(status("POST", root + "live", "{}"), 400);
  EXPECT_EQ(status("POST", root + "live", std::string(LiveRequest::kMaxBytes + 1, ' ')), 413);
  auto chunked = connect();
  chunked.send_request(root + "live", "Transfer-Encoding: chunked\r\n", "POST");
  EXPECT_EQ(chunked.receive().status, 413);
}

TEST_F(LiveTest, ABodyMayComeInPiecesButNotForEver) {
  start({.header_time = milliseconds(300)});
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  const auto body = request({{token, version_of(token)}});
  auto client = connect();
  client.send(fmt::format("POST /s/{}/live HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\n\r\n", token, port_,
                          body.size()));
  for (const char c : body) client.send(std::string_view(&c, 1));
  EXPECT_EQ(client.receive(false).status, 200);

  auto slow = connect();
  slow.send(
      fmt::format("POST /s/{}/live HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 100\r\n\r\n{{", token, port_));
  EXPECT_EQ(slow.bytes_until_end(), 0U);
}

TEST_F(LiveTest, TooManyStreamsTakeTheOldestAndNoVisitorIsRefused) {
  start({.connections = 6, .streams = 3});
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  const auto version = version_of(token);
  std::vector<HttpClient> pages;
  pages.reserve(4);
  for (int i = 0; i < 4; ++i) pages.push_back(follow(token, version));
  EXPECT_EQ(pages.front().line(), "") << "it ends, and may ask again";
  std::vector<HttpClient> visitors;
  visitors.reserve(5);
  for (int i = 0; i < 5; ++i) {
    visitors.push_back(connect());
    EXPECT_EQ(visitors.back().get("/s/" + token + "/").status, 200);
  }
  session_.append("second question", "second answer");
  (void)until(pages.back(), "second answer");
}

TEST_F(LiveTest, WhoDoesNotReadIsCutAndNobodyElseWaits) {
  start({.stalled_write_time = milliseconds(200)});
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  const auto version = version_of(token);
  auto idler = connect(2048);
  post(idler, token, request({{token, version}}));
  auto reader = follow(token, version);
  for (int i = 0; i < 100 && !idler.is_closed(); ++i) {
    session_.append(fmt::format("question {}.", i), std::string(40000, 'x'));
    (void)until(reader, fmt::format("question {}.", i));
  }
  EXPECT_TRUE(idler.is_reset());
}

TEST_F(LiveTest, StreamsEndInARestartAndGoOnAtTheNextServer) {
  start();
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  const auto version = version_of(token);
  auto page = follow(token, version);
  EXPECT_EQ(on_loop([&] { return server_->busy(); }), 0U);
  auto handed = hand_over();
  EXPECT_THAT(handed.connections, IsEmpty());
  EXPECT_EQ(page.line(), "") << "its end is a clean one";
  on_loop([&] {
    server_ = std::make_unique<HttpServer>(loop_, workers_);
    server_->take_over(std::move(handed));
  });
  mount_at(token, session_.path());
  session_.append("second question", "second answer");
  page = follow(token, version);
  EXPECT_THAT(page.line(), HasSubstr("\"resync\":true")) << "this server never saw that version";
}

/// However the lines of a busy agent are put together: each change begins where the last one led to.
TEST_F(LiveTest, ABusyAgentCostsNoPageALine) {
  start();
  session_.append("first question", "first answer");
  const auto token = mount(session_.path());
  auto version = version_of(token);
  auto page = follow(token, version);
  for (int i = 0; i < 200; ++i) {
    session_.append(fmt::format("q{}.", i), fmt::format("a{}.", i));
    if (i % 7 == 0) (void)until(page, "\"version\"");
  }
  session_.append("the last one", "is here");
  const auto seen = until(page, "is here");
  EXPECT_THAT(seen, Not(HasSubstr("resync")));
  for (int i = 197; i < 200; ++i) EXPECT_THAT(seen, HasSubstr(fmt::format("a{}.", i)));
}

}  // namespace
}  // namespace panko::test
