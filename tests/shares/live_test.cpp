// A share that follows its session, and what becomes of it when it is frozen (shares/changing.cpp).
#include "sqlite/database.hpp"
#include "tests/shares/fixture.hpp"
#include "tests/shares/full_disk.hpp"

namespace panko::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kId = "11111111-1111-4111-8111-111111111111";
constexpr const char* kOther = "22222222-2222-4222-8222-222222222222";

class LiveTest : public SharesTest {
 protected:
  StartShareOptions live() {
    auto options = local();
    options.live = true;
    return options;
  }
  /// A prompt of the same session, behind what is there.
  void say(const std::string& prompt) const {
    std::ofstream(session_, std::ios::app) << fmt::format(
        "{{\"type\":\"user\",\"uuid\":\"{0}\",\"parentUuid\":null,\"sessionId\":\"{1}\",\"cwd\":\"/work/demo\","
        "\"timestamp\":\"2026-01-02T03:05:00.000Z\",\"isSidechain\":false,"
        "\"message\":{{\"role\":\"user\",\"content\":\"{0}\"}}}}\n",
        prompt, kId);
  }
  Share frozen(const std::string& id) { return run(service().change({.share_id = id, .freeze = true})); }
  std::string on_disk(const std::string& column) const {
    return Database(places_.database).query_text(("SELECT " + column + " FROM share_details").c_str());
  }
};

TEST_F(LiveTest, ThePageFollowsTheSession) {
  const Share started = share(live());
  EXPECT_TRUE(started.live);
  EXPECT_THAT(get(started).text, HasSubstr("First prompt"));
  say("Second-prompt");
  EXPECT_THAT(get(started).text, HasSubstr("Second-prompt"));
  say("Third-prompt");
  EXPECT_THAT(get(started).text, HasSubstr("Third-prompt"));
}

TEST_F(LiveTest, ASnapshotOfTheSameSessionIsAnotherShare) {
  const Share following = share(live());
  const StartedShare snapshot = run(service().start(local()));
  EXPECT_FALSE(snapshot.existing);
  EXPECT_NE(snapshot.share.token, following.token);
  EXPECT_TRUE(run(service().start(live())).existing);
  EXPECT_EQ(run(service().start(live())).share.id, following.id);
  EXPECT_EQ(run(service().start(local())).share.id, snapshot.share.id);
  say("Second-prompt");
  EXPECT_THAT(get(following).text, HasSubstr("Second-prompt"));
  EXPECT_THAT(get(snapshot.share).text, Not(HasSubstr("Second-prompt")));
}

TEST_F(LiveTest, ItStaysLiveAcrossACrashAndAnUndoneStop) {
  const Share started = share(live());
  drop_service();
  EXPECT_TRUE(row(started.id).live);
  say("Second-prompt");
  EXPECT_THAT(get(started).text, HasSubstr("Second-prompt"));
  run(service().stop(started.id));
  EXPECT_TRUE(service().restore(started.id).live);
  say("Third-prompt");
  EXPECT_THAT(get(started).text, HasSubstr("Third-prompt"));
}

TEST_F(LiveTest, AnotherSessionIsNeverShown) {
  const Share started = share(live());
  EXPECT_EQ(get(started).status, 200U);
  const std::string own = session_text(kId, "First prompt");
  write_file(session_, session_text(kOther, "Secret of another, and more of it"));  // longer, as if it had grown
  const Answer answer = get(started);
  EXPECT_EQ(answer.status, 503U);
  EXPECT_THAT(answer.text, Not(HasSubstr("Secret of another")));
  run_until_status(started.id, ShareStatus::error);
  EXPECT_NE(row(started.id).error, "");
  write_file(session_, own);
  run_until_status(started.id, ShareStatus::active);
  EXPECT_THAT(get(started).text, HasSubstr("First prompt"));
}

TEST_F(LiveTest, AnotherSessionIsAnErrorBeforeAnybodyVisits) {
  const Share started = share(live());
  write_file(scratch_ / "other", session_text(kOther, "Secret of another"));
  std::filesystem::rename(scratch_ / "other", session_);
  run_until_status(started.id, ShareStatus::error);
  EXPECT_EQ(get(started).status, 503U);
}

TEST_F(LiveTest, FrozenItEndsWhereTheSessionEndsThen) {
  const Share started = share(live());
  say("Second-prompt");
  EXPECT_THAT(get(started).text, HasSubstr("Second-prompt"));
  std::vector<std::string> heard;
  const auto listener = service().subscribe([&](const Share& changed) {
    if (!changed.live) heard.push_back(on_disk("live"));
  });
  const Share after = frozen(started.id);
  ASSERT_THAT(heard, Not(testing::IsEmpty()));
  EXPECT_EQ(heard.front(), "0") << "the row comes first";
  EXPECT_FALSE(after.live);
  EXPECT_TRUE(after.frozen_at);
  EXPECT_EQ(after.public_url, started.public_url);
  EXPECT_EQ(after.status, ShareStatus::active);
  EXPECT_EQ(after.expires_at, started.expires_at);
  say("Third-prompt");
  const std::string page = get(started).text;
  EXPECT_THAT(page, HasSubstr("Second-prompt"));
  EXPECT_THAT(page, Not(HasSubstr("Third-prompt")));

  drop_service();
  EXPECT_FALSE(row(started.id).live) << "for the next daemon too";
  EXPECT_EQ(row(started.id).snapshot_end, after.snapshot_end);
  EXPECT_EQ(std::chrono::floor<std::chrono::seconds>(row(started.id).frozen_at.value_or(WallTime{})),
            std::chrono::floor<std::chrono::seconds>(after.frozen_at.value_or(WallTime{})));
  EXPECT_THAT(get(started).text, Not(HasSubstr("Third-prompt")));
}

