// What of a share that is up can be changed, and what its visitors need then.
#include "sqlite/database.hpp"
#include "tests/shares/fixture.hpp"
#include "tests/shares/full_disk.hpp"

namespace panko::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kPassword = "correct made-up horse";

class ChangingTest : public SharesTest {
 protected:
  Share changed(ShareChange change) { return run(service().change(std::move(change))); }
  static ShareChange of(const Share& share) {
    ShareChange change;
    change.share_id = share.id;
    return change;
  }
  static std::string form(const std::string& password) {
    std::string text = "password=";
    for (const char c : password) text += c == ' ' ? '+' : c;
    return text;
  }
  Answer unlock(const Share& share, const std::string& password) {
    return post(share, "unlock", "application/x-www-form-urlencoded", form(password));
  }
  Answer open(const Share& share) { return post(share, "open", "application/x-www-form-urlencoded", ""); }
  std::string on_disk(const std::string& column) const {
    return Database(places_.database).query_text(("SELECT coalesce(" + column + ", '-') FROM share_details").c_str());
  }
  std::string refusal(ShareChange change) { return failure_of(service().change(std::move(change))); }
};

TEST_F(ChangingTest, SeveralThingsAtOnceAreInTheRowBeforeAnybodyHearsOfThem) {
  const Share started = share(local());
  std::vector<std::string> heard;
  const auto listener = service().subscribe([&](const Share& share) {
    if (share.downloads) heard.push_back(on_disk("max_views") + on_disk("hide") + on_disk("expires_after"));
  });
  auto change = of(started);
  change.expires = std::chrono::seconds(3600);
  change.max_views = 5;
  change.downloads = true;
  change.hide = std::vector<std::string>{"thinking", "tools"};
  const Share after = changed(change);
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.front(), "5tools,thinking3600");
  EXPECT_EQ(after.public_url, started.public_url);
  EXPECT_LT(after.expires_at, started.expires_at);
  EXPECT_THAT(after.hide, ElementsAre("tools", "thinking"));
  EXPECT_EQ(after.max_views, 5U);
  EXPECT_TRUE(after.downloads);
  drop_service();
  EXPECT_EQ(row(started.id).max_views, 5U);
  EXPECT_EQ(row(started.id).hide, after.hide);
  EXPECT_EQ(row(started.id).gate_key, after.gate_key) << "who was let in stays in";
}

TEST_F(ChangingTest, WhatCannotBeIsRefusedAndNothingHasChanged) {
  const Share started = share(local());
  EXPECT_THAT(refusal(of(started)), HasSubstr("There is nothing to change"));
  auto change = of(started);
  change.downloads = true;
  change.hide = std::vector<std::string>{"weather"};
  EXPECT_THAT(refusal(change), HasSubstr("\"weather\" cannot be hidden"));
  change.hide = {};
  change.expires = std::chrono::seconds(0);
  EXPECT_THAT(refusal(change), HasSubstr("A share can expire after"));
  change.expires = {};
  change.password = std::string(5000, 'x');
  EXPECT_THAT(refusal(change), HasSubstr("A password has 1 to 1000 bytes."));
  change.password = {};
  change.max_views = 1ULL << 40;
  EXPECT_THAT(refusal(change), HasSubstr("views at most"));
  EXPECT_FALSE(row(started.id).downloads);
  EXPECT_EQ(row(started.id).expires_at, started.expires_at);
  change.max_views = {};
  run(service().stop(started.id));
  EXPECT_THAT(refusal(change), HasSubstr("The share is stopped"));
  change.share_id = "nobody";
  EXPECT_THAT(refusal(change), HasSubstr("There is no share nobody"));
}

TEST_F(ChangingTest, APasswordIsAskedForFromThenOn) {
  const Share started = share(local());
  EXPECT_THAT(get(started).text, HasSubstr("First prompt"));
  auto change = of(started);
  change.password = kPassword;
  const Share locked = changed(change);
  EXPECT_TRUE(locked.has_password());
  EXPECT_EQ(get(started).status, 401U);
  EXPECT_THAT(get(started).text, Not(HasSubstr("First prompt")));
  EXPECT_EQ(unlock(started, "wrong").status, 401U);
  EXPECT_EQ(unlock(started, kPassword).status, 303U);
  for (const char* column : {"password_hash", "error", "hide"})
    EXPECT_THAT(on_disk(column), Not(HasSubstr("horse"))) << column;
  for (const AuditEntry& entry : service().audit()) EXPECT_THAT(entry.detail, Not(HasSubstr("horse")));
  drop_service();
  EXPECT_EQ(get(row(started.id)).status, 401U) << "for the next daemon too";

  change.password = "another made-up one";
  const Share other = changed(change);
  EXPECT_NE(other.gate_key, locked.gate_key) << "whoever was let in has to know the new one";
  EXPECT_EQ(unlock(started, kPassword).status, 401U);
  change.password = "";
  EXPECT_FALSE(changed(change).has_password());
  EXPECT_EQ(get(started).status, 200U);
}

