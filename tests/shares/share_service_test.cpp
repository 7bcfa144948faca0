#include "shares/share_service.hpp"

#include "sqlite/database.hpp"
#include "tests/shares/fixture.hpp"
#include "tests/shares/full_disk.hpp"

namespace panko::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

using ShareServiceTest = SharesTest;

TEST_F(ShareServiceTest, AStartedShareIsServed) {
  const Share started = share(local());
  EXPECT_THAT(started.id, MatchesRegex("[0-9a-f-]{36}"));
  EXPECT_EQ(started.status, ShareStatus::active);
  EXPECT_EQ(started.session_name, "First prompt");
  EXPECT_EQ(started.session_path, std::filesystem::canonical(session_));
  EXPECT_EQ(started.provider_name, "local");
  EXPECT_EQ(started.public_url, fmt::format("http://127.0.0.1:{}/s/{}/", started.local_port, started.token));
  EXPECT_TRUE(started.local_port >= 20000 && started.local_port <= 29999);
  EXPECT_EQ(std::chrono::round<std::chrono::hours>(started.expires_at.value_or(WallTime{}) - started.started_at),
            7 * 24h);
  const Answer answer = get(started);
  EXPECT_EQ(answer.status, 200U);
  EXPECT_THAT(answer.text, HasSubstr("First prompt"));
  EXPECT_EQ(service().list().size(), 1U);
}

TEST_F(ShareServiceTest, IntentIsOnDiskBeforeAnythingIsServed) {
  std::vector<std::string> seen;
  const auto listener = service().subscribe([&](const Share& share) {
    Database reader(places_.database);
    seen.push_back(fmt::format("{} {} {}", reader.query_text("SELECT status FROM shares"), share.public_url.empty(),
                               share.local_port == 0));
  });
  (void)share(local());
  EXPECT_THAT(seen, testing::ElementsAre("starting true true", "active false false"));
}

TEST_F(ShareServiceTest, TheSameSessionWithTheSameOptionsIsTheSameShare) {
  const Share first = share(local());
  std::filesystem::create_symlink(session_, scratch_ / "link.jsonl");
  auto again = local();
  again.session_path = scratch_ / "link.jsonl";
  const StartedShare second = run(service().start(again));
  EXPECT_TRUE(second.existing);
  EXPECT_EQ(second.share.id, first.id);

  auto other = local();
  other.expires = std::optional(std::chrono::seconds(3600));
  const StartedShare third = run(service().start(other));
  EXPECT_FALSE(third.existing);
  EXPECT_NE(third.share.token, first.token);
  EXPECT_EQ(third.share.local_port, first.local_port) << "one gateway";
  other.expires = std::optional<std::chrono::seconds>();
  EXPECT_FALSE(run(service().start(other)).share.expires_at) << "never";
  other = local();
  other.own_tunnel = true;
  EXPECT_NE(share(other).local_port, first.local_port);
  run(service().stop(first.id));
  EXPECT_FALSE(run(service().start(local())).existing) << "a stopped one is no share to go back to";
}

TEST_F(ShareServiceTest, AnotherSessionUnderTheSamePathIsAnotherShare) {
  const Share first = share(local());
  write_file(session_, session_text("22222222-2222-4222-8222-222222222222", "Other prompt"));
  EXPECT_FALSE(run(service().start(local())).existing);
  EXPECT_EQ(service().list().size(), 2U);
}

TEST_F(ShareServiceTest, AStoppedShareIsGone) {
  const Share started = share(local());
  run(service().stop(started.id));
  EXPECT_EQ(row(started.id).status, ShareStatus::stopped);
  EXPECT_TRUE(row(started.id).stopped_at);
  EXPECT_EQ(get(started).status, 410U);
  run(service().stop(started.id));
  EXPECT_THAT(failure_of(service().stop("nobody")), HasSubstr("There is no share nobody"));
}

TEST_F(ShareServiceTest, OthersOfTheGatewayGoOn) {
  const Share first = share(local());
  auto options = local();
  options.expires = std::optional<std::chrono::seconds>();
  const Share second = share(options);
  run(service().stop(first.id));
  EXPECT_EQ(get(second).status, 200U);
}

TEST_F(ShareServiceTest, WhatIsRefusedLeavesNoRow) {
  auto options = local();
  options.provider = "locl";
  EXPECT_EQ(failure_of(service().start(options)), "There is no provider \"locl\"; did you mean \"local\"?");
  options.provider = "zzzzzzzz";
  EXPECT_THAT(failure_of(service().start(options)), HasSubstr("there are: local"));

  options = local();
  options.session_path = scratch_ / "none.jsonl";
  EXPECT_THAT(failure_of(service().start(options)), HasSubstr("none.jsonl"));
  options.session_path = scratch_.path();
  EXPECT_THAT(failure_of(service().start(options)), HasSubstr("directory"));
  write_file(scratch_ / "text.jsonl", "no session\n");
  options.session_path = scratch_ / "text.jsonl";
  EXPECT_NE(failure_of(service().start(options)), "");

  options = local();
  options.bind = "192.0.2.77";
  EXPECT_THAT(failure_of(service().start(options)), HasSubstr("no address of this machine"));
  options = local();
  options.expires = std::optional(std::chrono::seconds(0));
  EXPECT_THAT(failure_of(service().start(options)), HasSubstr("never"));
  EXPECT_TRUE(service().list().empty());
}

