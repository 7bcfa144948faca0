// Mounts of which visitors see a masked copy, and their downloads, over real sockets.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "http/mount.hpp"
#include "tests/http/serving.hpp"

namespace panko::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Made up for these tests.
constexpr std::string_view kToken = "ghp_m4deUpF0rTh1sT3stN0tAR3alT0ken0Zq7Kx";
constexpr std::string_view kOther = "ghp_An0therMadeUpV4lueThatN0b0dyHas9Wb2L";

class MaskedMountTest : public Serving {
 protected:
  void SetUp() override { session_.append(fmt::format("my key is {}", kToken), "I will not tell anybody"); }

  MountedSession masked(bool is_live = false, Hiding hiding = {}) {
    MountedSession session{.path = session_.path(),
                           .snapshot = {},
                           .context = {},
                           .on_health = {},
                           .on_request = {},
                           .audience = {.redaction = RedactionSettings(), .hiding = hiding},
                           .may_download = true};
    if (!is_live) session.snapshot = take_snapshot(session_.path()).value();
    return session;
  }
  std::string mount_masked(bool is_live = false, Hiding hiding = {}) {
    const auto token = random_token();
    mount_at(token, masked(is_live, hiding));
    return token;
  }
  /// Every form of the session that a visitor can ask for.
  static std::vector<std::string> places() {
    const auto anchor = SessionFile::uuid(0);
    return {"",
            "w",
            "?from=" + anchor,
            "b/" + anchor,
            "r/" + anchor,
            "files",
            "find?q=key",
            "w?last",
            "download",
            "download?format=html",
            "download?format=md",
            "download?format=jsonl"};
  }

  SessionFile session_;
};

TEST_F(MaskedMountTest, NothingThatLeavesHasTheValue) {
  start();
  for (const bool is_live : {false, true}) {
    const auto base = "/s/" + mount_masked(is_live) + "/";
    for (const auto& place : places()) {
      const auto response = get(base + place);
      EXPECT_EQ(response.status, 200) << place;
      EXPECT_THAT(response.body, Not(HasSubstr(std::string(kToken)))) << place;
    }
    EXPECT_THAT(get(base).body, AllOf(HasSubstr("[redacted: github-token #1]"), HasSubstr("1 secret masked")));
    EXPECT_THAT(get(base + "find?q=" + std::string(kToken)).body, HasSubstr("\"hits\":[]"));
    EXPECT_THAT(get(base + "find?q=redacted").body, HasSubstr("#1]"));
  }
  EXPECT_THAT(heard_.masked, ElementsAre(MaskedCounts{.secrets = 1, .personal = heard_.masked[0].personal},
                                         MaskedCounts{.secrets = 1, .personal = heard_.masked[0].personal}));
}

TEST_F(MaskedMountTest, ThePassIsMadeBeforeAnybodyComesAndOnce) {
  start();
  const auto token = mount_masked();
  on_loop([&] { server_->prepare(token); });
  ASSERT_TRUE(heard_.wait_until([](const Heard& heard) { return heard.masked.size() == 1; }));
  EXPECT_EQ(heard_.masked[0].secrets, 1U);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get("/s/" + token + "/").status, 200);
  EXPECT_EQ(heard_.masked.size(), 1U);
}

TEST_F(MaskedMountTest, APassThatWasMadeAlreadyIsUsed) {
  start();
  auto session = masked();
  session.masked = std::make_shared<MaskedSession>(session.path, session.snapshot, "", *session.audience.redaction);
  ASSERT_TRUE(session.masked->next());
  const std::weak_ptr<MaskedSession> made = session.masked;
  const auto token = random_token();
  mount_at(token, std::move(session));
  EXPECT_EQ(get("/s/" + token + "/").status, 200);
  EXPECT_FALSE(made.expired()) << "kept for the next visitor";
  EXPECT_EQ(heard_.masked.size(), 1U);
}

