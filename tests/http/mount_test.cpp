// What a mount publishes while its file lives on: rewritten, replaced, removed, grown.
#include "http/mount.hpp"

#include <gmock/gmock.h>

#include "tests/http/serving.hpp"

namespace panko::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class MountTest : public Serving {
 protected:
  static Snapshot snapshot_of(const SessionFile& session) { return take_snapshot(session.path()).value(); }
};

TEST_F(MountTest, AViewShowsTheSessionAsItIsAtEachRequest) {
  start();
  SessionFile session;
  session.append("first question", "first answer");
  const auto page = "/s/" + mount(session.path()) + "/";
  EXPECT_THAT(get(page).body, HasSubstr("first question"));
  session.append("second question", "second answer");
  EXPECT_THAT(get(page).body, HasSubstr("second question"));
  EXPECT_THAT(heard_.wait_for_health(0), IsEmpty());
}

TEST_F(MountTest, ASnapshotEndsWhereItWasTaken) {
  start();
  SessionFile session;
  session.append("first question", "first answer");
  const auto page = "/s/" + mount(session.path(), snapshot_of(session)) + "/";
  for (int i = 0; i < 3; ++i) {
    const auto body = get(page).body;
    EXPECT_THAT(body, HasSubstr("first question"));
    EXPECT_THAT(body, Not(HasSubstr("second question")));
    session.append("second question", "second answer");
  }
  EXPECT_THAT(heard_.wait_for_health(0), IsEmpty());
}

TEST_F(MountTest, ARewrittenSessionIsReadAfresh) {
  start();
  SessionFile session;
  session.append("first question", "an answer to forget");
  const auto page = "/s/" + mount(session.path(), snapshot_of(session)) + "/";
  EXPECT_THAT(get(page).body, HasSubstr("an answer to forget"));

  // The same session, the answer taken out.
  auto rewritten = read_file(session.path()).value();
  const std::string_view forgotten = "an answer to forget";
  rewritten.replace(rewritten.find(forgotten), forgotten.size(), "-");
  ASSERT_TRUE(write_file_atomically(session.path(), rewritten));
  EXPECT_THAT(get(page).body, Not(HasSubstr("an answer to forget")));
  EXPECT_THAT(heard_.wait_for_health(0), IsEmpty());
}

TEST_F(MountTest, RewrittenInPlaceWithTheSameSizeItIsReadAfresh) {
  start();
  SessionFile session;
  session.append("first question", "first answer");
  const auto page = "/s/" + mount(session.path(), snapshot_of(session)) + "/";
  EXPECT_THAT(get(page).body, HasSubstr("first answer"));
  std::fstream file(session.path(), std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(read_file(session.path()).value().find("first answer")));
  file << "xxxxx answer" << std::flush;
  EXPECT_THAT(get(page).body, Not(HasSubstr("first answer")));
}

TEST_F(MountTest, AnotherSessionIsNeverShown) {
  start();
  SessionFile session;
  session.append("first question", "first answer");
  SessionFile other;
  other.append("secret question", "secret answer");
  const auto page = "/s/" + mount(session.path(), snapshot_of(session)) + "/";
  EXPECT_EQ(get(page).status, 200);

  session.replace_with(other);
  for (int i = 0; i < 2; ++i) {
    const auto response = get(page);
    EXPECT_EQ(response.status, 503);
    EXPECT_THAT(response.body, Not(HasSubstr("secret")));
    EXPECT_THAT(response.body, Not(HasSubstr("first")));
    EXPECT_THAT(response.body, Not(HasSubstr(session.directory().native())));
  }
  ASSERT_THAT(heard_.wait_for_health(1), SizeIs(1)) << "told once, not at each request";
  EXPECT_NE(heard_.wait_for_health(1)[0], "");
}

TEST_F(MountTest, AFileThatIsBackIsServedAgain) {
  start();
  SessionFile session;
  session.append("first question", "first answer");
  const auto page = "/s/" + mount(session.path(), snapshot_of(session)) + "/";
  const auto away = session.directory() / "away";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(get(page).status, 200);
    std::filesystem::rename(session.path(), away);
    EXPECT_EQ(get(page).status, 503);
    EXPECT_EQ(get(page).status, 503);
    std::filesystem::rename(away, session.path());
  }
  EXPECT_EQ(get(page).status, 200);
  const auto health = heard_.wait_for_health(4);
  ASSERT_THAT(health, SizeIs(4));
  EXPECT_THAT(health[0], HasSubstr(session.path().native()));
  EXPECT_EQ(health[1], "");
  EXPECT_NE(health[2], "");
  EXPECT_EQ(health[3], "");
}

TEST_F(MountTest, SaysWhatIsWrongNowNotWhatWasWrongFirst) {
  start();
  SessionFile session;
  session.append("first question", "first answer");
  SessionFile other;
  other.append("secret question", "secret answer");
  const auto token = mount(session.path(), snapshot_of(session));
  std::filesystem::remove(session.path());
  EXPECT_EQ(get("/s/" + token + "/").status, 503);
  session.replace_with(other);
  EXPECT_EQ(get("/s/" + token + "/").status, 503);
  EXPECT_EQ(get("/s/" + token + "/").status, 503);
  const auto health = heard_.wait_for_health(2);
  ASSERT_THAT(health, SizeIs(2));
  EXPECT_NE(health[0], health[1]);
  EXPECT_THAT(health[1], HasSubstr("another session"));
}