TEST_F(ShareServiceTest, AnAddressToBindIsForLocalAlone) {
  fake_script = scratch_ / "tunnel.sh";
  fake_script = scratch_ / "script";
  seams_.providers = kProvidersWithFake;
  write_file(fake_script, "");
  seams_.providers = kProvidersWithFake;
  auto options = local();
  options.provider = "fake";
  options.bind = "127.0.0.1";
  EXPECT_THAT(failure_of(service().start(options)), HasSubstr("for provider \"local\" only"));
  EXPECT_TRUE(service().list().empty());
}

TEST_F(ShareServiceTest, AnotherAddressIsAnotherGateway) {
  auto options = local();
  const Share plain = share(options);
  options.bind = "127.0.0.1";
  EXPECT_TRUE(run(service().start(options)).existing) << "that is the default";
  options.bind = "127.0.0.2";
  const Share bound = share(options);
  EXPECT_NE(bound.local_port, plain.local_port);
  EXPECT_THAT(bound.public_url, testing::StartsWith(fmt::format("http://127.0.0.2:{}/", bound.local_port)));
  EXPECT_EQ(get(bound).status, 0U) << "it does not listen at 127.0.0.1";
}

TEST_F(ShareServiceTest, NoMoreThanMaxShares) {
  config_.max_shares = 1;
  const Share first = share(local());
  auto options = local();
  options.own_tunnel = true;
  EXPECT_EQ(failure_of(service().start(options)),
            "1 shares are up, as many as max_shares allows; stop one, or raise max_shares.");
  EXPECT_TRUE(run(service().start(local())).existing) << "that is not one more";
  run(service().stop(first.id));
  EXPECT_EQ(share(options).status, ShareStatus::active);
}

TEST_F(ShareServiceTest, AtTheConfiguredPort) {
  asio::ip::tcp::acceptor probe(loop_, {asio::ip::address_v4::loopback(), 0});
  const auto port = probe.local_endpoint().port();
  config_.default_port = port;
  const Share busy = share(local());
  EXPECT_NE(busy.local_port, port) << "somebody else has it";
  end_service();
  std::filesystem::remove(places_.database);
  probe.close();
  EXPECT_EQ(share(local()).local_port, port);
}

TEST_F(ShareServiceTest, EqualStartsAtOnceAreOneShare) {
  int done = 0;
  std::set<std::string> ids;
  int existing = 0;
  for (int i = 0; i < 5; ++i) {
    asio::co_spawn(loop_, service().start(local()), [&](const std::exception_ptr& error, const StartedShare& started) {
      EXPECT_FALSE(error);
      ids.insert(started.share.id);
      existing += started.existing ? 1 : 0;
      ++done;
    });
  }
  run_until([&] { return done == 5; });
  EXPECT_EQ(ids.size(), 1U);
  EXPECT_EQ(existing, 4);
}

TEST_F(ShareServiceTest, AnExpiredShareEndsByItself) {
  auto options = local();
  options.expires = std::optional(std::chrono::seconds(1));
  const Share started = share(options);
  EXPECT_EQ(get(started).status, 200U);
  run_until_status(started.id, ShareStatus::stopped);
  EXPECT_GE(wall_now(), started.expires_at.value_or(WallTime::max()));
  EXPECT_EQ(get(started).status, 410U);
  EXPECT_EQ(row(started.id).error, "");
}

TEST_F(ShareServiceTest, ASessionThatIsGoneIsAnErrorUntilItIsBack) {
  const Share started = share(local());
  std::filesystem::rename(session_, scratch_ / "away");
  run_until_status(started.id, ShareStatus::error);
  EXPECT_THAT(row(started.id).error, HasSubstr(session_.filename().native()));
  EXPECT_EQ(row(started.id).public_url, started.public_url);
  EXPECT_EQ(get(started).status, 503U);
  std::filesystem::rename(scratch_ / "away", session_);
  run_until_status(started.id, ShareStatus::active);
  EXPECT_EQ(row(started.id).error, "");
  EXPECT_EQ(get(started).status, 200U);
}

TEST_F(ShareServiceTest, AnotherSessionIsNeverPublishedUnderAnOldToken) {
  const Share started = share(local());
  write_file(session_, session_text("22222222-2222-4222-8222-222222222222", "Secret of another"));
  const Answer answer = get(started);
  EXPECT_EQ(answer.status, 503U);
  EXPECT_THAT(answer.text, testing::Not(HasSubstr("Secret")));
  run_until_status(started.id, ShareStatus::error);
  EXPECT_THAT(row(started.id).error, testing::Not(HasSubstr("Secret")));
}

