#include "http/live_feed.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace panko::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class LiveFeedTest : public ::testing::Test {
 protected:
  std::shared_ptr<LiveStream> open(const std::string& version) {
    auto stream = std::make_shared<LiveStream>(loop_.get_executor(), LiveTimes{}, false, false);
    stream->add_page();
    feed_.add(stream, "token", version);
    return stream;
  }
  /// What a stream would send now; it is over then.
  static std::string lines(const std::shared_ptr<LiveStream>& stream) { return stream->take_last(); }
  void change_to(int version) {
    feed_.publish(std::to_string(version), std::to_string(version - 1),
                  fmt::format(R"("version":"{}","ops":[])", version));
  }
  static std::string line(int version) {
    return fmt::format("{{\"page\":\"token\",\"from\":\"{}\",\"version\":\"{}\",\"ops\":[]}}\n", version - 1, version);
  }
  static std::string resync(std::string_view version) {
    return fmt::format("{{\"page\":\"token\",\"version\":\"{}\",\"resync\":true}}\n", version);
  }

  boost::asio::io_context loop_;
  LiveFeed feed_;
};

TEST_F(LiveFeedTest, EachPageGetsEachChangeOnce) {
  feed_.publish("1", "", "");
  const auto first = open("1");
  change_to(2);
  const auto second = open("2");
  change_to(3);
  feed_.publish("3", "", "");
  EXPECT_EQ(lines(first), line(2) + line(3));
  EXPECT_EQ(lines(second), line(3));
}

TEST_F(LiveFeedTest, APageThatWasAwayGetsWhatItMissed) {
  feed_.publish("1", "", "");
  EXPECT_EQ(lines(open("1")), "");
  change_to(2);
  change_to(3);
  EXPECT_EQ(lines(open("1")), line(2) + line(3));
  EXPECT_EQ(lines(open("2")), line(3));
  EXPECT_EQ(lines(open("3")), "");
  EXPECT_EQ(lines(open("unheard of")), resync("3"));
}

TEST_F(LiveFeedTest, APageThatIsThereFirstLearnsWhereItStandsLater) {
  const auto same = open("1");
  const auto other = open("0");
  feed_.publish("1", "", "");
  EXPECT_EQ(lines(same), "");
  EXPECT_EQ(lines(other), resync("1"));
}

TEST_F(LiveFeedTest, APageThatWasLoadedJustBeforeTheFirstChangeGetsIt) {
  const auto page = open("1");
  change_to(2);
  EXPECT_EQ(lines(page), line(2));
}

TEST_F(LiveFeedTest, WhereNobodyCanSayWhatHappenedAllLookAgain) {
  feed_.publish("1", "", "");
  const auto page = open("1");
  feed_.publish("2", "", "");
  EXPECT_EQ(lines(page), resync("2"));
  EXPECT_EQ(lines(open("1")), resync("2"));
}

TEST_F(LiveFeedTest, NeitherLogNorQueueGrowWithoutBound) {
  feed_.publish("0", "", "");
  const auto slow = open("0");
  const std::string large = fmt::format(R"("version":"x","ops":["{}"])", std::string(100 << 10, 'a'));
  for (int version = 1; version <= 30; ++version)
    feed_.publish(std::to_string(version), std::to_string(version - 1), large);
  const auto sent = lines(slow);
  EXPECT_LE(sent.size(), LiveStream::kMaxQueued + 1000);
  EXPECT_THAT(sent, HasSubstr("\"resync\":true"));
  EXPECT_EQ(lines(open("3")), resync("30")) << "too old for the log";
  EXPECT_EQ(lines(open("25")), resync("30")) << "too much to be told";
  EXPECT_THAT(lines(open("29")), StartsWith(R"({"page":"token","from":"29",)"));
}

TEST_F(LiveFeedTest, TellsOfAProblemAlsoWhoComesLater) {
  feed_.publish("1", "", "");
  const auto first = open("1");
  feed_.tell_problem("It is gone.");
  feed_.tell_problem("It is gone.");
  const auto second = open("1");
  feed_.tell_problem("");
  const std::string problem = "{\"page\":\"token\",\"problem\":\"It is gone.\"}\n";
  const std::string well = "{\"page\":\"token\",\"problem\":\"\"}\n";
  EXPECT_EQ(lines(first), problem + well);
  EXPECT_EQ(lines(second), problem + well);
}

TEST_F(LiveFeedTest, TheEndIsTheLastLineAndNothingElseIsSentAnyMore) {
  feed_.publish("1", "", "");
  const auto page = open("1");
  change_to(2);
  feed_.end("expired");
  EXPECT_TRUE(page->has_ended());
  EXPECT_EQ(lines(page), "{\"page\":\"token\",\"ended\":\"expired\"}\n");
  EXPECT_FALSE(feed_.has_pages());
}

TEST_F(LiveFeedTest, AStreamWithOtherPagesGoesOn) {
  feed_.publish("1", "", "");
  const auto stream = open("1");
  stream->add_page();
  feed_.end("stopped");
  EXPECT_FALSE(stream->has_ended());
  EXPECT_EQ(lines(stream), "{\"page\":\"token\",\"ended\":\"stopped\"}\n");
}

TEST_F(LiveFeedTest, WhoIsReplacedAsksAgain) {
  const auto page = open("1");
  feed_.end("");
  EXPECT_TRUE(page->has_ended());
  EXPECT_EQ(lines(page), "");
}

TEST_F(LiveFeedTest, ForgetsPagesWhoseStreamIsGone) {
  auto page = open("1");
  EXPECT_TRUE(feed_.has_pages());
  page.reset();
  EXPECT_FALSE(feed_.has_pages());
}

}  // namespace
}  // namespace panko::test