TEST_F(MountTest, TellsOfEachLoadOfThePageAndOfNothingElse) {
  start();
  SessionFile session;
  session.append("first question", "first answer");
  const auto page = "/s/" + mount(session.path()) + "/";
  EXPECT_EQ(get(page).status, 200);
  EXPECT_EQ(get(page).status, 200) << "from memory";
  EXPECT_EQ(get(page + "?utm=x").status, 200);
  EXPECT_EQ(heard_.load_count(), 3U);

  auto client = connect();
  client.send_request(page, {}, "HEAD");
  EXPECT_EQ(client.receive(false).status, 200);
  EXPECT_EQ(get(page + "?from=" + SessionFile::uuid(0)).status, 200);
  EXPECT_EQ(get(page + "b/" + SessionFile::uuid(0)).status, 200);
  EXPECT_EQ(get(page + "a/none.css").status, 404);
  EXPECT_EQ(get(page.substr(0, page.size() - 1)).status, 308);
  std::filesystem::remove(session.path());
  EXPECT_EQ(get(page).status, 503);
  EXPECT_EQ(heard_.load_count(), 3U);
}

TEST_F(MountTest, CheckTellsTheHealthWithoutARequest) {
  start();
  SessionFile session;
  session.append("first question", "first answer");
  const auto token = mount(session.path(), snapshot_of(session));
  const auto check = [&] { on_loop([&] { server_->check(token); }); };
  const auto away = session.directory() / "away";

  check();  // well, as it was: no report
  std::filesystem::rename(session.path(), away);
  check();
  EXPECT_THAT(heard_.wait_for_health(1), SizeIs(1));
  std::filesystem::rename(away, session.path());
  check();
  EXPECT_THAT(heard_.wait_for_health(2), SizeIs(2));

  SessionFile other;
  other.append("secret question", "secret answer");
  std::filesystem::copy_file(session.path(), away);
  session.replace_with(other);
  check();
  EXPECT_THAT(heard_.wait_for_health(3), SizeIs(3));
  std::filesystem::rename(away, session.path());
  session.append("more", "and more");
  check();
  const auto health = heard_.wait_for_health(4);
  ASSERT_THAT(health, SizeIs(4));
  EXPECT_NE(health[0], "");
  EXPECT_EQ(health[1], "");
  EXPECT_NE(health[2], "");
  EXPECT_EQ(health[3], "");
  EXPECT_EQ(get("/s/" + token + "/").status, 200);
}

TEST_F(MountTest, AnswersWhatThePageAsksFor) {
  start();
  SessionFile session;
  for (int i = 0; i < 100; ++i) session.append(fmt::format("question {}", i), "an answer");
  const auto page = "/s/" + mount(session.path(), snapshot_of(session)) + "/";

  const auto first = get(page + "w");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body.substr(0, 16), "<div class=\"win\"");
  EXPECT_THAT(get(page + "w?last").body, HasSubstr("question 99"));
  EXPECT_THAT(get(page + "w?from=" + SessionFile::uuid(20)).body, HasSubstr("data-first=\"21\""));
  EXPECT_THAT(get(page + "w?before=" + SessionFile::uuid(20)).body, HasSubstr("data-last=\"20\""));
  EXPECT_THAT(get(page + "?before=" + SessionFile::uuid(20)).body, HasSubstr("data-last=\"20\""));
  EXPECT_THAT(get(page + "?last").body, HasSubstr("data-last=\"200\""));
  EXPECT_THAT(get(page + "r/" + SessionFile::uuid(0)).body, HasSubstr("\"sessionId\""));
  EXPECT_THAT(get(page + "files").body, HasSubstr("No file was changed"));
  for (const auto* nowhere : {"w?from=x", "w?before=x", "?before=x", "r/x", "find?q=question&after=x"})
    EXPECT_EQ(get(page + nowhere).status, 404) << nowhere;
  for (const auto* wrong : {"find", "find?q=", "find?q=%ff", "files?after=x"})
    EXPECT_EQ(get(page + wrong).status, 400) << wrong;

  const auto found = get(page + "find?q=question+42");
  EXPECT_EQ(found.status, 200);
  EXPECT_THAT(found.body, HasSubstr(SessionFile::uuid(84)));
  EXPECT_THAT(found.head, HasSubstr("Content-Type: application/json"));
  EXPECT_THAT(found.head, HasSubstr("Cache-Control: no-store"));
  EXPECT_EQ(heard_.load_count(), 0U);
}

TEST_F(MountTest, OnePageIsMadeOnceForAllWhoWant) {
  start({.renderings = 1});
  SessionFile session;
  for (int i = 0; i < 50; ++i) session.append("question", std::string(2000, 'a'));
  const auto page = "/s/" + mount(session.path()) + "/";
  std::vector<HttpClient> clients;
  for (int i = 0; i < 32; ++i) {
    clients.push_back(connect());
    clients.back().send_request(page);
  }
  std::string first;
  for (auto& client : clients) {
    const auto response = client.receive();
    EXPECT_EQ(response.status, 200);
    if (first.empty()) first = response.body;
    EXPECT_EQ(response.body, first);
  }
  EXPECT_EQ(heard_.request_count(), 32U);
}

TEST_F(MountTest, IsReadAgainAfterItsMemoryWasGivenBack) {
  start({.keep_time = std::chrono::milliseconds(0)});
  SessionFile session;
  session.append("first question", "first answer");
  const auto page = "/s/" + mount(session.path(), snapshot_of(session)) + "/";
  for (int i = 0; i < 20; ++i) EXPECT_EQ(get(page).status, 200);
}

}  // namespace
}  // namespace panko::test