TEST_F(ShareServiceTest, WhatIsWrittenAfterwardsIsNotPublished) {
  const Share started = share(local());
  std::ofstream(session_, std::ios::app)
      << "{\"type\":\"user\",\"uuid\":\"late\",\"sessionId\":\"11111111-1111-4111-8111-111111111111\","
         "\"parentUuid\":\"a-11111111-1111-4111-8111-111111111111\",\"timestamp\":\"2099-01-02T03:04:05.000Z\","
         "\"message\":{\"role\":\"user\",\"content\":\"A late secret\"}}\n";
  run_for(50ms);
  const Answer answer = get(started);
  EXPECT_EQ(answer.status, 200U);
  EXPECT_THAT(answer.text, testing::Not(HasSubstr("late secret")));
  EXPECT_EQ(row(started.id).status, ShareStatus::active);
}

TEST_F(ShareServiceTest, StopAllStopsEveryRow) {
  const Share first = share(local());
  auto options = local();
  options.own_tunnel = true;
  const Share second = share(options);
  run(service().stop_all());
  EXPECT_EQ(get(first).status, 0U);
  EXPECT_EQ(get(second).status, 0U);
  drop_service();
  Database reader(places_.database);
  EXPECT_EQ(reader.query_integer("SELECT count(*) FROM shares WHERE status = 'stopped'"), 2);
}

TEST_F(ShareServiceTest, SuspendedItStartsNothing) {
  (void)service();
  run(service().suspend());
  EXPECT_THAT(failure_of(service().start(local())), HasSubstr("The daemon is ending"));
  EXPECT_TRUE(service().list().empty());
}

TEST_F(ShareServiceTest, ProvidersSayWhatIsMissing) {
  fake_script = scratch_ / "none";
  seams_.providers = kProvidersWithFake;
  const auto states = run(service().providers());
  ASSERT_EQ(states.size(), 3U);
  EXPECT_EQ(states[0].name, "local");
  EXPECT_TRUE(!states[0].obstacle);
  EXPECT_FALSE(states[0].traits.is_public);
  EXPECT_FALSE(!states[1].obstacle);
  ASSERT_TRUE(states[1].obstacle);
  EXPECT_EQ(states[1].obstacle->sentence, "The script is missing; write one.");
  EXPECT_TRUE(states[1].traits.is_public);
  auto options = local();
  options.provider = "fake";
  EXPECT_EQ(failure_of(service().start(options)), "The script is missing; write one. Run: touch script");
  EXPECT_TRUE(service().list().empty());
}

TEST_F(ShareServiceTest, TakesOverWhatWasMendedInTheConfiguration) {
  places_.config_file = scratch_ / "config.toml";
  fake_script = scratch_ / "script";
  seams_.providers = kProvidersWithFake;
  write_file(fake_script, "");
  auto write_config = [&, time = std::filesystem::file_time_type::clock::now()](const char* text) mutable {
    write_file(places_.config_file, text);
    std::filesystem::last_write_time(places_.config_file, time += 1s);
  };
  const auto obstacle = [&] {
    const auto states = run(service().providers());
    return states[1].obstacle ? states[1].obstacle->sentence : "";
  };
  EXPECT_EQ(obstacle(), "");
  write_config("[providers.fake]\ncolour = \"red\"\n");
  EXPECT_THAT(obstacle(), testing::HasSubstr("no key \"colour\""));
  write_config("[providers.fake\n");  // somebody is writing it just now
  EXPECT_THAT(obstacle(), testing::HasSubstr("no key \"colour\""));
  write_config("# nothing\n");
  EXPECT_EQ(obstacle(), "");
}

TEST_F(ShareServiceTest, OnAFullDiskNothingIsPublished) {
  bool fill = false;
  std::optional<FullDisk> full;
  // The clock is asked right before the row is written.
  seams_.wall_clock = [&] {
    if (fill && !full) full.emplace();
    return wall_now();
  };
  (void)service();
  fill = true;
  const std::string failure = failure_of(service().start(local()));
  full.reset();
  EXPECT_THAT(failure, HasSubstr("state.db cannot be"));
  EXPECT_TRUE(service().list().empty());
}

TEST_F(ShareServiceTest, OnADiskThatTakesNoWritesAShareStillEnds) {
  const Share started = share(local());
  std::string failure;
  {
    const FullDisk full;
    failure = failure_of(service().stop(started.id));
    EXPECT_EQ(get(started).status, 410U);
  }
  EXPECT_THAT(failure, HasSubstr("The share is served no more, but that could not be written"));
  EXPECT_EQ(row(started.id).status, ShareStatus::stopped);
  // The next thing that can be written takes the row along.
  (void)share(local());
  Database reader(places_.database);
  EXPECT_EQ(reader.query_integer("SELECT count(*) FROM shares WHERE status = 'stopped'"), 1);
}

TEST_F(ShareServiceTest, OnADiskThatTakesNoWritesAShareStillExpires) {
  auto options = local();
  options.expires = std::optional(std::chrono::seconds(1));
  const Share started = share(options);
  const FullDisk full;
  run_until_status(started.id, ShareStatus::stopped);
  EXPECT_EQ(get(started).status, 410U);
}

}  // namespace
}  // namespace panko::test