TEST_F(MaskedMountTest, IsReadFromItsCopiesAgainWhenTheEditionWasDropped) {
  start({.keep_time = std::chrono::milliseconds(0)});
  const auto base = "/s/" + mount_masked() + "/";
  for (int i = 0; i < 5; ++i) EXPECT_THAT(get(base).body, HasSubstr("[redacted: github-token #1]"));
}

TEST_F(MaskedMountTest, IsMadeAfreshWhenTheCopiesWereDropped) {
  start({.keep_time = std::chrono::milliseconds(0), .masked_time = std::chrono::milliseconds(0)});
  const auto base = "/s/" + mount_masked() + "/";
  for (int i = 0; i < 5; ++i) EXPECT_THAT(get(base).body, HasSubstr("[redacted: github-token #1]"));
  EXPECT_EQ(heard_.masked.size(), 1U) << "the counts are the same";
}

TEST_F(MaskedMountTest, ASnapshotStaysWhatItWasAndALiveOneGoesOn) {
  start();
  const auto snapshot = "/s/" + mount_masked() + "/";
  const auto live = "/s/" + mount_masked(true) + "/";
  EXPECT_EQ(get(snapshot).status, 200);
  EXPECT_EQ(get(live).status, 200);
  session_.append(fmt::format("and another one: {}", kOther), fmt::format("{} again", kToken));
  EXPECT_THAT(get(snapshot).body, Not(HasSubstr("another one")));
  EXPECT_THAT(get(live).body, AllOf(HasSubstr("and another one: [redacted: github-token #2]"),
                                    HasSubstr("[redacted: github-token #1] again"), HasSubstr("2 secrets masked"),
                                    Not(HasSubstr(std::string(kOther)))));
}

TEST_F(MaskedMountTest, LiveLinesAreMasked) {
  start();
  const auto token = mount_masked(true);
  const auto page = get("/s/" + token + "/").body;
  const std::string_view name = "data-version=\"";
  const auto begin = page.find(name) + name.size();
  const auto body = fmt::format(R"({{"pages":[{{"token":"{}","version":"{}"}}],"mode":"stream"}})", token,
                                page.substr(begin, page.find('"', begin) - begin));
  auto stream = connect();
  stream.send_request("/s/" + token + "/live", fmt::format("Content-Length: {}\r\n", body.size()), "POST");
  stream.send(body);
  EXPECT_EQ(stream.receive(false).status, 200);
  EXPECT_EQ(stream.line(), "{\"beat\":true}");
  session_.append(fmt::format("and another one: {}", kOther), "seen");
  std::string seen;
  for (int i = 0; i < 100 && !seen.contains("and another one"); ++i) seen += stream.line();
  EXPECT_THAT(seen,
              AllOf(HasSubstr("and another one: [redacted: github-token #2]"), Not(HasSubstr(std::string(kOther)))));
}

TEST_F(MaskedMountTest, APassThatFailsAnswersNothing) {
  start();
  auto session = masked();
  session.snapshot->session_id = random_uuid();  // as if the file were another session now
  const auto token = random_token();
  mount_at(token, session);
  for (const auto& place : places())
    EXPECT_EQ(get("/s/" + token + "/" + place).status, place == "download" ? 200 : 503);
  EXPECT_THAT(heard_.wait_for_health(1), Not(IsEmpty()));
  EXPECT_FALSE(heard_.health[0].empty());
  EXPECT_THAT(heard_.masked, IsEmpty());
}

TEST_F(MaskedMountTest, WhatIsHiddenIsNowhere) {
  start();
  const auto base = "/s/" + mount_masked(false, {.tool_output = true, .thinking = true}) + "/";
  EXPECT_THAT(get(base).body, AllOf(HasSubstr("tool output hidden"), HasSubstr("thinking hidden")));
  EXPECT_EQ(get(base + "download?format=md").status, 200);
  EXPECT_EQ(get(base + "download?format=jsonl").status, 404);
  EXPECT_THAT(get(base + "download").body, Not(HasSubstr("jsonl")));
}

