#include "shares/scans.hpp"

#include "tests/shares/fixture.hpp"

namespace panko::test {
namespace {

using testing::HasSubstr;

constexpr const char* kId = "11111111-1111-4111-8111-111111111111";
const std::string kKey = "ghp_" + std::string("madeUpForThisTest0123456789ABCDEFxyz");

class ScansTest : public SharesTest {
 protected:
  ScansTest() { write_file(session_, session_text(kId, "The key is " + kKey)); }
  std::shared_ptr<const ScannedSession> scan(bool personal_shown = false) {
    return run(service().scan(session_, personal_shown));
  }
};

TEST_F(ScansTest, TellsWhatWouldBeMaskedAndNeverAValue) {
  const auto found = scan();
  EXPECT_EQ(found->counts.secrets, 1U);
  ASSERT_FALSE(found->findings.empty());
  EXPECT_EQ(found->left_out, 0U);
  for (const SessionFinding& finding : found->findings) {
    EXPECT_EQ(finding.context.find(kKey), std::string::npos);
    EXPECT_EQ(finding.value.sample.find(kKey), std::string::npos);
    EXPECT_EQ(finding.value.hash.size(), 64U);
  }
  EXPECT_TRUE(service().list().empty()) << "nothing is shared by that";
  EXPECT_THAT(failure_of(service().scan(scratch_ / "none.jsonl", false)), HasSubstr("none.jsonl"));
}

TEST_F(ScansTest, AskedAgainItIsTheSamePass) {
  const auto first = scan();
  EXPECT_EQ(scan(), first);
  EXPECT_NE(scan(true), first) << "for other eyes";
  std::shared_ptr<const ScannedSession> both[2];
  write_file(session_, session_text(kId, "Another key is " + kKey));
  for (auto& one : both)
    asio::co_spawn(loop_, service().scan(session_, false),
                   [&one](const std::exception_ptr&, std::shared_ptr<const ScannedSession> found) { one = found; });
  run_until([&] { return both[0] && both[1]; });
  EXPECT_EQ(both[0], both[1]) << "two at once are one";
  EXPECT_NE(both[0], first) << "the session has changed";
}

TEST_F(ScansTest, TheShareThatFollowsGoesOnWithIt) {
  const WallTime before = wall_now();
  (void)scan();
  run_for(20ms);
  const WallTime after = wall_now();
  const Share started = share(local());
  ASSERT_TRUE(started.frozen_at) << "it shows what was looked at, as of then";
  EXPECT_GE(*started.frozen_at, before - 1ms);
  EXPECT_LE(*started.frozen_at, after);
  EXPECT_EQ(get(started).status, 200U);
  EXPECT_EQ(get(started).text.find(kKey), std::string::npos);
  EXPECT_EQ(row(started.id).secrets_masked, 1U);

  (void)scan(true);
  EXPECT_FALSE(run(service().start([&] {
                 auto options = local();
                 options.own_tunnel = true;
                 return options;
               }()))
                   .share.frozen_at)
      << "that one was for other eyes";
}

TEST_F(ScansTest, WhatHasGrownSinceIsLookedAtAnew) {
  (void)scan();
  std::ofstream(session_, std::ios::app)
      << R"({"type":"user","uuid":"u9","parentUuid":null,"sessionId":")" << kId
      << R"(","cwd":"/work/demo","timestamp":"2026-01-02T03:05:00.000Z","isSidechain":false,)"
      << R"("message":{"role":"user","content":"Later words"}})" << '\n';
  const Share started = share(local());
  EXPECT_FALSE(started.frozen_at);
  EXPECT_THAT(get(started).text, HasSubstr("Later words"));
}

TEST_F(ScansTest, ItIsKeptForAWhileOnly) {
  seams_.scan_keep = 1ms;
  const auto first = scan();
  run_for(20ms);
  EXPECT_NE(scan(), first);
}

}  // namespace
}  // namespace panko::test