TEST_F(ChangingTest, WhoWasLetInStaysInAcrossARestartInPlaceUntilThePasswordChanges) {
  auto options = local();
  options.password = kPassword;
  const Share started = share(options);
  const std::string answer = unlock(started, kPassword).text;
  const auto begin = answer.find("Set-Cookie: ");
  ASSERT_NE(begin, std::string::npos);
  const std::string cookie = answer.substr(begin + 12, answer.find(';', begin) - begin - 12);
  const auto visit = [&] {
    return run(send_async(started.local_port, fmt::format("GET /s/{}/ HTTP/1.1\r\nHost: localhost:{}\r\n"
                                                          "Connection: close\r\nCookie: {}\r\n\r\n",
                                                          started.token, started.local_port, cookie)));
  };
  EXPECT_EQ(visit().status, 200U);
  auto handed = run(service().hand_over());
  drop_service();
  service_ = std::make_unique<ShareService>(loop_, workers_, places_, config_, seams_);
  service_->take_over(std::move(handed));
  service_->resume();
  EXPECT_EQ(visit().status, 200U);
  EXPECT_EQ(get(started).status, 401U);
  auto change = of(started);
  change.password = "another made-up one";
  changed(change);
  EXPECT_EQ(visit().status, 401U);
}

TEST_F(ChangingTest, AShareStartsWithAPasswordAndIsTheSameForTheSameOne) {
  auto options = local();
  options.password = kPassword;
  const Share started = share(options);
  EXPECT_EQ(get(started).status, 401U);
  EXPECT_EQ(run(service().start(options)).share.id, started.id);
  options.password = "another made-up one";
  EXPECT_NE(run(service().start(options)).share.id, started.id);
  EXPECT_NE(share(local()).id, started.id);
  options.password = "";
  EXPECT_THAT(failure_of(service().start(options)), HasSubstr("A password has 1 to 1000 bytes."));
}

TEST_F(ChangingTest, LimitedViewsAreSpentByOpeningAndByNothingElse) {
  auto options = local();
  options.max_views = 2;
  const Share started = share(options);
  for (int i = 0; i < 5; ++i) EXPECT_THAT(get(started).text, Not(HasSubstr("First prompt")));
  EXPECT_EQ(row(started.id).views, 0U);
  EXPECT_EQ(row(started.id).previews(), 5U);
  EXPECT_EQ(open(started).status, 303U);
  EXPECT_EQ(row(started.id).views, 1U);
  EXPECT_EQ(Database(places_.database).query_integer("SELECT views FROM share_views"), 1) << "before anything is shown";
  EXPECT_EQ(look(started).status, 401U) << "only who was let in is heard";
  drop_service();
  EXPECT_EQ(row(started.id).views, 1U) << "a crash gives no view back";
  EXPECT_EQ(open(started).status, 303U);
  EXPECT_EQ(open(started).status, 410U);
  EXPECT_EQ(get(started).status, 410U);
  EXPECT_EQ(row(started.id).views, 2U);

  auto change = of(started);
  change.max_views = 3;
  changed(change);
  EXPECT_EQ(open(started).status, 303U) << "those that were there count";
  EXPECT_EQ(open(started).status, 410U);
  change.max_views = 0;
  EXPECT_FALSE(changed(change).max_views);
  EXPECT_THAT(get(started).text, HasSubstr("First prompt"));
}

TEST_F(ChangingTest, AViewThatCannotBeWrittenDownIsNotGiven) {
  auto options = local();
  options.max_views = 2;
  const Share started = share(options);
  (void)get(started);
  run_until([&] { return row(started.id).secrets_masked.has_value(); });
  {
    const FullDisk full;
    EXPECT_EQ(open(started).status, 410U);
  }
  EXPECT_EQ(row(started.id).views, 0U);
}

TEST_F(ChangingTest, AnExpiryThatIsChangedIsTheOneThatCounts) {
  const Share started = share(local());
  auto change = of(started);
  change.expires = std::chrono::seconds(1);
  changed(change);
  run_until_status(started.id, ShareStatus::stopped);
  EXPECT_EQ(get(started).status, 410U);
  EXPECT_EQ(service().audit().back().event, "expired");

  const Share other = share(local());
  change.share_id = other.id;
  change.expires = std::optional<std::chrono::seconds>();
  EXPECT_FALSE(changed(change).expires_at);
}

TEST_F(ChangingTest, WhatIsHiddenIsNotOnThePageAnyMore) {
  write_file(
      session_,
      session_text("11111111-1111-4111-8111-111111111111", "First prompt") +
          R"({"type":"assistant","uuid":"t1","parentUuid":"a-1","sessionId":"11111111-1111-4111-8111-111111111111",)"
          R"("cwd":"/work/demo","timestamp":"2026-01-02T03:04:07.000Z","isSidechain":false,"message":{"id":"m2",)"
          R"("role":"assistant","model":"m","content":[{"type":"thinking","thinking":"Secret musing"},)"
          R"({"type":"text","text":"Second answer."}]}})"
          "\n");
  const Share started = share(local());
  EXPECT_THAT(get(started).text, HasSubstr("Secret musing"));
  auto change = of(started);
  change.hide = std::vector<std::string>{"thinking"};
  changed(change);
  EXPECT_THAT(get(started).text, Not(HasSubstr("Secret musing")));
  EXPECT_THAT(get(started).text, HasSubstr("Second answer."));
}

}  // namespace
}  // namespace panko::test