class DownloadTest : public MaskedMountTest {
 protected:
  static constexpr std::size_t kLong = 8 << 20;
  void append_long_answer() {
    std::string answer;
    while (answer.size() < kLong) answer += "These are words, and there are many of them. ";
    session_.append("a long one", answer);
  }

  /// Of somebody who reads no further than the head.
  HttpClient begin_download(const std::string& base) {
    auto client = connect(4096);
    client.send_request(base + "download?format=jsonl");
    EXPECT_TRUE(client.receive_more());
    EXPECT_THAT(client.received(), HasSubstr(" 200 OK"));
    return client;
  }
};

TEST_F(DownloadTest, OnlyWhereTheOwnerAllowsIt) {
  start();
  const auto base = "/s/" + mount(session_.path()) + "/";
  for (const auto* place : {"download", "download?format=html", "download?format=md", "download?format=jsonl"})
    EXPECT_EQ(get(base + place).status, 404) << place;
  EXPECT_THAT(get(base).body, Not(HasSubstr("href=\"download\"")));
}

TEST_F(DownloadTest, HasAPageWithTheFormatsAndAFileForEach) {
  start();
  const auto base = "/s/" + mount_masked() + "/";
  EXPECT_THAT(get(base).body, HasSubstr("href=\"download\""));
  const auto page = get(base + "download");
  EXPECT_THAT(page.body, AllOf(HasSubstr("download?format=html"), HasSubstr("download?format=md"),
                               HasSubstr("download?format=jsonl")));
  const auto file = get(base + "download?format=md");
  EXPECT_EQ(file.field("Content-Disposition"), "attachment; filename=\"my-key-is-redacted-github-token-1.md\"");
  EXPECT_EQ(file.field("Content-Type"), "text/markdown; charset=utf-8");
  EXPECT_EQ(file.field("Cache-Control"), "no-store");
  EXPECT_THAT(file.body, HasSubstr("I will not tell anybody"));
  EXPECT_THAT(get(base + "download?format=html").body, HasSubstr("data-mode=\"file\""));
  EXPECT_THAT(get(base + "download?format=jsonl").body, HasSubstr("\"sessionId\""));
  EXPECT_EQ(get(base + "download?format=json").status, 404);
  EXPECT_EQ(get(base + "download?format=").status, 404);
  auto client = connect();
  client.send_request(base + "download?format=md", {}, "HEAD");
  EXPECT_EQ(client.receive(false).field("Content-Length"), std::to_string(file.body.size()));
  EXPECT_EQ(client.get(base + "download").status, 200) << "the connection goes on";
}

TEST_F(DownloadTest, IsCutWhenTheShareEnds) {
  start();
  append_long_answer();
  const auto token = mount_masked();
  const auto client = begin_download("/s/" + token + "/");
  on_loop([&] { server_->end(token); });
  EXPECT_TRUE(client.is_reset());
  EXPECT_EQ(get("/s/" + token + "/download?format=jsonl").status, 410);
}

TEST_F(DownloadTest, ASlowReaderHoldsNobodyUpAndIsCut) {
  start({.stalled_write_time = std::chrono::milliseconds(200)});
  append_long_answer();
  const auto base = "/s/" + mount_masked() + "/";
  std::vector<HttpClient> slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(begin_download(base));
  }
  EXPECT_EQ(get(base).status, 200);
  EXPECT_EQ(get(base + "download?format=md").status, 200);
  for (auto& client : slow) EXPECT_TRUE(client.is_reset());
}

TEST_F(DownloadTest, TheOldestOfTooManyGoes) {
  start({.files = 2});
  append_long_answer();
  const auto base = "/s/" + mount_masked() + "/";
  std::vector<HttpClient> readers;
  for (int i = 0; i < 3; ++i) {
    readers.push_back(begin_download(base));
  }
  EXPECT_TRUE(readers[0].is_reset());
  EXPECT_GT(readers[1].receive().body.size(), kLong);
  EXPECT_GT(readers[2].receive().body.size(), kLong);
}

}  // namespace
}  // namespace panko::test