TEST_F(LiveTest, AFrozenShareIsStillWatchedAndCanBeStopped) {
  const Share started = share(live());
  (void)frozen(started.id);
  std::filesystem::rename(session_, scratch_ / "away");
  run_until_status(started.id, ShareStatus::error);
  std::filesystem::rename(scratch_ / "away", session_);
  run_until_status(started.id, ShareStatus::active);
  run(service().stop(started.id));
  EXPECT_EQ(get(started).status, 410U);
}

TEST_F(LiveTest, ToFreezeASnapshotIsNothing) {
  const Share started = share(local());
  const Share after = frozen(started.id);
  EXPECT_EQ(after.snapshot_end, started.snapshot_end);
  EXPECT_FALSE(after.frozen_at);
  const Share following = share(live());
  const Share first = frozen(following.id);
  say("Second-prompt");
  EXPECT_EQ(frozen(following.id).snapshot_end, first.snapshot_end) << "it is frozen once";
}

TEST_F(LiveTest, TwoAtOnceAreOne) {
  const Share started = share(live());
  std::vector<std::uint64_t> ends;
  for (int i = 0; i < 2; ++i) {
    asio::co_spawn(loop_, service().change({.share_id = started.id, .freeze = true}),
                   [&](const std::exception_ptr&, const Share& share) { ends.push_back(share.snapshot_end); });
  }
  run_until([&] { return ends.size() == 2; });
  EXPECT_EQ(ends[0], ends[1]);
  EXPECT_EQ(get(started).status, 200U);
}

TEST_F(LiveTest, WhatIsStoppedOrUnknownIsNotFrozen) {
  EXPECT_EQ(failure_of(service().change({.share_id = "nobody", .freeze = true})),
            "There is no share nobody; see: panko shares --all.");
  const Share started = share(live());
  run(service().stop(started.id));
  EXPECT_EQ(failure_of(service().change({.share_id = started.id, .freeze = true})),
            "The share is stopped: its link shows nothing, and there is nothing to change.");
  EXPECT_TRUE(row(started.id).live);
}

TEST_F(LiveTest, AStopWhileItIsBeingFrozenGoesFirst) {
  const Share started = share(live());
  std::string refused;
  bool done = false;
  asio::co_spawn(loop_, service().change({.share_id = started.id, .freeze = true}),
                 [&](const std::exception_ptr& thrown, const Share&) {
                   done = true;
                   try {
                     if (thrown) std::rethrow_exception(thrown);
                   } catch (const Failure& failure) {
                     refused = failure.error().message;
                   }
                 });
  loop_.restart();
  loop_.poll_one();  // it has asked for the snapshot
  run(service().stop(started.id));
  run_until([&] { return done; });
  EXPECT_THAT(refused, StartsWith("The share is stopped"));
  EXPECT_EQ(get(started).status, 410U);
}

TEST_F(LiveTest, WithoutItsSessionNothingChanges) {
  const Share started = share(live());
  std::filesystem::rename(session_, scratch_ / "away");
  EXPECT_THAT(failure_of(service().change({.share_id = started.id, .freeze = true})),
              StartsWith("The share could not be frozen: "));
  EXPECT_TRUE(row(started.id).live);
  write_file(session_, session_text(kOther, "Secret of another"));
  EXPECT_THAT(failure_of(service().change({.share_id = started.id, .freeze = true})),
              HasSubstr("is another session now"));
  EXPECT_TRUE(row(started.id).live);
  EXPECT_EQ(on_disk("live"), "1");
  std::filesystem::rename(scratch_ / "away", session_);
  EXPECT_FALSE(frozen(started.id).live);
  run_until_status(started.id, ShareStatus::active);
  EXPECT_THAT(get(started).text, HasSubstr("First prompt"));
}

TEST_F(LiveTest, OnADiskThatTakesNoWritesItIsFrozenAllTheSame) {
  const Share started = share(live());
  {
    const FullDisk full;
    EXPECT_THAT(failure_of(service().change({.share_id = started.id, .freeze = true})),
                StartsWith("The share is changed, but that could not be written"));
  }
  say("Second-prompt");
  EXPECT_THAT(get(started).text, Not(HasSubstr("Second-prompt")));
  run_until([&] { return on_disk("live") == "0"; });  // once there is room
}

TEST_F(LiveTest, FrozenWhileItStartsItComesUpFrozen) {
  fake_script = scratch_ / "tunnel.sh";
  seams_.providers = kProvidersWithFake;
  write_file(fake_script,
             fmt::format("while [ ! -e '{}' ]; do sleep 0.01; done\necho url https://t.example\necho ready\n"
                         "exec sleep 1000\n",
                         (scratch_ / "go").native()));
  auto options = live();
  options.provider = "fake";
  Share up;
  bool done = false;
  asio::co_spawn(loop_, service().start(options), [&](const std::exception_ptr&, StartedShare started) {
    up = std::move(started.share);
    done = true;
  });
  run_until([&] { return !service().children().empty(); });
  const std::string id = service().list()[0].id;
  EXPECT_FALSE(frozen(id).live);
  say("Second-prompt");
  write_file(scratch_ / "go", "");
  run_until([&] { return done; });
  EXPECT_FALSE(up.live);
  const Answer page = get(up.local_port, "/s/" + up.token + "/", "t.example");
  EXPECT_THAT(page.text, HasSubstr("First prompt"));
  EXPECT_THAT(page.text, Not(HasSubstr("Second-prompt")));
}

}  // namespace
}  // namespace panko::test
