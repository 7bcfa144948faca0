// After a stop the share's own link is asked; and what is written down of all that happens.
#include "tests/shares/fixture.hpp"

namespace panko::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> events_of(ShareService& service, const std::string& id) {
  std::vector<std::string> events;
  for (const AuditEntry& entry : service.audit())
    if (entry.share_id == id) events.push_back(entry.event);
  return events;
}

using StoppingTest = SharesTest;
using StoppingTunnelTest = TunnelsTest;

TEST_F(StoppingTest, TheLinkOfAShareHereIsAskedItself) {
  const Share started = share(local());
  EXPECT_EQ(run(service().stop(started.id)), "checked");
  EXPECT_EQ(run(service().stop(started.id)), "") << "it was stopped before";
  EXPECT_EQ(service().audit().back().event, "gone");
  EXPECT_EQ(service().audit().back().detail, "checked: its link answers 410");
}

TEST_F(StoppingTunnelTest, ThePublicUrlIsAskedAndWhatItAnswersIsSaid) {
  const std::vector<std::pair<std::optional<unsigned>, std::string>> answers{
      {410U, "checked"}, {0U, "unreachable"}, {200U, "still there"}, {502U, "still there"}, {std::nullopt, ""}};
  for (const auto& [status, gone] : answers) {
    const Share started = share(fake());
    public_status_ = status;
    asked_.clear();
    EXPECT_EQ(run(service().stop(started.id)), gone);
    EXPECT_THAT(asked_, ElementsAre(started.public_url));
    const auto entry = service().audit().back();
    EXPECT_EQ(entry.event, gone.empty() ? "stopped" : "gone");
    EXPECT_THAT(entry.detail, Not(HasSubstr(started.token)));
  }
}

TEST_F(StoppingTunnelTest, ItIsStoppedBeforeItsLinkIsAsked) {
  const Share started = share(fake());
  ShareStatus then = ShareStatus::active;
  unsigned answered = 0;
  seams_.ask_public_status = {};
  end_service();
  seams_.ask_public_status = [&](const std::string&,
                                 std::chrono::milliseconds) -> asio::awaitable<std::optional<unsigned>> {
    then = row(started.id).status;
    const auto answer = co_await get_async(row(started.id).local_port, "/s/" + started.token + "/", "localhost");
    answered = answer.status;
    co_return answer.status;
  };
  run_until_status(started.id, ShareStatus::active);
  EXPECT_EQ(run(service().stop(started.id)), "checked");
  EXPECT_EQ(then, ShareStatus::stopped);
  EXPECT_EQ(answered, 410U);
}

TEST_F(StoppingTest, EverythingThatHappensToAShareIsWrittenDown) {
  auto options = local();
  options.hide = {"tools"};
  options.password = "made-up and long";
  options.max_views = 3;
  const Share started = share(options);
  run_until([&] { return row(started.id).secrets_masked.has_value(); });
  ShareChange change;
  change.share_id = started.id;
  change.password = "";
  change.max_views = 0;
  change.downloads = true;
  (void)run(service().change(change));
  EXPECT_EQ(get(started).status, 200U);
  EXPECT_EQ(look(started).status, 204U);
  EXPECT_EQ(look(started).status, 204U);
  (void)run(service().stop(started.id));
  (void)service().restore(started.id);
  end_service();
  (void)get(row(started.id));
  run(service().stop_all());
  EXPECT_THAT(events_of(service(), started.id),
              ElementsAre("started", "masked", "changed", "viewed", "stopped", "gone", "changed", "stopped"))
      << "the next daemon's pass found the same";
  std::vector<std::string> details;
  for (const AuditEntry& entry : service().audit()) {
    EXPECT_EQ(entry.session_name, "First prompt");
    EXPECT_THAT(entry.detail, Not(HasSubstr(started.token)));
    EXPECT_THAT(entry.detail, Not(HasSubstr("made-up")));
    details.push_back(entry.detail);
  }
  EXPECT_EQ(details[0], "local, expires in 7d, masked, tools hidden, with a password, 3 views at most");
  EXPECT_EQ(details[2], "no password, any number of views, downloads allowed");
}

TEST_F(StoppingTunnelTest, AnotherLinkAndAnErrorAreWrittenDownWithoutThem) {
  const Share started = share(fake());
  ::kill(tunnel().status.pid, SIGKILL);
  run_until([&] { return row(started.id).url_changed_at.has_value(); });
  const auto events = events_of(service(), started.id);
  EXPECT_THAT(events, testing::IsSupersetOf({"error", "url"}));
  for (const AuditEntry& entry : service().audit()) EXPECT_THAT(entry.detail, Not(HasSubstr(started.token)));
}

}  // namespace
}  // namespace panko::test
