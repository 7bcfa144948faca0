// What a project's own file lets be shared of it.
#include "tests/shares/fixture.hpp"

namespace panko::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kId = "11111111-1111-4111-8111-111111111111";

class PoliciesTest : public SharesTest {
 protected:
  PoliciesTest() {
    std::filesystem::create_directories(directory_ / "deep");
    std::string text = session_text(kId, "A prompt about Vandelay");
    for (std::size_t at = 0; (at = text.find("/work/demo", at)) != std::string::npos;)
      text.replace(at, 10, (directory_ / "deep").native());
    write_file(session_, text);
  }
  void say(const std::string& text) const { write_file(file_, text); }
  std::string refusal(StartShareOptions options) { return failure_of(service().start(std::move(options))); }
  StartShareOptions for_ever() {
    auto options = local();
    options.expires = std::optional<std::chrono::seconds>();
    return options;
  }

  std::filesystem::path directory_ = scratch_ / "work";
  std::filesystem::path file_ = directory_ / ".panko.toml";
};

TEST_F(PoliciesTest, WhatItForbidsLeavesNoRowAndTheSentenceNamesTheFile) {
  say("share = false\n");
  EXPECT_THAT(refusal(local()), AllOf(HasSubstr("are not shared"), HasSubstr(file_.native())));
  say("providers = [\"cloudflare\", \"ssh\"]\n");
  EXPECT_THAT(refusal(local()), AllOf(HasSubstr("by local; it allows cloudflare, ssh."), HasSubstr(file_.native())));
  say("mask = [\"Vandelay\"]\n");
  auto options = local();
  options.unmasked = true;
  EXPECT_THAT(refusal(options), AllOf(HasSubstr("not shared unmasked"), HasSubstr(file_.native())));
  say("longest_expiry = \"2d\"\n");
  EXPECT_THAT(refusal(for_ever()), AllOf(HasSubstr("for 2d at most"), HasSubstr(file_.native())));
  options = local();
  options.expires = std::chrono::seconds(std::chrono::days(3));
  EXPECT_THAT(refusal(options), HasSubstr("for 2d at most"));
  say("shares = 1\n");
  EXPECT_THAT(refusal(local()), AllOf(HasSubstr("did you mean \"share\"?"), HasSubstr(file_.native())));
  EXPECT_THAT(failure_of(service().scan(session_, false)), HasSubstr(file_.native()));
  EXPECT_TRUE(service().list().empty());
}

TEST_F(PoliciesTest, WithoutAWishTheShorterOfDefaultAndLimitCounts) {
  say("longest_expiry = \"2d\"\n");
  EXPECT_EQ(share(local()).expires_after, std::chrono::days(2));
  say("longest_expiry = \"30d\"\n");
  auto options = local();
  options.own_tunnel = true;
  EXPECT_EQ(share(options).expires_after, Config::kDefaultExpiry);
  options.expires = std::chrono::seconds(60);
  EXPECT_EQ(share(options).expires_after, std::chrono::seconds(60));
}

TEST_F(PoliciesTest, ItsWordsAreMaskedAndNoFlagLoosensThat) {
  say("mask = [\"Vandelay\"]\n");
  auto options = local();
  options.personal_shown = true;
  for (const auto& wish : {local(), options}) {
    const Share started = share(wish);
    EXPECT_THAT(get(started).text, AllOf(HasSubstr("A prompt about"), Not(HasSubstr("Vandelay"))));
    EXPECT_THAT(started.session_name, Not(HasSubstr("Vandelay")));
  }
}

TEST_F(PoliciesTest, TheNextDaemonMasksThemToo) {
  say("mask = [\"Vandelay\"]\n");
  const Share started = share(local());
  drop_service();
  EXPECT_THAT(get(row(started.id)).text, AllOf(HasSubstr("A prompt about"), Not(HasSubstr("Vandelay"))));
  run(service().stop(started.id));
  (void)service().restore(started.id);
  EXPECT_THAT(get(started).text, Not(HasSubstr("Vandelay")));
}

TEST_F(PoliciesTest, WhatIsForbiddenMeanwhileIsNotServedByTheNextDaemonUntilThatIsMended) {
  const Share started = share(local());
  for (const char* text : {"share = false\n", "gibberish\n"}) {
    say(text);
    end_service();
    seams_.take_up_rest = 20ms;
    EXPECT_EQ(row(started.id).status, ShareStatus::error);
    EXPECT_THAT(row(started.id).error, HasSubstr(file_.native()));
    EXPECT_NE(get(started).status, 200U);
    std::filesystem::remove(file_);
    run_until_status(started.id, ShareStatus::active);
    EXPECT_EQ(get(started).status, 200U);
  }
}

TEST_F(PoliciesTest, AChangeObeysItToo) {
  const Share started = share(local());
  say("longest_expiry = \"2d\"\n");
  ShareChange change;
  change.share_id = started.id;
  change.expires = std::optional<std::chrono::seconds>();
  EXPECT_THAT(failure_of(service().change(change)), HasSubstr("for 2d at most"));
  change.expires = std::chrono::seconds(std::chrono::days(1));
  EXPECT_EQ(run(service().change(change)).expires_after, std::chrono::days(1));
  for (const char* text : {"share = 1\n", "share = false\n"}) {
    say(text);
    EXPECT_THAT(failure_of(service().change(change)), HasSubstr(file_.native()));
    EXPECT_EQ(get(started).status, 200U) << "what was shared before is the owner's to stop";
  }
}

}  // namespace
}  // namespace panko::test
